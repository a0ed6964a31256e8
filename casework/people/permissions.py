"""Questions about a person alone: what the post allows, never about one case (trust §6)."""

from casework.people.roles import Role
from casework.rules import Forbidden

SEES_EVERY_CASE = (Role.COORDINATOR, Role.COMMERCIAL, Role.DIRECTION, Role.AUDITOR)
READS_CASES = (Role.EXECUTIVE, Role.QUALITY, Role.HEAD, Role.MEMBER, *SEES_EVERY_CASE)
SEES_CUSTOMER_DATA = (Role.EXECUTIVE, Role.COORDINATOR, Role.COMMERCIAL, Role.AUDITOR)


def check_has_role(person, *roles):
    """The person holds one of the roles; otherwise the screen says to ask the coordinator."""
    if not person.has_role(*roles):
        raise Forbidden


def check_reads_cases(person):
    """Whose post has cases to read at all; which ones, `visible_to` says."""
    check_has_role(person, *READS_CASES)


def sees_customer_data(person):
    """Whether contacts, e-mails and telephones of a customer are shown to this person in full."""
    return person.has_role(*SEES_CUSTOMER_DATA)


def sees_customer_name(person):
    """Whether the customer's name is shown; Dirección General alone reads it masked."""
    return sees_customer_data(person) or not person.has_role(Role.DIRECTION)


def check_manages_people(person):
    """People, departments, substitutes and the catalogue belong to the administrator (product §1)."""
    check_has_role(person, Role.ADMINISTRATOR)


def check_reads_settings(person):
    """Calendars and promises are seen by whoever proposes, approves or audits them (trust §6)."""
    check_has_role(person, Role.ADMINISTRATOR, Role.COORDINATOR, Role.COMMERCIAL, Role.DIRECTION, Role.AUDITOR)


def check_proposes_settings(person):
    """Calendars and promises are proposed by the administrator or the coordinator."""
    if not person.has_role(Role.ADMINISTRATOR, Role.COORDINATOR):
        raise Forbidden("Los calendarios y las promesas los propone el administrador o el coordinador.")


def check_approves_settings(person):
    """Calendars and promises are approved by Dirección Comercial (product §4)."""
    if not person.has_role(Role.COMMERCIAL):
        raise Forbidden("Los calendarios y las promesas los aprueba Dirección Comercial.")
