"""How a calendar is described, and what its wall clocks mean in UTC. Pure arithmetic: no Django, no rows, no present.

Units. Instants are whole microseconds since 1970 UTC and amounts whole microseconds: never a float. Wall-clock times of
a day are seconds from its midnight, 0 to 86 400 (24:00).
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
SECOND = 1_000_000
DAY_SECONDS = 86_400
DAY = DAY_SECONDS * SECOND
MICROSECOND = timedelta(microseconds=1)


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
        return (instant - EPOCH) // MICROSECOND
    except TypeError:
        raise NaiveInstant("El instante no dice su huso horario.") from None


def from_us(us):
    """The aware UTC datetime of whole microseconds since 1970."""
    return EPOCH + MICROSECOND * us


def amount_us(amount):
    """Whole microseconds of a timedelta, or of an int of seconds. Raises TypeError for anything else."""
    if type(amount) is int:
        return amount * SECOND
    if isinstance(amount, timedelta):
        return amount // MICROSECOND
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
    """A day not worked; only the part from ``closed_from`` to ``closed_until`` (wall seconds) where they are given."""

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


class Plans:
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


def resolved_days(spec):
    """Per worked date of a version, ``(ordinal, UTC spans in microseconds)``: when its wall clock is in the hours."""
    plans = Plans(spec)
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


def in_force(specs):
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
