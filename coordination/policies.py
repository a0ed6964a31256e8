"""May it, now? Whoever asks."""

from casework.people.roles import Role
from casework.rules import Conflict, Refused
from coordination.stages import Stage, check_move

HANDED_TO = (Role.HEAD, Role.QUALITY, Role.MEMBER)


def check_can_assign(request):
    """A request waits for an area, or was answered or accepted and goes back."""
    check_move(request.stage, Stage.ASSIGNED)


def check_can_answer(request):
    """Only what is assigned is answered."""
    check_move(request.stage, Stage.ANSWERED)


def check_can_reroute(request):
    """Only what is assigned can be said not to belong."""
    check_move(request.stage, Stage.ASKED)


def check_can_accept(request):
    """MPC-SER-009 §5.6: only an answer is validated."""
    check_move(request.stage, Stage.ACCEPTED)


def check_can_return(request):
    """An answer is returned for rework; a request that waits for an area is not."""
    if request.stage != Stage.ANSWERED:
        raise Conflict("Solo se devuelve una respuesta que todavía no se ha aceptado.")
    if request.about and request.about.closed_at:
        raise Refused(f"{request.about.folio} ya terminó y nadie la trabaja; acepte la respuesta para archivarla.")


def check_can_withdraw(request):
    """What was answered is kept; what is still owed may be withdrawn."""
    check_move(request.stage, Stage.WITHDRAWN)


def check_in_the_area(department, person):
    """Whoever it is handed to works in the area, on a post that may answer."""
    if not person.is_active or person.department_id != department.pk:
        raise Refused(f"{person} no es del departamento {department}.")
    if not person.has_role(*HANDED_TO):
        raise Refused(f"{person} no tiene un puesto que responda solicitudes; elija a otra persona.")
