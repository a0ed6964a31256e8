"""What waits for a person among requests between departments (MPC-SER-009 §4)."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from casework.deadlines.models import Deadline
from casework.people.roles import Role
from casework.web.waiting import Group, Waiting
from coordination.models import CoordinationRequest, InformationRequest
from coordination.queries import owed_by
from coordination.stages import Stage

AT_MOST = 200
UNREPLIED = InformationRequest.objects.filter(request=OuterRef("pk"), replied_at=None)


def waiting(person, *, at):
    """Requests to answer, to inform, to assign and to verify, by due time; at most two queries."""
    condition = _mine(person)
    if condition is None:
        return []
    requests = list(
        CoordinationRequest.objects.annotate(asks=Exists(UNREPLIED))
        .filter(condition)
        .select_related("case_file", "department", "about__customer")
        .order_by("pk")[:AT_MOST]
    )
    if not requests:
        return []
    running = Deadline.objects.running().filter(case_file__in=[request.pk for request in requests])
    due = {deadline.case_file_id: deadline for deadline in running}
    groups = {"answer": [], "inform": [], "assign": [], "verify": []}
    serves = person.has_role(Role.EXECUTIVE, Role.COORDINATOR)
    for request in requests:
        row = Waiting(
            title=request.question[:160],
            url=reverse("coordination:detail", args=[request.case_file.folio]),
            folio=request.case_file.folio,
            what=_what(request),
            deadline=due.get(request.pk),
            since=request.case_file.last_movement_at,
        )
        groups[_group(request, serves)].append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: row.due)
    return [
        Group(key="responder-solicitudes", title="Solicitudes por responder", rows=groups["answer"]),
        Group(key="informar-areas", title="Un área necesita más información", rows=groups["inform"]),
        Group(key="asignar-solicitudes", title="Solicitudes devueltas, por asignar", rows=groups["assign"]),
        Group(key="verificar-solicitudes", title="Respuestas por verificar", rows=groups["verify"]),
    ]


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
