"""Who may look things up in the catalogue, and who changes it (trust §6)."""

from casework.people.permissions import check_has_role
from casework.people.roles import Role

REGISTERS_COMPLAINTS = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.COMMERCIAL)
ADDS_CUSTOMERS = (Role.EXECUTIVE, Role.COORDINATOR, Role.COMMERCIAL, Role.ADMINISTRATOR)


def check_looks_up(person):
    """Whoever registers complaints finds customers, products and lotes while typing."""
    check_has_role(person, *REGISTERS_COMPLAINTS)


def check_adds_customers(person):
    """A customer who calls for the first time is added on the spot."""
    check_has_role(person, *ADDS_CUSTOMERS)


def check_keeps_catalogue(person):
    """The catalogue is kept by the administrator (product §1)."""
    check_has_role(person, Role.ADMINISTRATOR)
