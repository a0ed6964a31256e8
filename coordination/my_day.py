"""What waits for a person among requests between departments (MPC-SER-009 §4)."""

from django.db.models import Exists, OuterRef, Q

from casework.deadlines.models import Deadline
from casework.people.roles import Role
from casework.web.addresses import address
from casework.web.waiting import SHOWN, Group, Waiting
from coordination.models import CoordinationRequest, InformationRequest
from coordination.queries import owed_by
from coordination.stages import Stage

AT_MOST = 100
GROUPS = {
    "answer": ("responder-solicitudes", "Solicitudes por responder"),
    "inform": ("informar-areas", "Un área necesita más información"),
    "assign": ("asignar-solicitudes", "Solicitudes devueltas, por asignar"),
    "verify": ("verificar-solicitudes", "Respuestas por verificar"),
}
UNREPLIED = InformationRequest.objects.filter(request=OuterRef("pk"), replied_at=None)


def waiting(person, *, at):
    """Requests to answer, to inform, to assign and to verify, by due time; at most two queries."""
    condition = _mine(person)
    if condition is None:
        return []
    requests = list(
        CoordinationRequest.objects.annotate(asks=Exists(UNREPLIED))
        .filter(condition)
        .select_related("case_file", "department", "about")
        .only(
            "stage", "question", "department__name", "about__folio", "case_file__folio", "case_file__last_movement_at"
        )
        .order_by("first_assigned_at", "pk")[: AT_MOST + 1]
    )
    if not requests:
        return []
    more, requests = len(requests) > AT_MOST, requests[:AT_MOST]
    running = Deadline.objects.running().filter(case_file__in=[request.pk for request in requests])
    clocks = {deadline.case_file_id: deadline for deadline in running}
    groups = {name: [] for name in GROUPS}
    serves = person.has_role(Role.EXECUTIVE, Role.COORDINATOR)
    for request in sorted(requests, key=lambda one: _due(one, clocks.get(one.pk))):
        groups[_group(request, serves)].append(request)
    return [
        Group(
            key=key,
            title=title,
            rows=[_row(request, clocks.get(request.pk)) for request in groups[name][:SHOWN]],
            total=len(groups[name]),
            more=more and bool(groups[name]),
            rest=address("coordination:list"),
        )
        for name, (key, title) in GROUPS.items()
    ]


def _due(request, deadline):
    return deadline.due_at if deadline else request.case_file.last_movement_at


def _row(request, deadline):
    return Waiting(
        title=request.question[:160],
        url=address("coordination:detail", request.case_file.folio),
        folio=request.case_file.folio,
        what=_what(request),
        deadline=deadline,
        since=request.case_file.last_movement_at,
    )


def _mine(person):
    asking = Q(stage=Stage.ASSIGNED, asks=True)
    mine = Q()
    if person.has_role(Role.COORDINATOR):
        mine |= Q(stage__in=[Stage.ASKED, Stage.ANSWERED]) | asking
    elif person.has_role(Role.EXECUTIVE):
        mine |= asking & (Q(about__responsible=person) | Q(about__opened_by=person))
    if person.has_role(Role.HEAD, Role.QUALITY, Role.MEMBER):
        mine |= Q(pk__in=owed_by(person).order_by().values("pk"))
    return mine or None


def _group(request, serves):
    if request.stage == Stage.ASSIGNED:
        return "inform" if request.asks and serves else "answer"
    return "assign" if request.stage == Stage.ASKED else "verify"


def _what(request):
    about = f"Sobre {request.about.folio}" if request.about_id else ""
    return f"{request.department} · {about}" if request.department else about
