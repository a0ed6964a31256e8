"""What screens and the floors above ask about requests."""

from coordination.models import CoordinationRequest, RoutingRule
from coordination.stages import Stage


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
