"""May this person? MPC-SER-009 §4 and the matrix of trust §6."""

from casework.people.permissions import check_has_role
from casework.people.roles import Role
from casework.rules import Forbidden
from coordination.policies import HANDED_TO

ANSWERS = (Role.HEAD, Role.QUALITY, Role.COMMERCIAL)


def check_may_assign(person):
    """The coordinator channels; Dirección Comercial may too."""
    check_has_role(person, Role.COORDINATOR, Role.COMMERCIAL)


def check_may_answer(person, request):
    """MPC-SER-009 §4: the head of the department, whoever it was handed to, or Calidad when it is addressed."""
    if person.has_role(Role.COMMERCIAL):
        return
    if person.has_role(Role.HEAD, Role.QUALITY) and request.department_id in person.departments_answered_for:
        return
    if person.has_role(Role.QUALITY) and request.department_id == person.department_id:
        return
    if person.has_role(*HANDED_TO) and request.case_file.responsible_id == person.pk:
        return
    raise Forbidden("Esta solicitud la responde el jefe del área a la que se pidió.")


def check_may_hand_over(person, request):
    """The head entrusts it to someone of the area; the coordinator may as well."""
    if person.has_role(Role.COORDINATOR, Role.COMMERCIAL):
        return
    if person.has_role(Role.HEAD) and request.department_id in person.departments_answered_for:
        return
    raise Forbidden("Solo el jefe del área puede encargarla a alguien más.")


def check_may_verify(person):
    """MPC-SER-009 §5.6: the coordinator validates."""
    check_has_role(person, Role.COORDINATOR, Role.COMMERCIAL)


def check_may_reply(person, request):
    """What an area still needs to know is answered by Servicio al Cliente."""
    check_has_role(person, Role.EXECUTIVE, Role.COORDINATOR, Role.COMMERCIAL)
