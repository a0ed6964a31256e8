"""Whether the copies are what the verbs would have written: some of them held against the case they were copied from."""

import random
from collections import Counter

from casework.deadlines import ladder, running
from casework.deadlines.models import Deadline
from casework.records.models import CaseFile, Participation, TimelineEntry
from casework.records.search import matching
from casework.worktime.calendars import calendar
from complaints.models import Complaint
from coordination.models import CoordinationRequest
from nervion_cases.testing.bench.prototypes import INSTANTS

SOME = 25


class NotAlike(Exception):
    """A copy is not what the verbs would have written."""


def shapes_of(lived):
    """What each lived complaint wrote: its key → how many rows of each table."""
    return {key: shape(key) for prototype in lived for key in prototype.rows[Complaint]}


def check(shapes, *, count=SOME):
    """Look at some copies, wherever they are; `NotAlike` at the first that differs. `shapes` are of the lived ones."""
    known, newest_lived = set(shapes.values()), max(shapes)
    last = Complaint.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for _ in range(count):
        drawn = random.randint(newest_lived + 1, last)  # noqa: S311
        look_at(Complaint.objects.with_case_file().filter(pk__gte=drawn).order_by("pk")[0], known)


def look_at(complaint, shapes):
    """One copy: its rows, its instants, its folio, its texts."""
    folio = complaint.folio
    if shape(complaint.pk) not in shapes:
        raise NotAlike(f"{folio}: no lived case wrote rows like {shape(complaint.pk)}")
    for deadline in Deadline.objects.filter(case_file__in=cases_of(complaint.pk)):
        reckon_again(deadline, folio)
    for case_file in CaseFile.objects.filter(pk__in=cases_of(complaint.pk)):
        if not CaseFile.objects.filter(matching(case_file.folio, by_customer=True), pk=case_file.pk).exists():
            raise NotAlike(f"{case_file.folio} is not found by its folio")
        if not Participation.objects.filter(case_file=case_file, person=case_file.responsible, until=None).exists():
            raise NotAlike(f"{case_file.folio}: who is responsible takes no part")
    for answer in complaint.answers.select_related("message"):
        if answer.message.approved_hash and not answer.message.approved:
            raise NotAlike(f"{folio}: the approval does not hold for the text")
        if folio not in answer.message.subject:
            raise NotAlike(f"{folio}: the answer speaks of another case: {answer.message.subject}")
    told = " ".join(str(list(line.facts.values())) for line in TimelineEntry.objects.filter(case_file=complaint.pk))
    seen = f"{told} {complaint.description} {complaint.case_file.search_text}".lower()
    if "zz" in seen:
        raise NotAlike(f"{folio}: a mark was left in {seen}")


def cases_of(key):
    """A complaint's case and those of its requests."""
    return [key, *CoordinationRequest.objects.filter(about=key).values_list("pk", flat=True)]


def shape(key):
    """How many rows of each table speak of a case, its bitácora by verb."""
    cases = cases_of(key)
    counted = Counter()
    for relation in CaseFile._meta.related_objects:
        counted[relation.related_model.__name__] = relation.related_model.objects.filter(
            **{f"{relation.field.name}__in": cases}
        ).count()
    for relation in Complaint._meta.related_objects:
        counted[f"{relation.related_model.__name__}.{relation.field.name}"] = relation.related_model.objects.filter(
            **{relation.field.name: key}
        ).count()
    verbs = Counter(TimelineEntry.objects.filter(case_file__in=cases).order_by().values_list("verb", flat=True))
    stage = Complaint.objects.values_list("stage", flat=True).get(pk=key)
    return stage, tuple(sorted(counted.items())), tuple(sorted(verbs.items()))


def reckon_again(deadline, folio):
    """The real clock must give the same instants and the same derivation."""
    rule = {name: value for name, value in deadline.rule.items() if name != "derivation"}
    reckoning, derived = running._reckon(deadline.key, rule, deadline.starts_at)
    wrong = [name for name in INSTANTS if getattr(deadline, name) != getattr(reckoning, name)]
    if wrong or derived != deadline.rule["derivation"]:
        raise NotAlike(f"{folio}, {deadline.key}: the clock says otherwise of {wrong or 'the derivation'}")
    if deadline.running:
        expected = ladder.instant(deadline, deadline.rung + 1, calendar("jornada"))
        if deadline.look_again_at != expected:
            raise NotAlike(f"{folio}, {deadline.key}: the sweep would look again at {expected}")
