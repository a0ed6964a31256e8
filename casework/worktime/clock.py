"""The working-time clock: a calendar turned once into merged half-open UTC segments with prefix sums.

Every question is then a bisection of a list of integers. Pure: no Django, no rows, no present. Instants are aware
``datetime`` (answers in UTC); amounts are ``timedelta``, and where one is asked for, a plain ``int`` means seconds.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from casework.worktime.specs import (
    EPOCH,
    MICROSECOND,
    CalendarSpec,
    EmptyCalendar,
    OutOfHorizon,
    Plans,
    amount_us,
    from_us,
    in_force,
    merge,
    resolved_days,
    start_of_day,
    to_us,
)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working time between instants. Built from versions; each holds until the next one begins.

    Raises ValueError when built of no version, of two from the same date, or with a gap between them. Its methods
    raise NaiveInstant, OutOfHorizon and EmptyCalendar; they never answer None, and never loop.
    """

    specs: tuple[CalendarSpec, ...]
    key: str = ""
    _starts: list = field(init=False, repr=False, compare=False)
    _ends: list = field(init=False, repr=False, compare=False)
    _before: list = field(init=False, repr=False, compare=False)
    _shift: list = field(init=False, repr=False, compare=False)
    _first: int = field(init=False, repr=False, compare=False)
    _last: int = field(init=False, repr=False, compare=False)
    _day_ordinals: list = field(init=False, repr=False, compare=False)
    _day_opens: list = field(init=False, repr=False, compare=False)
    _day_closes: list = field(init=False, repr=False, compare=False)
    _plans: tuple = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        specs = in_force(self.specs)
        first = to_us(start_of_day(specs[0].starts, ZoneInfo(specs[0].zone)))
        last = to_us(start_of_day(specs[-1].until, ZoneInfo(specs[-1].zone)))
        spans, ordinals, opens, closes = [], [], [], []
        for spec in specs:
            for ordinal, day_spans in resolved_days(spec):
                spans += day_spans
                ordinals.append(ordinal)
                opens.append(day_spans[0][0])
                closes.append(max(day_spans[-1][1], closes[-1] if closes else 0))
        merged = [(max(start, first), min(end, last)) for start, end in merge(spans) if start < last and end > first]
        if merged:  # a segment of no length at the very start spares a comparison in every question
            merged.insert(0, (first, first))
        before = [0]
        for start, end in merged:
            before.append(before[-1] + end - start)
        for name, value in {
            "specs": specs,
            "_starts": [start for start, _ in merged],
            "_ends": [end for _, end in merged],
            "_before": before,
            "_shift": [start - passed for (start, _), passed in zip(merged, before, strict=False)],
            "_first": first,
            "_last": last,
            "_day_ordinals": ordinals,
            "_day_opens": opens,
            "_day_closes": closes,
            "_plans": tuple(Plans(spec) for spec in specs),
        }.items():
            object.__setattr__(self, name, value)

    # Positions

    def position(self, instant):
        """Business time since the origin of the calendar, a timedelta."""
        return MICROSECOND * self._position(to_us(instant))

    def elapsed(self, since, until):
        """Business time from one instant to another, a timedelta; negative if ``until`` comes first."""
        return MICROSECOND * (self._position(to_us(until)) - self._position(to_us(since)))

    def add(self, instant, amount):
        """The earliest instant ``amount`` (timedelta or seconds, negative too) of business time after ``instant``."""
        position = self._position(to_us(instant)) + amount_us(amount)
        # At or before position 0 the earliest instant may lie before the horizon: not ours to say.
        return self._instant(bisect_left(self._before, position) - 1, position)

    def latest(self, instant, amount):
        """The last instant at that same position: where ``add`` answers a Friday close, the Monday opening."""
        position = self._position(to_us(instant)) + amount_us(amount)
        return self._instant(bisect_right(self._before, position) - 1, position)

    def elapsed_during(self, pauses, since, until):
        """Business time of [since, until) inside the union of the pauses, ``(from, to)`` pairs: overlaps count once."""
        low, high = to_us(since), to_us(until)
        cut = [(max(to_us(start), low), min(to_us(end), high)) for start, end in pauses]
        return MICROSECOND * sum(self._position(end) - self._position(start) for start, end in merge(cut))

    def _position(self, us):
        at = bisect_right(self._starts, us) - 1
        if at < 0 or us > self._last:
            self._refuse(us)
        inside = us - self._shift[at]
        after = self._before[at + 1]
        return inside if inside < after else after  # min() would be the slowest part of it

    def _instant(self, at, position):
        if at < 0 or at >= len(self._starts):
            self._refuse()
        return EPOCH + MICROSECOND * (self._shift[at] + position)

    def _refuse(self, us=None):
        if not self._starts:
            raise EmptyCalendar(f"El calendario {self.key or 'sin nombre'} no abre nunca.")
        first, until = self.horizon
        what = "El resultado" if us is None else "El instante"
        raise OutOfHorizon(
            f"{what} queda fuera del calendario {self.key or 'sin nombre'}, "
            f"que va del {first:%d/%m/%Y} al {until - timedelta(days=1):%d/%m/%Y}."
        )

    # Days and hours

    @property
    def horizon(self):
        """The local dates it speaks of: the first, and the one after the last."""
        return self.specs[0].starts, self.specs[-1].until

    @property
    def bounds(self):
        """The first and the last instant of which it speaks, aware datetimes in UTC."""
        return from_us(self._first), from_us(self._last)

    def zone_at(self, instant):
        """The ZoneInfo of the version in force at an instant."""
        us = to_us(instant)
        for spec in reversed(self.specs):
            zone = ZoneInfo(spec.zone)
            if us >= to_us(start_of_day(spec.starts, zone)):
                return zone
        return ZoneInfo(self.specs[0].zone)

    def plan(self, day):
        """The DayPlan of a local date. Raises OutOfHorizon."""
        for plans in self._plans:
            if plans.spec.starts <= day < plans.spec.until:
                return plans.plan(day)
        self._refuse()

    def segments(self, since=None, until=None):
        """The open stretches, merged, as ``(starts, ends)`` in UTC; cut to [since, until) where given."""
        low = self._first if since is None else max(to_us(since), self._first)
        high = self._last if until is None else min(to_us(until), self._last)
        for at in range(bisect_right(self._ends, low), bisect_left(self._starts, high)):
            yield (
                from_us(max(self._starts[at], low)),
                from_us(min(self._ends[at], high)),
            )

    def is_open(self, instant):
        """Whether the instant is inside a segment (half-open: at the closing it is not)."""
        us = to_us(instant)
        self._position(us)  # refuses what it cannot know
        at = bisect_right(self._starts, us) - 1
        return at >= 0 and us < self._ends[at]

    def next_open(self, instant):
        """The instant itself if open, else the next opening."""
        us = to_us(instant)
        self._position(us)
        at = bisect_right(self._ends, us)
        if at == len(self._starts):
            self._refuse()
        return from_us(max(us, self._starts[at]))

    def opening_on(self, day):
        """The first open instant of a working date; None if it is not worked. Raises OutOfHorizon."""
        self.plan(day)
        at = bisect_left(self._day_ordinals, day.toordinal())
        if at == len(self._day_ordinals) or self._day_ordinals[at] != day.toordinal():
            return None
        return from_us(self._day_opens[at])

    def late_day(self, breach, k):
        """The opening of the k-th working day (k >= 1) after the one in which a breach is felt.

        A breach out of hours is felt when the next working day opens, so a Friday close and a Monday opening,
        one instant for a promise, are also one for its ladder.
        """
        if k < 1:
            raise ValueError("working days late are counted from 1")
        us = to_us(breach)
        self._position(us)
        at = bisect_right(self._day_closes, us) + k
        if at >= len(self._day_opens):
            self._refuse()
        return from_us(self._day_opens[at])
