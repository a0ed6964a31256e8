"""Análisis, canalización, investigación y dictamen: MPC-SER-002 §5.3–§5.6."""

from django.db import transaction

from casework.alerts import bell
from casework.people.models import Department
from casework.records import evidence as evidence_room
from casework.records import participation, timeline
from casework.rules import Refused
from complaints import permissions, policies
from complaints.actions.common import QUALITY, department, locked, move
from complaints.models import Dictamen, Matter, Triage
from complaints.stages import Stage
from coordination import actions as coordination
from coordination.queries import routes, unsettled_about
from coordination.stages import Stage as RequestStage


@transaction.atomic
def channel(
    complaint, *, matter, severity, responsible, departments, question, urgent_hours=None, override_reason="", by, at
):
    """Analyse, designate who is responsible and channel to one or several areas. MPC-SER-002 §5.3, §5.4.

    Departments outside the routes of the matter need `override_reason`. Each gets a request with its own clock.
    """
    permissions.check_may_triage(by)
    complaint = locked(complaint)
    policies.check_can_triage(complaint)
    if not departments:
        raise Refused("Elija al menos un área.")
    policies.check_can_be_responsible(responsible)
    _check_not_asked_already(complaint, departments)
    hours = {route.department_id: route.hours for route in routes(matter)}
    if any(area.pk not in hours for area in departments) and not override_reason.strip():
        raise Refused("Un área fuera de la ruta de MPC-SER-002 §5.4 necesita un motivo.")
    case_file = complaint.case_file
    triage = Triage.objects.create(
        complaint=complaint,
        matter=matter,
        severity=severity,
        responsible=responsible,
        override_reason=override_reason,
        cycle=complaint.cycle,
        at=at,
        by=by,
    )
    complaint.matter, complaint.severity = matter, severity
    complaint.save(update_fields=["matter", "severity"])
    case_file.department = departments[0]
    case_file.save(update_fields=["department"])
    _designate(case_file, responsible, by=by, at=at)
    if matter == Matter.TECHNICAL:  # Calidad reads every technical matter (trust §6)
        participation.joins(case_file, department=department(QUALITY), at=at)
    timeline.write(
        case_file,
        "complaint.triaged",
        by=by,
        at=at,
        matter=complaint.get_matter_display(),
        severity=complaint.get_severity_display(),
        responsible=str(responsible),
    )
    if complaint.stage != Stage.CHANNELLED:
        move(complaint, Stage.CHANNELLED)
    names = ", ".join(area.name for area in departments)
    timeline.write(case_file, "complaint.channelled", by=by, at=at, departments=names)
    for area in departments:
        coordination.ask(
            about=case_file,
            department=area,
            question=question,
            matter=matter,
            hours=hours.get(area.pk),
            urgent_hours=urgent_hours,
            by=by,
            at=at,
        )
    return triage


def _check_not_asked_already(complaint, departments):
    """A second click asks nobody twice: what an area owes is answered before it is asked again."""
    owed = unsettled_about(complaint.case_file).filter(stage=RequestStage.ASSIGNED, department__in=departments)
    for request in owed.select_related("case_file", "department"):
        raise Refused(f"{request.department} todavía debe responder {request.folio}; espere su respuesta.")


@transaction.atomic
def triage_again(complaint, *, reason, by, at):
    """Back to the initial analysis; what the areas still owe is withdrawn (product §3)."""
    permissions.check_may_triage(by)
    complaint = locked(complaint)
    policies.check_can_triage_again(complaint)
    coordination.withdraw_all(about=complaint.case_file, reason=reason, by=by, at=at)
    move(complaint, Stage.REGISTERED)
    timeline.write(complaint.case_file, "complaint.triaged_again", by=by, at=at, reason=reason)
    return complaint


@transaction.atomic
def assign_responsible(complaint, *, person, by, at):
    """Designate who follows the case up. MPC-SER-009 §3.4: one person, always."""
    permissions.check_may_triage(by)
    complaint = locked(complaint)
    policies.check_not_over(complaint)
    policies.check_can_be_responsible(person)
    case_file = complaint.case_file
    _designate(case_file, person, by=by, at=at)
    timeline.write(case_file, "complaint.assigned", by=by, at=at, responsible=str(person))
    return complaint


def _designate(case_file, person, *, by, at):
    """Make a person responsible, and tell whoever did not know (product §4.5: an assignment is told at once)."""
    news = person.pk not in (case_file.responsible_id, by.pk)
    case_file.responsible = person
    case_file.save(update_fields=["responsible"])
    participation.joins(case_file, person=person, at=at)
    if news:
        bell.tell(
            [person],
            "complaint.assigned",
            occasion=f"complaint:{case_file.pk}:{at.isoformat()}",
            at=at,
            case_file=case_file,
            facts={"by": str(by)},
            at_once=True,
        )


@transaction.atomic
def add_evidence(complaint, *, evidence, by, at):
    """Add photographs or documents to the case. MPC-SER-002 §5.5."""
    permissions.check_may_add_evidence(by)
    complaint = locked(complaint)
    policies.check_not_over(complaint)
    return evidence_room.attach(evidence, complaint.case_file, by=by, at=at)


@transaction.atomic
def issue_dictamen(complaint, *, upheld, manufacturing_defect=False, root_cause, plan, by, at):
    """Rule on the complaint: procede or not, root cause and plan of action. MPC-SER-002 §5.6.

    If the area of whoever rules still owes its answer on this case, the dictamen answers it.
    """
    complaint = locked(complaint)
    requests = coordination.hold_all(about=complaint.case_file)
    permissions.check_may_rule(by, complaint)
    policies.check_can_rule(complaint)
    dictamen = Dictamen.objects.create(
        complaint=complaint,
        upheld=upheld,
        manufacturing_defect=manufacturing_defect,
        root_cause=root_cause,
        plan=plan,
        department=_rules_for(by, complaint),
        cycle=complaint.cycle,
        at=at,
        by=by,
    )
    move(complaint, Stage.RULED)
    timeline.write(
        complaint.case_file, "dictamen.issued", by=by, at=at, verdict=str(dictamen).lower(), root_cause=root_cause
    )
    for request in requests:
        if request.stage == RequestStage.ASSIGNED and request.department_id == dictamen.department_id:
            coordination.answer(request, action=f"Dictamen: {str(dictamen).lower()}. {plan}"[:4000], by=by, at=at)
    return dictamen


def _rules_for(person, complaint):
    """The area in whose name a person rules: an asked one that he or she answers for, as head or substitute; else the own."""
    asked = policies.areas_at_work(complaint)
    areas = Department.objects.filter(pk__in=person.departments_answered_for & asked).order_by("pk")
    own = person.department
    if own and (own.pk in asked or not areas):
        return own
    return areas.first() or complaint.case_file.department
