"""Who may write to a customer, and who may approve it (trust §6)."""

from casework.people.permissions import check_has_role
from casework.people.roles import Role
from casework.rules import Forbidden

WRITERS = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.HEAD, Role.MEMBER, Role.COMMERCIAL)
APPROVERS = (Role.COORDINATOR, Role.COMMERCIAL)


def check_may_write(person):
    """Anyone who works on cases drafts; Dirección General, facilitator, administrator and auditor do not."""
    check_has_role(person, *WRITERS)


def check_may_approve(person, message):
    """MPC-SER-009 §3.5: approved by the coordinator before it is shared, never by whoever wrote it."""
    check_has_role(person, *APPROVERS)
    if message.written_by_id == person.pk:
        raise Forbidden("Usted redactó este mensaje; debe aprobarlo otra persona (MPC-SER-009 §3.5).")
