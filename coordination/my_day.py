"""What waits for a person among requests between departments (MPC-SER-009 §4)."""

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from casework.deadlines.models import Deadline
from casework.people.roles import Role
from casework.web.addresses import address
from casework.web.waiting import SHOWN, Group, Waiting
from coordination.models import CoordinationRequest, InformationRequest
from coordination.queries import owed_by
from coordination.stages import Stage

GROUPS = {
    "answer": ("responder-solicitudes", "Solicitudes por responder"),
    "inform": ("informar-areas", "Un área necesita más información"),
    "assign": ("asignar-solicitudes", "Solicitudes devueltas, por asignar"),
    "verify": ("verificar-solicitudes", "Respuestas por verificar"),
}
UNREPLIED = InformationRequest.objects.filter(request=OuterRef("pk"), replied_at=None)
DUE = Deadline.objects.running().filter(case_file=OuterRef("case_file")).order_by("due_at").values("due_at")[:1]


def waiting(person, *, at):
    """Requests to answer, to inform, to assign and to verify, by due time; at most two queries."""
    condition = _mine(person)
    if condition is None:
        return []
    found = list(
        CoordinationRequest.objects.annotate(asks=Exists(UNREPLIED))
        .filter(condition)
        .annotate(group=_group(person), due=Coalesce(Subquery(DUE), F("case_file__last_movement_at")))
        .annotate(place=Window(RowNumber(), partition_by=F("group"), order_by=["due", "pk"]))
        .annotate(total=Window(Count("pk"), partition_by=F("group")))
        .filter(place__lte=SHOWN)
        .order_by("place")
        .select_related("case_file", "department", "about")
        .only(
            "stage", "question", "department__name", "about__folio", "case_file__folio", "case_file__last_movement_at"
        )
    )
    if not found:
        return []
    groups = {name: [] for name in GROUPS}
    for request in found:
        groups[request.group].append(request)
    shown = [request.pk for request in found]
    clocks = {one.case_file_id: one for one in Deadline.objects.running().filter(case_file__in=shown)}
    return [
        Group(
            key=key,
            title=title,
            rows=[_row(request, clocks.get(request.pk)) for request in groups[name]],
            total=groups[name][0].total if groups[name] else 0,
            rest=address("coordination:list"),
        )
        for name, (key, title) in GROUPS.items()
    ]


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


def _group(person):
    asks = When(Q(stage=Stage.ASSIGNED, asks=True), then=Value("inform"))
    return Case(
        *([asks] if person.has_role(Role.EXECUTIVE, Role.COORDINATOR) else []),
        When(stage=Stage.ASSIGNED, then=Value("answer")),
        When(stage=Stage.ASKED, then=Value("assign")),
        default=Value("verify"),
    )


def _what(request):
    about = f"Sobre {request.about.folio}" if request.about_id else ""
    return f"{request.department} · {about}" if request.department else about
