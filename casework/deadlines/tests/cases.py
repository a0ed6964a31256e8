"""A case with nothing but its promises, and moments of a plant's week in November 2026 (Monday 16 is a holiday)."""

from datetime import datetime
from itertools import count

from casework.moment import PLANT
from casework.people.models import Department
from casework.records.models import CaseFile, CaseKind
from casework.worktime.models import Calendar, CalendarVersion, Window

_numbers = count(1)


def at(text):
    """«13/11 16:40» of 2026 in plant time."""
    day, _, hour = text.partition(" ")
    return datetime.strptime(f"{day}/2026 {hour or '00:00'}", "%d/%m/%Y %H:%M").replace(tzinfo=PLANT)


def case_for(person, *, area="almacen-pt", opened="02/11 09:00", kind=CaseKind.REQUEST):
    """An open case of a department, for which somebody is responsible."""
    number = next(_numbers)
    return CaseFile.objects.create(
        folio=f"CI-2026-{number:05d}",
        kind=kind,
        title="Golpes en la tarima",
        department=Department.objects.get(code=area),
        responsible=person,
        opened_at=at(opened),
        opened_by=person,
        last_movement_at=at(opened),
    )


def shift(key, *, opens, closes, holds_from, weekdays=range(7)):
    """A new approved version of a calendar."""
    version = CalendarVersion.objects.create(
        calendar=Calendar.objects.get(key=key), holds_from=holds_from, approved_at=at("01/11 00:00")
    )
    Window.objects.bulk_create(Window(version=version, weekday=day, opens=opens, closes=closes) for day in weekdays)
    return version
