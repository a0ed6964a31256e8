"""Time is moved by the data, never by a mock: what a deadline says becomes older, and alerts may leave at any hour."""

from datetime import date, time

from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.utils import timezone

from casework.deadlines.models import Deadline
from casework.worktime.models import Calendar, CalendarVersion, Window

INSTANTS = (
    "starts_at",
    "half_at",
    "three_quarters_at",
    "due_at",
    "breaks_at",
    "look_again_at",
    "breached_at",
    "recorded_at",
    "watched_since",
)
RUNGS = ("half_at", "three_quarters_at", "breaks_at")


def make_older(case_file, by, *, keys=None):
    """As if the promises of a case had been made so long before."""
    deadlines = Deadline.objects.filter(case_file=case_file)
    if keys:
        deadlines = deadlines.filter(key__in=keys)
    return deadlines.update(**{name: F(name) - by for name in INSTANTS})


def bring(deadlines, name, *, to, rung=0):
    """As if each of these promises had been made when its instant `name` falls at `to`; so many rungs are climbed."""
    by = ExpressionWrapper(Value(to) - F(name), DurationField())
    values = {each: F(each) + by for each in INSTANTS} | {"look_again_at": F(RUNGS[rung]) + by, "rung": rung}
    return deadlines.update(**values)


def alerts_round_the_clock():
    """An alert calendar that never closes, so that a test may run at night."""
    version = CalendarVersion.objects.create(
        calendar=Calendar.objects.get(key="jornada"), holds_from=date(2020, 1, 1), approved_at=timezone.now()
    )
    Window.objects.bulk_create(
        Window(version=version, weekday=weekday, opens=time(0), closes=time(0)) for weekday in range(7)
    )
    return version
