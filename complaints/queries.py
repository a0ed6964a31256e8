"""What screens ask about complaints, at a fixed number of queries."""

import re
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import JSONObject

from casework.correspondence.models import CustomerMessage
from casework.correspondence.policies import on_its_way
from casework.deadlines.models import Deadline, PromiseKey
from casework.people.models import Department
from casework.people.permissions import sees_customer_data, sees_customer_name
from casework.records.models import CaseFile, Evidence, TimelineEntry
from casework.text import code
from complaints.models import (
    Acknowledgement,
    Cancellation,
    Complaint,
    Conformity,
    CustomerAnswer,
    Dictamen,
    Duplication,
    Reopening,
)
from complaints.stages import BALL_IS_WITH, OVER, Holder, Stage
from coordination.models import Answer, CoordinationRequest
from coordination.stages import Stage as RequestStage

MASK = "•••"
SIMILAR_SHOWN = 5
LINES_SHOWN = 200
NAME = ("username", "first_name", "last_name")  # what of a person is drawn beside what he or she did


def _names(*people):
    """For `only`: of each person, nothing but the name. Every other column costs the page and is never drawn."""
    return [f"{person}__{column}" for person in people for column in NAME]


def _columns(model, *unseen, path=""):
    """For `only`: every column of a model but those that the page does not draw."""
    return [f"{path}{field.name}" for field in model._meta.concrete_fields if field.name not in unseen]


def customer_shown(case_file, person):
    """The customer's name, or a mask for whoever may not read it (trust §6)."""
    return case_file.customer.name if case_file.customer and sees_customer_name(person) else MASK


def veil(complaint, person):
    """A function that takes out of a text the customer's data that this person may not read (trust §6)."""
    hidden = []
    if not sees_customer_data(person):
        contacts = [complaint.contact, *(answer.message.contact for answer in complaint.answers.all())]
        for contact in filter(None, contacts):
            hidden += [contact.name, contact.email, contact.phone]
    if not sees_customer_name(person) and complaint.case_file.customer:
        hidden.append(complaint.case_file.customer.name)
    words = sorted({word for word in hidden if len(word) > 2}, key=len, reverse=True)
    if not words:
        return lambda text: text
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    return lambda text: pattern.sub(MASK, text)


# --- Whose turn -------------------------------------------------------------------------------------------------------
def ball_is_with(complaint):
    """Who must move next. Derived, never stored; defined for every stage (product §2)."""
    stage = Stage(complaint.stage)
    if stage == Stage.CHANNELLED and areas_that_owe(complaint):
        return Holder.DEPARTMENTS
    if stage == Stage.RULED and (answer := answer_in_preparation(complaint)):
        if on_its_way(answer.message):
            return Holder.NOBODY  # it is leaving
        if answer.message.submitted_at and not answer.message.approved:
            return Holder.COORDINATOR
    return BALL_IS_WITH[stage]


def areas_that_owe(complaint):
    """The requests of a complaint that an area has not answered yet."""
    return [request for request in complaint.case_file.requests.all() if request.stage == RequestStage.ASSIGNED]


def requests_of_cycle(complaint):
    """What the areas were asked in the cycle under way: since the dictamen of an earlier one."""
    requests = list(complaint.case_file.requests.all())
    ruled = max((one.at for one in complaint.dictamenes.all() if one.cycle < complaint.cycle), default=None)
    return requests if ruled is None else [one for one in requests if one.case_file.opened_at > ruled]


def answer_in_preparation(complaint):
    """The answer to the customer of the cycle under way, sent or not; None if nobody began it."""
    return next((answer for answer in complaint.answers.all() if answer.cycle == complaint.cycle), None)


# --- The list ---------------------------------------------------------------------------------------------------------
def _running(case="case_file"):
    return Deadline.objects.running().filter(case_file=OuterRef(case))


# What does not depend on who asks is built once, here and below: to build a query costs as much as to ask it
CLOCK = ("id", "key", "operational", "starts_at", "three_quarters_at", "due_at", "breaks_at", "met_at", "breached_at")
CLOCK_SHOWN = JSONObject(**{name: name for name in CLOCK}, ended_at="ended_at", unit="rule__unit")
RUNS = Q(met_at=None, ended_at=None)
PRESSING = Subquery(
    Deadline.objects.filter(case_file=OuterRef("case_file"))
    .filter(RUNS | Q(key=PromiseKey.CLOSURE))
    .order_by(Case(When(RUNS, then=0), default=1), Case(When(RUNS, then=F("due_at"))), "-starts_at")
    .values(shown=CLOCK_SHOWN)[:1]
)
REOPENED = Exists(Reopening.objects.filter(complaint=OuterRef("pk")))


ROW = (
    "stage",
    "reason",
    "received_at",
    "lote_text",
    "case_file__folio",
    "case_file__customer__name",
    *_names("case_file__responsible"),
    "product__name",
)


def for_list(complaints):
    """Complaints with what a row of the list shows, their most pressing promise included, in one query.

    That promise is the running one due first; of a case that is over, the close.
    """
    return (
        complaints.select_related("case_file__customer", "case_file__responsible", "product")
        .only(*ROW)
        .annotate(clock=PRESSING, reopened=REOPENED)
    )


def clock_of(complaint):
    """The deadline that `for_list` brought, as the badge reads it; None if the case has none."""
    if not complaint.clock:
        return None
    facts = dict(complaint.clock)
    deadline = Deadline(rule={"unit": facts.pop("unit")}, case_file_id=complaint.pk)
    for name, value in facts.items():
        moment = name.endswith("_at") and value is not None
        setattr(deadline, name, datetime.fromisoformat(value) if moment else value)
    return deadline


def with_next_due(complaints):
    """Annotate `next_due_at`, by which the list is ordered."""
    return complaints.annotate(next_due_at=Subquery(_running().order_by("due_at").values("due_at")[:1]))


def choices_of_people():
    """Departments and the people who follow cases, for the filters: both out of one query."""
    rows = Department.objects.order_by("name", "people__first_name", "people__last_name").values_list(
        "pk", "name", "people__pk", "people__first_name", "people__last_name", "people__is_active"
    )
    departments, people = {}, {}
    for pk, name, person, first, last, active in rows:
        departments[str(pk)] = name
        if active:
            people[str(person)] = f"{first} {last}".strip()
    return list(departments.items()), sorted(people.items(), key=lambda pair: pair[1])


# --- One complaint ----------------------------------------------------------------------------------------------------
WHOLE = (
    *_columns(Complaint),
    *_columns(CaseFile, "search_text", "search_vector", path="case_file__"),
    *_names("case_file__responsible", "case_file__opened_by"),
    "case_file__customer__name",
    "case_file__customer__city",
    "product__name",
    "contact__name",
    "contact__email",
    "contact__phone",
)
DEADLINES = Deadline.objects.order_by("starts_at", "due_at", "pk")
ACKNOWLEDGEMENTS = (
    Acknowledgement.objects.select_related("by", "mail")
    .only(*_columns(Acknowledgement), *_names("by"), "mail__to", "mail__state", "mail__owed_at")
    .order_by("at", "pk")
)
DICTAMENES = (
    Dictamen.objects.select_related("by", "department")
    .only(*_columns(Dictamen), *_names("by"), "department__name")
    .order_by("-at", "-pk")
)
ANSWERS = (
    CustomerAnswer.objects.select_related(
        "message__mail", "message__contact", "message__written_by", "message__approved_by"
    )
    .only(
        *_columns(CustomerAnswer),
        *_columns(CustomerMessage, path="message__"),
        *_names("message__written_by", "message__approved_by"),
        "message__contact__name",
        "message__contact__email",
        "message__contact__phone",
        "message__mail__state",
        "message__mail__settled_at",
        "message__mail__bounced_at",
    )
    .order_by("-cycle")
)
CONFORMITIES = Conformity.objects.select_related("by").only(*_columns(Conformity), *_names("by")).order_by("-at", "-pk")


REQUESTS = (
    CoordinationRequest.objects.select_related("case_file__responsible", "department")
    .only(
        *_columns(CoordinationRequest),
        "case_file__folio",
        "case_file__opened_at",
        *_names("case_file__responsible"),
        "department__name",
    )
    .order_by("pk")
)
REQUESTS_DRAWN = REQUESTS.annotate(
    answered=Subquery(
        Answer.objects.filter(request=OuterRef("pk"))
        .order_by("-at", "-pk")
        .values(shown=JSONObject(action="action", at="at", first="by__first_name", last="by__last_name"))[:1]
    ),
    clock=Subquery(
        Deadline.objects.filter(case_file=OuterRef("pk")).order_by("-starts_at", "-pk").values(shown=CLOCK_SHOWN)[:1]
    ),
)
COMPLAINTS = (
    Complaint.objects.select_related(
        "case_file__customer", "case_file__responsible", "case_file__opened_by", "product", "contact"
    )
    .only(*WHOLE)
    .annotate(
        evidence_count=Subquery(
            Evidence.objects.filter(case_file=OuterRef("case_file"))
            .order_by()
            .values("case_file")
            .annotate(n=Count("pk"))
            .values("n")
        ),
        duplicate_folios=ArraySubquery(
            Duplication.objects.filter(original=OuterRef("pk")).order_by("at").values("complaint__case_file__folio")
        ),
        reopened_because=Subquery(
            Reopening.objects.filter(complaint=OuterRef("pk")).order_by("-at").values("reason")[:1]
        ),
    )
)


def in_full(person, *, summary=False):
    """The complaints a person may see with every record of their page: a fixed number of queries, whatever happened.

    For the summary, of the requests to the areas also the last answer, the clock and whether the person may open them.
    """
    requests = REQUESTS.all()
    if summary:
        may_open = Exists(CaseFile.objects.visible_to(person).filter(pk=OuterRef("pk")))
        requests = REQUESTS_DRAWN.annotate(may_open=may_open)
    return COMPLAINTS.visible_to(person).prefetch_related(
        Prefetch("case_file__deadlines", queryset=DEADLINES.all()),
        Prefetch("acknowledgements", queryset=ACKNOWLEDGEMENTS.all()),
        Prefetch("dictamenes", queryset=DICTAMENES.all()),
        Prefetch("answers", queryset=ANSWERS.all()),
        Prefetch("conformities", queryset=CONFORMITIES.all()),
        Prefetch("case_file__requests", queryset=requests),
    )


def ending_of(complaint):
    """The row by which a complaint left the procedure, for the two stages that have one; else None."""
    if complaint.stage == Stage.DUPLICATE:
        return Duplication.objects.select_related("by", "original__case_file").get(complaint=complaint)
    if complaint.stage == Stage.CANCELLED:
        return Cancellation.objects.select_related("by").get(complaint=complaint)
    return None


KINDS_OF_LINES = {
    "caso": ("El caso", ("complaint.", "dictamen.")),
    "cliente": ("Cliente", ("acknowledgement.", "answer.", "conformity.", "survey.", "contact.")),
    "areas": ("Áreas", ("request.",)),
    "plazos": ("Plazos", ("deadline.",)),
    "evidencias": ("Evidencias", ("evidence.",)),
}


LINE = (*_columns(TimelineEntry), *_names("actor"))


def history(complaint, kind=""):
    """The bitácora of a complaint and of its requests, newest first; at most 201 lines, so that «more» is known."""
    cases = {
        one.pk: one for one in (complaint.case_file, *(one.case_file for one in complaint.case_file.requests.all()))
    }
    lines = TimelineEntry.objects.filter(case_file__in=list(cases))
    if kind in KINDS_OF_LINES:
        chosen = Q()
        for beginning in KINDS_OF_LINES[kind][1]:
            chosen |= Q(verb__startswith=beginning)
        lines = lines.filter(chosen)
    found = list(lines.select_related("actor").only(*LINE).order_by("-at", "-pk")[: LINES_SHOWN + 1])
    for line in found:
        line.case_file = cases[line.case_file_id]
    return found


# --- While registering ------------------------------------------------------------------------------------------------
def similar_open(person, *, customer_id=None, lote="", excluding=None):
    """Open complaints of a customer, and of the same lote whoever reports it: two short lists and how many there are."""
    seen = (
        Complaint.objects.visible_to(person)
        .exclude(stage__in=OVER)
        .select_related("case_file__customer", "product")
        .order_by("-received_at")
    )
    if excluding:
        seen = seen.exclude(pk=excluding)
    key = code(lote)[:40]
    of_customer = list(seen.filter(case_file__customer=customer_id)[: SIMILAR_SHOWN + 1]) if customer_id else []
    of_lote = list(seen.filter(lote_key=key)[: SIMILAR_SHOWN + 1]) if len(key) >= 3 else []
    for complaint in of_customer:
        complaint.same_lote = bool(key) and complaint.lote_key == key
    both = {complaint.pk for complaint in of_customer}
    return of_customer, [complaint for complaint in of_lote if complaint.pk not in both]
