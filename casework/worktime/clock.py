"""The working-time clock: pure arithmetic on instants. No Django, no rows, no present.

A calendar is described by one or more ``CalendarSpec`` (each holds from a date until the next begins) and turned once
into merged half-open UTC segments with prefix sums. Every question is then a bisection of a list of integers.

Units. Inside, instants are whole microseconds since 1970 UTC and amounts whole microseconds: never a float. Outside,
instants are aware ``datetime`` (answers in UTC) and amounts are ``timedelta``; where an amount is asked for, a plain
``int`` means seconds. Wall-clock times of a day are seconds from its midnight, 0 to 86 400 (24:00).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
SECOND = 1_000_000
DAY_SECONDS = 86_400
DAY = DAY_SECONDS * SECOND


class ClockError(ValueError):
    """The clock cannot answer; the message is a sentence for a person."""


class NaiveInstant(ClockError):
    """A datetime without an offset is no instant."""


class OutOfHorizon(ClockError):
    """The answer lies where the calendar says nothing."""


class EmptyCalendar(ClockError):
    """The calendar never opens, so nothing can be counted on it."""


def to_us(instant):
    """Whole microseconds since 1970 UTC of an aware datetime. Raises NaiveInstant."""
    try:
        since = instant - EPOCH
    except TypeError:
        raise NaiveInstant("El instante no dice su huso horario.") from None
    return (since.days * DAY_SECONDS + since.seconds) * SECOND + since.microseconds


def from_us(us):
    """The aware UTC datetime of whole microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)


def amount_us(amount):
    """Whole microseconds of a timedelta, or of an int of seconds. Raises TypeError for anything else."""
    if isinstance(amount, timedelta):
        return (amount.days * DAY_SECONDS + amount.seconds) * SECOND + amount.microseconds
    if type(amount) is int:
        return amount * SECOND
    raise TypeError(f"an amount is a timedelta or an int of seconds, not {type(amount).__name__}")


def wall(text_or_time, *, closing=False):
    """Seconds from midnight of a ``time`` or of "HH:MM"; as a closing, 00:00 is read as 24:00."""
    if isinstance(text_or_time, time):
        moment = text_or_time
        seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    else:
        hours, minutes = text_or_time.split(":")
        seconds = (int(hours) * 60 + int(minutes)) * 60
    return DAY_SECONDS if closing and seconds == 0 else seconds


def start_of_day(day, zone):
    """The first instant of a local date, as aware UTC datetime."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Opening hours of one weekday (0 = Monday), wall seconds, half-open.

    One that ends before it starts crosses midnight and belongs wholly to its first day; one of no length is nothing.
    """

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day not worked, or the part of it between ``closed_from`` and ``closed_until`` (wall seconds) if they are given."""

    day: date
    reason: str = ""
    origin: str = ""
    closed_from: int | None = None
    closed_until: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours worked on one date on top of the usual ones, holiday or not."""

    day: date
    opens: int
    closes: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """One version of a calendar: what holds for the local dates ``starts <= date < until``."""

    zone: str
    windows: tuple[Window, ...]
    starts: date
    until: date
    days_off: tuple[DayOff, ...] = ()
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a local date looks like: spans are wall seconds of that date and may run past 24:00."""

    day: date
    usual: tuple[tuple[int, int], ...]
    open: tuple[tuple[int, int], ...]
    days_off: tuple[DayOff, ...]
    openings: tuple[Opening, ...]


def _span(opens, closes):
    return (opens, closes + DAY_SECONDS if closes < opens else closes)


def merge(spans):
    """Sorted, disjoint, non-empty union of half-open spans of integers."""
    merged = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _without(spans, start, end):
    """The spans less the half-open [start, end)."""
    left = []
    for opens, closes in spans:
        if closes <= start or end <= opens:
            left.append((opens, closes))
            continue
        if opens < start:
            left.append((opens, start))
        if end < closes:
            left.append((end, closes))
    return left


class _Plans:
    """A specification indexed by date."""

    def __init__(self, spec):
        self.spec = spec
        usual = defaultdict(list)
        for window in spec.windows:
            usual[window.weekday].append(_span(window.opens, window.closes))
        self.usual = {weekday: merge(spans) for weekday, spans in usual.items()}
        self.days_off = defaultdict(list)
        for off in spec.days_off:
            self.days_off[off.day].append(off)
        self.openings = defaultdict(list)
        for opening in spec.openings:
            self.openings[opening.day].append(opening)

    def spans(self, day):
        spans = self.usual.get(day.weekday(), [])
        for off in self.days_off.get(day, ()):
            spans = [] if off.closed_from is None else _without(spans, *_span(off.closed_from, off.closed_until))
        extra = self.openings.get(day)
        if extra:  # after the days off: an opening was put there on purpose
            spans = merge([*spans, *(_span(opening.opens, opening.closes) for opening in extra)])
        return spans

    def plan(self, day):
        return DayPlan(
            day=day,
            usual=tuple(self.usual.get(day.weekday(), ())),
            open=tuple(self.spans(day)),
            days_off=tuple(self.days_off.get(day, ())),
            openings=tuple(self.openings.get(day, ())),
        )


@lru_cache(maxsize=64)
def _offsets(zone_name, first, last):
    """Stretches of constant UTC offset, ``(from_us, to_us, offset_us)``, around the local dates first..last."""
    zone = ZoneInfo(zone_name)

    def offset(us):
        return amount_us(from_us(us).astimezone(zone).utcoffset())

    us = (first.toordinal() - EPOCH_ORDINAL - 2) * DAY
    end = (last.toordinal() - EPOCH_ORDINAL + 3) * DAY
    stretches, begun, current = [], us, offset(us)
    while us < end:
        ahead = us + DAY
        if offset(ahead) != current:
            low, high = us, ahead  # the change is in (low, high]
            while high - low > SECOND:
                middle = (low + high) // 2 // SECOND * SECOND
                low, high = (middle, high) if offset(middle) == current else (low, middle)
            stretches.append((begun, high, current))
            begun, current = high, offset(high)
        us = ahead
    stretches.append((begun, end, current))
    return tuple(stretches)


def _resolved_days(spec):
    """Per worked date of a version, ``(ordinal, its UTC spans in microseconds)``: the instants whose wall clock is inside."""
    plans = _Plans(spec)
    stretches = _offsets(spec.zone, spec.starts, spec.until)
    at = 0
    for ordinal in range(spec.starts.toordinal(), spec.until.toordinal()):
        walls = plans.spans(date.fromordinal(ordinal))
        if not walls:
            continue
        midnight = (ordinal - EPOCH_ORDINAL) * DAY
        while stretches[at][1] + stretches[at][2] <= midnight - DAY:
            at += 1
        spans = []
        for opens, closes in walls:
            opens, closes = midnight + opens * SECOND, midnight + closes * SECOND
            for begins, ends, offset in stretches[at:]:
                if begins + offset >= closes + DAY:
                    break
                start, end = max(opens - offset, begins), min(closes - offset, ends)
                if start < end:
                    spans.append((start, end))
        if spans:
            spans.sort()
            yield ordinal, spans


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
    _first: int = field(init=False, repr=False, compare=False)
    _last: int = field(init=False, repr=False, compare=False)
    _day_ordinals: list = field(init=False, repr=False, compare=False)
    _day_opens: list = field(init=False, repr=False, compare=False)
    _day_closes: list = field(init=False, repr=False, compare=False)
    _plans: tuple = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        specs = _in_force(self.specs)
        first = to_us(start_of_day(specs[0].starts, ZoneInfo(specs[0].zone)))
        last = to_us(start_of_day(specs[-1].until, ZoneInfo(specs[-1].zone)))
        spans, ordinals, opens, closes = [], [], [], []
        for spec in specs:
            for ordinal, day_spans in _resolved_days(spec):
                spans += day_spans
                ordinals.append(ordinal)
                opens.append(day_spans[0][0])
                closes.append(max(day_spans[-1][1], closes[-1] if closes else 0))
        merged = [(max(start, first), min(end, last)) for start, end in merge(spans) if start < last and end > first]
        before = [0]
        for start, end in merged:
            before.append(before[-1] + end - start)
        for name, value in {
            "specs": specs,
            "_starts": [start for start, _ in merged],
            "_ends": [end for _, end in merged],
            "_before": before,
            "_first": first,
            "_last": last,
            "_day_ordinals": ordinals,
            "_day_opens": opens,
            "_day_closes": closes,
            "_plans": tuple(_Plans(spec) for spec in specs),
        }.items():
            object.__setattr__(self, name, value)

    # Positions

    def position(self, instant):
        """Business time since the origin of the calendar, a timedelta."""
        return timedelta(microseconds=self._position(to_us(instant)))

    def elapsed(self, since, until):
        """Business time from one instant to another, a timedelta; negative if ``until`` comes first."""
        return timedelta(microseconds=self._position(to_us(until)) - self._position(to_us(since)))

    def add(self, instant, amount):
        """The earliest instant whose position is ``amount`` (timedelta or seconds, negative too) after that of ``instant``."""
        return EPOCH + timedelta(microseconds=self._earliest(self._position(to_us(instant)) + amount_us(amount)))

    def latest(self, instant, amount):
        """The last instant still at that position: ``add`` on a Friday close answers Friday, ``latest`` the Monday opening."""
        return EPOCH + timedelta(microseconds=self._latest(self._position(to_us(instant)) + amount_us(amount)))

    def elapsed_during(self, pauses, since, until):
        """Business time of [since, until) inside the union of the pauses, ``(from, to)`` pairs: overlaps count once."""
        low, high = to_us(since), to_us(until)
        cut = [(max(to_us(start), low), min(to_us(end), high)) for start, end in pauses]
        return timedelta(microseconds=sum(self._position(end) - self._position(start) for start, end in merge(cut)))

    def _position(self, us):
        at = bisect_right(self._starts, us) - 1
        if us < self._first or us > self._last or not self._starts:
            self._refuse(us)
        if at < 0:
            return 0
        inside = self._before[at] + us - self._starts[at]
        after = self._before[at + 1]
        return inside if inside < after else after

    def _earliest(self, position):
        # At or before position 0 the earliest instant may lie before the horizon: not ours to say.
        at = bisect_left(self._before, position) - 1
        if at < 0 or at >= len(self._starts):
            self._refuse()
        return self._starts[at] + position - self._before[at]

    def _latest(self, position):
        at = bisect_right(self._before, position) - 1
        if at < 0 or at >= len(self._starts):
            self._refuse()
        return self._starts[at] + position - self._before[at]

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
            yield from_us(max(self._starts[at], low)), from_us(min(self._ends[at], high))

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


def _in_force(specs):
    """The versions in order, each cut where the next begins."""
    ordered = sorted(specs, key=lambda spec: spec.starts)
    if not ordered:
        raise ValueError("a calendar has at least one version")
    cut = []
    for spec, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following is not None:
            if following.starts == spec.starts:
                raise ValueError(f"two versions hold from {spec.starts}")
            if following.starts > spec.until:
                raise ValueError(f"no version holds from {spec.until} until {following.starts}")
            spec = replace(spec, until=following.starts)
        if spec.starts >= spec.until:
            raise ValueError(f"the version from {spec.starts} holds for no date")
        cut.append(spec)
    return tuple(cut)
