"""Questions about a person alone, in matters of the record (trust §6)."""

from casework.people.permissions import check_has_role
from casework.people.roles import Role

READS_ORIGINALS = (Role.QUALITY, Role.COORDINATOR, Role.AUDITOR)


def check_may_upload(person):
    """Whoever registers complaints, investigates them or answers for an area."""
    check_has_role(person, Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.HEAD, Role.MEMBER, Role.COMMERCIAL)


def check_may_read_originals(person):
    """The bytes as they came, with what a telephone wrote in them, are evidence: Calidad, coordinator, auditor."""
    check_has_role(person, *READS_ORIGINALS)
