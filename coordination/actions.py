"""What can be done with a request between departments (MPC-SER-009 §5). Each verb: one transaction, one line."""

from django.db import transaction

from casework.alerts import bell
from casework.deadlines import running
from casework.deadlines.models import PromiseKey
from casework.moment import PLANT
from casework.people.models import User
from casework.people.roles import Role
from casework.records import evidence as evidence_room
from casework.records import folios, participation, search, timeline
from casework.records.models import CaseFile, CaseKind
from casework.rules import Conflict, Refused
from coordination import permissions, policies
from coordination.models import (
    Answer,
    CoordinationRequest,
    InformationRequest,
    Leg,
    Rerouting,
    Verification,
)
from coordination.stages import OWED, Stage


def locked(request):
    """The row, held until the transaction ends; whoever waits for it sees what the other did.

    Held first and read afterwards: what a locking query joins would be as it was before the wait.
    """
    CoordinationRequest.objects.select_for_update().only("pk").get(pk=request.pk)
    return CoordinationRequest.objects.select_related("case_file__responsible", "about", "department").get(
        pk=request.pk
    )


def answerable(department, at):
    """Who answers for a department at an instant: the substitute of that date, else the head."""
    person = department.answerable_on(at.astimezone(PLANT).date())
    if person is None:
        raise Refused(f"El departamento {department} no tiene jefe. Pida al administrador que lo nombre.")
    return person


def _who_answers(department, at):
    """Whoever answers for the area, if the post lets him or her answer; else somebody there whose post does (product §4.7)."""
    person = answerable(department, at)
    if not person.has_role(*permissions.ANSWERS):
        person = User.objects.in_role(Role.HEAD).filter(department=department).order_by("pk").first()
    if person is None:
        raise Refused(f"En {department} nadie tiene el puesto de Jefe de Departamento; elija otra área.")
    return person


@transaction.atomic
def ask(*, about, department, question, matter="", hours=None, urgent_hours=None, by, at):
    """Ask a department for something on a case, and start its clock. MPC-SER-009 §5.1–§5.3.

    `hours` are the business hours of the route (at most 48); `urgent_hours` an urgency (1 to 48).
    """
    permissions.check_may_assign(by)
    responsible = _who_answers(department, at)
    case_file = CaseFile.objects.create(
        folio=folios.take_folio(prefix="CI", at=at),
        kind=CaseKind.REQUEST,
        title=question[:200],
        customer=about.customer,
        department=department,
        responsible=responsible,
        opened_at=at,
        opened_by=by,
        last_movement_at=at,
    )
    request = CoordinationRequest.objects.create(
        case_file=case_file, about=about, matter=matter, question=question, urgent_hours=urgent_hours
    )
    search.index(case_file, text=f"{question} {about.title}", codes={"folio": case_file.folio})
    timeline.write(case_file, "request.asked", by=by, at=at, department=department.name, question=question)
    participation.joins(case_file, person=by, at=at)
    return _assign(request, department=department, responsible=responsible, hours=hours, by=by, at=at)


@transaction.atomic
def assign(request, *, department, by, at):
    """Assign a request that came back («no corresponde») to an area. The promise goes on; a new leg begins."""
    permissions.check_may_assign(by)
    request = locked(request)
    if request.stage != Stage.ASKED:
        raise Conflict("Esta solicitud ya tiene área; devuélvala para re-trabajo si la respuesta no basta.")
    return _assign(request, department=department, responsible=_who_answers(department, at), hours=None, by=by, at=at)


def _assign(request, *, department, responsible, hours, by, at):
    policies.check_can_assign(request)
    case_file = request.case_file
    request.stage, request.department = Stage.ASSIGNED, department
    first = request.first_assigned_at is None
    if first:
        request.first_assigned_at = at
    request.save(update_fields=["stage", "department", "first_assigned_at"])
    case_file.department = department
    case_file.save(update_fields=["department"])
    if not first:
        _settle(request, at=at)
    _entrust(request, responsible, at=at)
    Leg.objects.create(request=request, department=department, since=at)
    for case in filter(None, [case_file, request.about]):
        participation.joins(case, department=department, at=at)
    if first:
        urgent = request.urgent_hours is not None
        key = PromiseKey.COORDINATION_URGENT if urgent else PromiseKey.COORDINATION_ANSWER
        running.promise(case_file, key, at=at, hours=request.urgent_hours if urgent else hours)
    timeline.write(
        case_file, "request.assigned", by=by, at=at, department=department.name, responsible=str(responsible)
    )
    bell.tell(
        [responsible],
        "request.assigned",
        occasion=f"request:{request.pk}:{at.isoformat()}",
        at=at,
        case_file=case_file,
        facts={"department": department.name, "question": request.question[:200]},
        at_once=True,
    )
    return request


def _entrust(request, person, *, at):
    """Make a person responsible for it; somebody of an area it was handed to before no longer reads the case (trust §6)."""
    case_file, before = request.case_file, request.case_file.responsible
    case_file.responsible = person
    case_file.save(update_fields=["responsible"])
    for case in filter(None, [case_file, request.about]):
        participation.joins(case, person=person, at=at)
        if before != person and not _still_works_on(case, before):
            participation.leaves(case, person=before, at=at)


def _still_works_on(case, person):
    """Whether the person takes part for another reason: opened it, follows it, or has another request about it."""
    if person.pk in (case.opened_by_id, case.responsible_id):
        return True
    return case.requests.filter(case_file__responsible=person).exclude(stage=Stage.WITHDRAWN).exists()


def _move(request, stage, *, at):
    """It is somebody else's turn now: what was asked of whoever had it before is done."""
    request.stage = stage
    request.save(update_fields=["stage"])
    _settle(request, at=at)


def _settle(request, *, at, reason=None):
    bell.settle(request.case_file, f"request:{request.pk}:", at=at, reason=reason)


def _end_leg(request, at):
    request.legs.filter(until=None).update(until=at)


def _tell_coordinators(request, what, *, by, at, **facts):
    bell.tell(
        list(User.objects.in_role(Role.COORDINATOR)),
        what,
        occasion=f"request:{request.pk}:{at.isoformat()}",
        at=at,
        case_file=request.case_file,
        facts={"by": str(by), "department": request.department.name if request.department else "", **facts},
    )


@transaction.atomic
def see(request, *, by, at):
    """Record the first look of whoever must answer: «visto»."""
    request = locked(request)
    permissions.check_may_answer(by, request)
    if request.first_seen_at is None and request.stage == Stage.ASSIGNED:
        request.first_seen_at = at
        request.save(update_fields=["first_seen_at"])
        timeline.write(request.case_file, "request.seen", by=by, at=at)
    return request


@transaction.atomic
def answer(request, *, action, cause="", commits_on=None, evidence=(), by, at):
    """The department answers, with evidence; the first answer decides the promise. MPC-SER-009 §5.4."""
    request = locked(request)
    permissions.check_may_answer(by, request)
    policies.check_can_answer(request)
    given = Answer.objects.create(
        request=request, department=request.department, action=action, cause=cause, commits_on=commits_on, by=by, at=at
    )
    if evidence:  # a photograph belongs to the complaint it speaks of
        evidence_room.attach(evidence, request.about or request.case_file, by=by, at=at)
    _move(request, Stage.ANSWERED, at=at)
    _end_leg(request, at)
    timeline.write(request.case_file, "request.answered", by=by, at=at, department=request.department.name)
    for key in (PromiseKey.COORDINATION_ANSWER, PromiseKey.COORDINATION_URGENT):  # the promise, or its reminder
        running.meet(request.case_file, key, at=at, by=by)
    _tell_coordinators(request, "request.answered", by=by, at=at)
    return given


@transaction.atomic
def ask_for_information(request, *, question, by, at):
    """«Necesito más información»: asked of Servicio al Cliente. The promise goes on (product §3)."""
    request = locked(request)
    permissions.check_may_answer(by, request)
    policies.check_can_answer(request)
    asked = InformationRequest.objects.create(request=request, question=question, by=by, at=at)
    timeline.write(request.case_file, "request.more_information", by=by, at=at, question=question)
    _tell_coordinators(request, "request.more_information", by=by, at=at, question=question[:200])
    return asked


@transaction.atomic
def give_information(asked, *, reply, by, at):
    """Answer what an area needed to know."""
    request = locked(asked.request)
    permissions.check_may_reply(by, request)
    asked = InformationRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if asked.replied_at is not None:
        raise Conflict(f"{asked.replied_by} ya respondió esta pregunta.")
    asked.reply, asked.replied_by, asked.replied_at = reply, by, at
    asked.save(update_fields=["reply", "replied_by", "replied_at"])
    timeline.write(request.case_file, "request.information_given", by=by, at=at)
    if not request.questions.filter(replied_at=None).exists():
        _settle(request, at=at, reason="request.more_information")
    bell.tell(
        [request.case_file.responsible],
        "request.information_given",
        occasion=f"information:{asked.pk}",
        at=at,
        case_file=request.case_file,
        facts={"by": str(by)},
    )
    return asked


@transaction.atomic
def reroute(request, *, reason, suggested=None, by, at):
    """«No corresponde a mi área»: back to the coordinator; the promise goes on, the leg is kept (product §3)."""
    request = locked(request)
    permissions.check_may_answer(by, request)
    policies.check_can_reroute(request)
    department = request.department
    given = Rerouting.objects.create(
        request=request, department=department, suggested=suggested, reason=reason, by=by, at=at
    )
    _move(request, Stage.ASKED, at=at)
    _end_leg(request, at)
    timeline.write(request.case_file, "request.rerouted", by=by, at=at, department=department.name, reason=reason)
    _tell_coordinators(request, "request.rerouted", by=by, at=at, reason=reason[:200])
    return given


@transaction.atomic
def accept(request, *, by, at):
    """The coordinator validates the answer. MPC-SER-009 §5.6."""
    request = locked(request)
    permissions.check_may_verify(by)
    policies.check_can_accept(request)
    given = Verification.objects.create(request=request, accepted=True, by=by, at=at)
    _move(request, Stage.ACCEPTED, at=at)
    _close(request, by=by, at=at)
    timeline.write(request.case_file, "request.accepted", by=by, at=at, department=request.department.name)
    return given


@transaction.atomic
def return_for_rework(request, *, reason, by, at):
    """The coordinator returns the answer with a reason: re-work, and no new promise. MPC-SER-009 §5.6."""
    request = locked(request)
    permissions.check_may_verify(by)
    policies.check_can_return(request)
    given = Verification.objects.create(request=request, accepted=False, reason=reason, by=by, at=at)
    _move(request, Stage.ASSIGNED, at=at)
    Leg.objects.create(request=request, department=request.department, since=at)
    timeline.write(
        request.case_file, "request.returned", by=by, at=at, department=request.department.name, reason=reason
    )
    running.promise(request.case_file, PromiseKey.COORDINATION_ANSWER, at=at, operational=True)
    bell.tell(
        [request.case_file.responsible],
        "request.returned",
        occasion=f"request:{request.pk}:{at.isoformat()}",
        at=at,
        case_file=request.case_file,
        facts={"by": str(by), "reason": reason[:200]},
        at_once=True,
    )
    return given


@transaction.atomic
def hand_over(request, *, person, by, at):
    """The head entrusts it to someone of the area, and remains answerable. MPC-SER-009 §3.4."""
    request = locked(request)
    permissions.check_may_hand_over(by, request)
    policies.check_can_answer(request)
    policies.check_in_the_area(request.department, person)
    case_file = request.case_file
    _settle(request, at=at)
    _entrust(request, person, at=at)
    timeline.write(case_file, "request.handed_over", by=by, at=at, responsible=str(person))
    bell.tell(
        [person],
        "request.assigned",
        occasion=f"request:{request.pk}:{at.isoformat()}",
        at=at,
        case_file=case_file,
        facts={"department": request.department.name, "question": request.question[:200]},
        at_once=True,
    )
    return request


@transaction.atomic
def withdraw(request, *, reason, by, at):
    """Withdraw what is still owed; its clock ends without a verdict (product §4.4)."""
    permissions.check_may_assign(by)
    request = locked(request)
    policies.check_can_withdraw(request)
    _move(request, Stage.WITHDRAWN, at=at)
    _end_leg(request, at)
    running.end(request.case_file, at=at)
    _close(request, by=by, at=at)
    timeline.write(request.case_file, "request.withdrawn", by=by, at=at, reason=reason)
    return request


def hold_all(*, about):
    """Every request of a case, its row held, as whoever worked on it left it. After the complaint, before the case file."""
    list(
        CoordinationRequest.objects.filter(about=about).order_by("pk").select_for_update().values_list("pk", flat=True)
    )
    return list(CoordinationRequest.objects.filter(about=about).order_by("pk"))


@transaction.atomic
def withdraw_all(*, about, reason, by, at):
    """Withdraw every request of a case that is still owed: it was cancelled, duplicated or triaged anew."""
    for request in hold_all(about=about):
        if request.stage in OWED:
            withdraw(request, reason=reason, by=by, at=at)


def _close(request, *, by, at):
    case_file = request.case_file
    case_file.closed_at, case_file.closed_by = at, by
    case_file.save(update_fields=["closed_at", "closed_by"])
