"""What a promise means on the clock: until when it is kept, its rungs and its verdict. Pure arithmetic, like the clock.

The operator belongs to the promise: «en menos de 24 horas hábiles» (MPC-SER-002 §3) is strict, 48 h and 15 days are
inclusive. The verdict is taken on elapsed time; ``breaks_at`` says the same thing as an instant, for a sweep.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from casework.worktime.specs import MICROSECOND, SECOND, OutOfHorizon, from_us, start_of_day, to_us

PLANT = ZoneInfo("America/Mexico_City")


def _plant_date(instant):
    # Through UTC: refuses a naive instant, which astimezone would take for the machine's.
    return from_us(to_us(instant)).astimezone(PLANT).date()


class Unit(StrEnum):
    """What the amount of a promise counts."""

    BUSINESS_SECONDS = "business_seconds"
    NATURAL_DAYS = "natural_days"


class Verdict(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A promise given at an instant. All aware datetimes in UTC.

    ``due_at`` is what people read; ``breaks_at`` the first instant that breaks it; ``half_at`` and
    ``three_quarters_at`` the rungs before it is due.
    """

    starts_at: datetime
    half_at: datetime
    three_quarters_at: datetime
    due_at: datetime
    breaks_at: datetime

    @property
    def rungs(self):
        return self.half_at, self.three_quarters_at


@dataclass(frozen=True, slots=True)
class Term:
    """The terms of a promise: ``amount`` in business seconds or natural days; ``strict`` means «in less than».

    Business terms are counted on the WorkingCalendar they are given; natural days are local dates of the plant and
    need none. Raises ValueError on an amount below 1 and on strict natural days, which no procedure promises.
    """

    key: str
    unit: Unit
    amount: int
    strict: bool = False

    def __post_init__(self):
        object.__setattr__(self, "unit", Unit(self.unit))
        if type(self.amount) is not int or self.amount < 1:
            raise ValueError("a promise is of a whole amount, 1 or more")
        if self.strict and self.unit is Unit.NATURAL_DAYS:
            raise ValueError("natural days are inclusive: day N ends at 24:00")

    def reckon(self, start, calendar=None):
        """The Reckoning of a promise given at ``start``. Raises the errors of the clock."""
        if self.unit is Unit.NATURAL_DAYS:
            due_at = self._end_of_last_day(start)
            begins, length = to_us(start), to_us(due_at) - to_us(start)
            half, three_quarters = (
                from_us(begins + length // 2),
                from_us(begins + length * 3 // 4),
            )
            breaks_at = due_at
        else:
            half = calendar.add(start, timedelta(microseconds=self.amount * SECOND // 2))
            three_quarters = calendar.add(start, timedelta(microseconds=self.amount * SECOND * 3 // 4))
            due_at = calendar.add(start, self.amount)
            breaks_at = due_at if self.strict else calendar.latest(start, self.amount) + MICROSECOND
        return Reckoning(start.astimezone(UTC), half, three_quarters, due_at, breaks_at)

    def due_at(self, start, calendar=None):
        """The instant people read: the earliest with the promised time behind it, or the 24:00 of the last day."""
        if self.unit is Unit.NATURAL_DAYS:
            return self._end_of_last_day(start)
        return calendar.add(start, self.amount)

    def breaks_at(self, start, calendar=None):
        """The first instant that breaks the promise; broken if and only if met at or after it."""
        return self.reckon(start, calendar).breaks_at

    def verdict(self, start, met_at, calendar=None):
        """Kept or broken, taken on what elapsed between the two instants."""
        if self.unit is Unit.NATURAL_DAYS:
            kept = (_plant_date(met_at) - _plant_date(start)).days <= self.amount
        else:
            elapsed, promised = (
                calendar.elapsed(start, met_at),
                timedelta(seconds=self.amount),
            )
            kept = elapsed < promised if self.strict else elapsed <= promised
        return Verdict.KEPT if kept else Verdict.BROKEN

    def _end_of_last_day(self, start):
        try:
            return start_of_day(_plant_date(start) + timedelta(days=self.amount + 1), PLANT)
        except OverflowError:
            raise OutOfHorizon("El último día queda más allá del calendario.") from None
