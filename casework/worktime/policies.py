"""May a calendar change so? Each rule answers with a sentence for the screen."""

from casework.people.permissions import check_approves_settings
from casework.rules import Forbidden, Refused
from casework.worktime.models import CalendarVersion


def check_day_to_come(day, *, today):
    """What is past is past: a change of the calendar begins on a later day."""
    if day <= today:
        raise Refused("Un calendario cambia desde una fecha futura. Elija otro día.")


def check_may_approve(person, row):
    """Dirección Comercial, and never whoever proposed it."""
    check_approves_settings(person)
    if row.proposed_by_id == person.pk:
        raise Forbidden("Quien propone un cambio del calendario no lo aprueba.")


def check_can_approve(row, *, today):
    """Still waiting, and still to come."""
    if row.approved_at is not None:
        raise Refused("Ese cambio ya está aprobado.")
    check_day_to_come(starts_on(row), today=today)


def starts_on(row):
    """From when a version or a day off matters."""
    return row.holds_from if isinstance(row, CalendarVersion) else row.day
