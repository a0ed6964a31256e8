"""What waits for a person among complaints: those whose ball is with him or her, by due time."""

from itertools import islice

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from casework.deadlines.models import Deadline, PromiseKey
from casework.people.permissions import sees_customer_name
from casework.people.roles import Role
from casework.records.models import CaseFile, CaseKind
from casework.web.addresses import address
from casework.web.waiting import SHOWN, Group, Waiting
from complaints.models import Acknowledgement, Complaint, Matter
from complaints.queries import MASK
from complaints.stages import Stage
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage

AT_MOST = 100

LIST = "complaints:list"
GROUPS = {  # key → heading, and the screen on which all of them are
    "vencidas": ("Vencidas", LIST, "?cola=vencidas"),
    "confirmar": ("Por confirmar", LIST, "?etapa=to_confirm&orden=due"),
    "acuses": ("Acuses por dar", LIST, "?orden=due"),  # their promise is the first one due
    "clasificar": ("Por clasificar", "complaints:triage", ""),
    "decidir": ("Las áreas ya respondieron", LIST, "?etapa=channelled&orden=due"),
    "dictaminar": ("Por dictaminar", LIST, "?etapa=channelled&orden=due"),
    "responder": ("Por responder al cliente", LIST, "?cola=mias&etapa=ruled"),
    "conformidad": ("Por recabar conformidad y cerrar", LIST, "?cola=mias&etapa=answered"),
}
CLOCK = ("pk", "key", "operational", "starts_at", "three_quarters_at", "due_at", "breaks_at", "breached_at")
ROW = {
    "case": F("case_file"),
    "unit": F("rule__unit"),
    "folio": F("case_file__folio"),
    "title": F("case_file__title"),
    "responsible": F("case_file__responsible"),
    "opened_by": F("case_file__opened_by"),
    "customer": F("case_file__customer__name"),
    "stage": F("case_file__complaint__stage"),
    "matter": F("case_file__complaint__matter"),
}


def waiting(person, *, at):
    """The groups of a person, empty ones included; at most one query."""
    condition = _mine(person)
    if condition is None:
        return []
    owed = CoordinationRequest.objects.filter(about=OuterRef("case_file"), stage=RequestStage.ASSIGNED)
    given = Acknowledgement.objects.filter(complaint=OuterRef("case_file"), failed_at=None)
    running = (
        Deadline.objects.running()
        .annotate(
            areas_owe=Subquery(owed.order_by().values("pk")[:1]),
            acknowledged=Subquery(given.order_by().values("pk")[:1]),
        )
        .filter(condition)
        .order_by("due_at", "pk")
        .values("areas_owe", "acknowledged", *CLOCK, **ROW)
    )
    found = list(running[: AT_MOST + 1])
    kept = {key: {} for key in GROUPS}
    for row in found[:AT_MOST]:
        for key in _groups_of(row, person, at):
            kept[key].setdefault(row["case"], row)
    return [
        Group(
            key=key,
            title=title,
            rows=[_row(row, person) for row in islice(kept[key].values(), SHOWN)],
            total=len(kept[key]),
            more=len(found) > AT_MOST and bool(kept[key]),
            url="" if query else address(url_name),
            rest=address(url_name) + query,
            alarm=key == "vencidas",
        )
        for key, (title, url_name, query) in GROUPS.items()
    ]


def figures(person):
    """How much is open and late, for those whose part is to look: [(count, words, address)]; at most one query.

    The administrator sees of cases only these counts (product §1), so without addresses.
    """
    if not person.has_role(Role.DIRECTION, Role.AUDITOR, Role.ADMINISTRATOR):
        return []
    late = Deadline.objects.running().filter(breached_at__isnull=False)
    cases = CaseFile.objects.open().aggregate(
        complaints=Count("pk", filter=Q(kind=CaseKind.COMPLAINT)),
        requests=Count("pk", filter=Q(kind=CaseKind.REQUEST)),
        late=Count("pk", filter=Q(kind=CaseKind.COMPLAINT) & Exists(late.filter(case_file=OuterRef("pk")))),
    )
    shown = [
        (cases["complaints"], "Quejas y reclamaciones abiertas", reverse("complaints:list")),
        (cases["late"], "Con un plazo vencido", f"{reverse('complaints:list')}?cola=vencidas"),
        (cases["requests"], "Solicitudes entre áreas abiertas", reverse("coordination:list")),
    ]
    reads = person.has_role(Role.DIRECTION, Role.AUDITOR)
    return [(count, words, address if reads else "") for count, words, address in shown]


def _mine(person):
    """Which deadlines to look at: None when the role never has any.

    Cases are named by what an index holds of them, so that the running deadlines can be walked by due time.
    """
    mine, unacknowledged = Q(), Q(key=PromiseKey.ACKNOWLEDGEMENT, acknowledged=None)
    if person.has_role(Role.EXECUTIVE):
        own = CaseFile.objects.open().filter(Q(responsible=person) | Q(opened_by=person)).order_by().values("pk")
        mine |= _in_stage(Stage.TO_CONFIRM) | (Q(case_file__in=own) & _in_stage(Stage.RULED, Stage.ANSWERED))
        mine |= unacknowledged
    if person.has_role(Role.COORDINATOR):
        mine |= _in_stage(Stage.TO_CONFIRM, Stage.REGISTERED)
        mine |= _in_stage(Stage.CHANNELLED) & Q(areas_owe=None)
        mine |= unacknowledged
    if person.has_role(Role.COORDINATOR, Role.COMMERCIAL):
        complaints = CaseFile.objects.open().filter(kind=CaseKind.COMPLAINT).order_by().values("pk")
        mine |= Q(breached_at__isnull=False, case_file__in=complaints)
    if person.has_role(Role.QUALITY):
        mine |= _in_stage(Stage.CHANNELLED, matter=Matter.TECHNICAL)
    if person.has_role(Role.HEAD):
        at_work = CoordinationRequest.objects.exclude(stage__in=[RequestStage.ASKED, RequestStage.WITHDRAWN])
        asked = at_work.filter(department__in=person.departments_answered_for).values("about")
        mine |= _in_stage(Stage.CHANNELLED, matter__in=[Matter.LOGISTIC, Matter.ADMINISTRATIVE], pk__in=asked)
    return mine or None


def _in_stage(*stages, **also):
    return Q(case_file__in=Complaint.objects.filter(stage__in=stages, **also).order_by().values("pk"))


def _groups_of(row, person, at):
    """Under which headings a deadline's case stands for this person."""
    late = row["breached_at"] is not None
    if late and person.has_role(Role.COORDINATOR, Role.COMMERCIAL):
        yield "vencidas"
    serves = person.has_role(Role.EXECUTIVE, Role.COORDINATOR)
    if row["key"] == PromiseKey.ACKNOWLEDGEMENT:
        if serves and not row["acknowledged"]:
            yield "acuses"
        return
    stage = row["stage"]
    if stage == Stage.TO_CONFIRM and serves:
        yield "confirmar"
    elif stage == Stage.REGISTERED and person.has_role(Role.COORDINATOR):
        yield "clasificar"
    elif stage == Stage.CHANNELLED:
        technical = row["matter"] == Matter.TECHNICAL
        if (person.has_role(Role.QUALITY) and technical) or (person.has_role(Role.HEAD) and not technical):
            yield "dictaminar"
        elif person.has_role(Role.COORDINATOR) and not row["areas_owe"]:
            yield "decidir"
    elif person.pk in (row["responsible"], row["opened_by"]):
        if stage == Stage.RULED:
            yield "responder"
        elif stage == Stage.ANSWERED:
            yield "conformidad"


def _row(row, person):
    return Waiting(
        title=row["title"],
        url=address("complaints:detail", row["folio"]),
        folio=row["folio"],
        what=row["customer"] if sees_customer_name(person) else MASK,
        deadline=Deadline(rule={"unit": row["unit"]}, case_file_id=row["case"], **{name: row[name] for name in CLOCK}),
    )
