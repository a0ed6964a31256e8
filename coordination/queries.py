"""What screens and the floors above ask about requests."""

from django.db.models import Q

from casework.people.roles import Role
from coordination.models import CoordinationRequest, RoutingRule
from coordination.stages import Stage


def owed_by(person):
    """What a person must answer: asked of the areas he or she answers for, or handed over; oldest promise first."""
    mine = Q(case_file__responsible=person)
    if person.has_role(Role.HEAD, Role.QUALITY):
        areas = set(person.departments_answered_for)
        if person.has_role(Role.QUALITY) and person.department_id:
            areas.add(person.department_id)
        mine |= Q(department__in=areas)
    owed = CoordinationRequest.objects.filter(mine, stage=Stage.ASSIGNED)
    return owed.select_related("case_file").order_by("first_assigned_at", "pk")


def requests_about(case_file):
    """The requests of a case, oldest first, with what a screen shows of them."""
    return (
        CoordinationRequest.objects.filter(about=case_file)
        .select_related("case_file__responsible", "department")
        .order_by("pk")
    )


def owed_about(case_file):
    """Whether a department still owes an answer on a case."""
    return CoordinationRequest.objects.filter(about=case_file, stage=Stage.ASSIGNED).exists()


def unsettled_about(case_file):
    """Requests of a case neither accepted nor withdrawn."""
    return CoordinationRequest.objects.unsettled().filter(about=case_file)


def routes(matter):
    """The routes of a matter, the one proposed first in front (MPC-SER-002 §5.4)."""
    return RoutingRule.objects.filter(matter=matter).select_related("department")
