"""What waits for a person among complaints: those whose ball is with him or her, by due time."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from casework.deadlines.models import Deadline, PromiseKey
from casework.people.permissions import sees_customer_name
from casework.people.roles import Role
from casework.records.models import CaseFile, CaseKind
from casework.web.waiting import Group, Waiting
from complaints.models import Acknowledgement, Matter
from complaints.stages import Stage
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage

AT_MOST = 200

GROUPS = {
    "vencidas": "Vencidas",
    "confirmar": "Por confirmar",
    "acuses": "Acuses por dar",
    "clasificar": "Por clasificar",
    "decidir": "Las áreas ya respondieron",
    "dictaminar": "Por dictaminar",
    "responder": "Por responder al cliente",
    "conformidad": "Por recabar conformidad y cerrar",
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
        .annotate(areas_owe=Exists(owed), acknowledged=Exists(given))
        .filter(condition)
        .select_related("case_file__complaint", "case_file__customer")
        .order_by("due_at", "pk")[:AT_MOST]
    )
    rows = {key: {} for key in GROUPS}
    for deadline in running:
        for key in _groups_of(deadline, person, at):
            rows[key].setdefault(deadline.case_file_id, deadline)
    return [
        Group(
            key=key,
            title=title,
            rows=[_row(d, person) for d in rows[key].values()],
            url=reverse("complaints:triage") if key == "clasificar" else "",  # all of them on one screen
            alarm=key == "vencidas",
        )
        for key, title in GROUPS.items()
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
    """Which deadlines to look at: None when the role never has any."""
    complaint = "case_file__complaint__"
    stage = complaint + "stage"
    own = Q(case_file__responsible=person) | Q(case_file__opened_by=person)
    mine = Q()
    if person.has_role(Role.EXECUTIVE):
        mine |= Q(**{stage: Stage.TO_CONFIRM}) | (own & Q(**{f"{stage}__in": [Stage.RULED, Stage.ANSWERED]}))
        mine |= Q(key=PromiseKey.ACKNOWLEDGEMENT, acknowledged=False)
    if person.has_role(Role.COORDINATOR):
        mine |= Q(**{f"{stage}__in": [Stage.TO_CONFIRM, Stage.REGISTERED]})
        mine |= Q(**{stage: Stage.CHANNELLED}, areas_owe=False)
        mine |= Q(key=PromiseKey.ACKNOWLEDGEMENT, acknowledged=False)
        mine |= Q(case_file__complaint__isnull=False, breached_at__isnull=False)
    if person.has_role(Role.QUALITY):
        mine |= Q(**{stage: Stage.CHANNELLED, complaint + "matter": Matter.TECHNICAL})
    if person.has_role(Role.HEAD):
        at_work = CoordinationRequest.objects.exclude(stage__in=[RequestStage.ASKED, RequestStage.WITHDRAWN])
        asked = at_work.filter(department__in=person.departments_answered_for).values("about")
        mine |= Q(**{stage: Stage.CHANNELLED}, case_file__in=asked) & ~Q(**{complaint + "matter": Matter.TECHNICAL})
    if person.has_role(Role.COMMERCIAL):
        mine |= Q(case_file__complaint__isnull=False, breached_at__isnull=False)
    return mine or None


def _groups_of(deadline, person, at):
    """Under which headings a deadline's case stands for this person."""
    complaint = deadline.case_file.complaint
    late = deadline.breached_at is not None
    if late and person.has_role(Role.COORDINATOR, Role.COMMERCIAL):
        yield "vencidas"
    serves = person.has_role(Role.EXECUTIVE, Role.COORDINATOR)
    if serves and deadline.key == PromiseKey.ACKNOWLEDGEMENT and not deadline.acknowledged:
        yield "acuses"
        return
    if deadline.key == PromiseKey.ACKNOWLEDGEMENT:
        return
    stage = complaint.stage
    if stage == Stage.TO_CONFIRM and serves:
        yield "confirmar"
    elif stage == Stage.REGISTERED and person.has_role(Role.COORDINATOR):
        yield "clasificar"
    elif stage == Stage.CHANNELLED:
        technical = complaint.matter == Matter.TECHNICAL
        if (person.has_role(Role.QUALITY) and technical) or (person.has_role(Role.HEAD) and not technical):
            yield "dictaminar"
        elif person.has_role(Role.COORDINATOR) and not deadline.areas_owe:
            yield "decidir"
    elif person.pk in (deadline.case_file.responsible_id, deadline.case_file.opened_by_id):
        if stage == Stage.RULED:
            yield "responder"
        elif stage == Stage.ANSWERED:
            yield "conformidad"


def _row(deadline, person):
    case_file = deadline.case_file
    customer = case_file.customer.name if sees_customer_name(person) else "•••"
    return Waiting(
        title=case_file.title,
        url=reverse("complaints:detail", args=[case_file.folio]),
        folio=case_file.folio,
        what=customer,
        deadline=deadline,
    )
