"""The properties of the clock (trust §1, P1-P4, P9-P13, P16, P20) on calendars that hypothesis draws."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from casework.worktime.clock import WorkingCalendar
from casework.worktime.specs import (
    CalendarSpec,
    DayOff,
    EmptyCalendar,
    NaiveInstant,
    OutOfHorizon,
    Window,
    start_of_day,
    wall,
)
from casework.worktime.tests.build import (
    FIRST,
    JORNADA,
    UNTIL,
    a_day_off,
    amounts,
    an_opening,
    anywhere,
    at,
    calendar,
    calendars,
    days,
    instants,
    specs,
)

ZERO = timedelta(0)
some = settings(max_examples=100, deadline=None)
few = settings(max_examples=25, deadline=None)


def added(cal, instant, amount):
    """`add`, leaving aside what lies beyond the short horizons of these tests."""
    try:
        return cal.add(instant, amount)
    except OutOfHorizon:
        assume(False)


def latest(cal, instant, amount):
    """`latest`, in the same way."""
    try:
        return cal.latest(instant, amount)
    except OutOfHorizon:
        assume(False)


@some
@given(calendars, instants, amounts)
def test_p1_what_was_added_has_elapsed(cal, t, n):
    due = added(cal, t, n)

    assert cal.elapsed(t, due) == n
    assert cal.position(added(cal, due, -n)) == cal.position(t)
    assert cal.elapsed(t, latest(cal, t, n)) == n
    assert due <= latest(cal, t, n)


@some
@given(calendars, instants, amounts)
def test_p1_earliest_and_latest_are_just_that(cal, t, n):
    earliest, last = added(cal, t, n), latest(cal, t, n)
    tick = timedelta(microseconds=1)

    assert cal.elapsed(t, earliest - tick) < n
    assert cal.elapsed(t, last + tick) > n


@some
@given(calendars, instants, instants, instants)
def test_p2_elapsed_time_adds_up(cal, a, b, c):
    assert cal.elapsed(a, b) + cal.elapsed(b, c) == cal.elapsed(a, c)
    assert cal.elapsed(a, b) == -cal.elapsed(b, a)
    first, last = sorted([a, b])
    assert ZERO <= cal.elapsed(first, last) <= last - first
    if b <= c:
        assert cal.elapsed(a, b) <= cal.elapsed(a, c)
        assert cal.elapsed(b, a) >= cal.elapsed(c, a)


@some
@given(calendars, instants, instants, amounts, amounts)
def test_p3_adding_is_associative_and_monotone(cal, t, u, n, m):
    assert added(cal, added(cal, t, n), m) == added(cal, t, n + m)
    assert added(cal, t, min(n, m)) <= added(cal, t, max(n, m))
    assert added(cal, min(t, u), n) <= added(cal, max(t, u), n)
    assert added(cal, added(cal, t, ZERO), ZERO) == added(cal, t, ZERO)


def open_by_the_wall(spec, instant):
    """Whether a clock on the wall of that zone shows a working hour: written again, by looking at the wall alone."""
    local = instant.astimezone(ZoneInfo(spec.zone))
    for day, seconds in (
        (local.date(), local.hour * 3600 + local.minute * 60),
        (local.date() - timedelta(days=1), local.hour * 3600 + local.minute * 60 + 86400),
    ):

        def covers(opens, closes, seconds=seconds):
            return opens <= seconds < (closes if closes >= opens else closes + 86400)

        if any(o.day == day and covers(o.opens, o.closes) for o in spec.openings):
            return True
        if any(
            off.day == day and (off.closed_from is None or covers(off.closed_from, off.closed_until))
            for off in spec.days_off
        ):
            continue
        if any(w.weekday == day.weekday() and covers(w.opens, w.closes) for w in spec.windows):
            return True
    return False


@settings(max_examples=12, deadline=None)
@given(
    specs(),
    st.sampled_from([datetime(2022, 3, 11), datetime(2022, 4, 1), datetime(2022, 10, 28), datetime(2022, 11, 4)]),
    st.integers(0, 2880),
    st.integers(1, 4 * 1440),
)
def test_p4_a_walk_minute_by_minute_counts_the_same(spec, base, skip, minutes):
    start = base.replace(tzinfo=UTC) + timedelta(minutes=skip)
    cal = WorkingCalendar((spec,))

    walked = sum(open_by_the_wall(spec, start + timedelta(minutes=minute)) for minute in range(minutes))

    assert cal.elapsed(start, start + timedelta(minutes=minutes)) == timedelta(minutes=walked)


def test_p4_a_walk_of_nine_days_over_a_change_of_hour():
    spec = CalendarSpec(
        zone="America/Tijuana",
        windows=(
            *(Window(day, wall("00:30"), wall("02:45")) for day in range(7)),
            Window(6, wall("22:00"), wall("03:15")),
        ),
        starts=FIRST,
        until=UNTIL,
    )
    cal = WorkingCalendar((spec,))
    for start in (datetime(2022, 3, 9, tzinfo=UTC), datetime(2022, 11, 2, tzinfo=UTC)):
        walked = sum(open_by_the_wall(spec, start + timedelta(minutes=minute)) for minute in range(9 * 1440))

        assert cal.elapsed(start, start + timedelta(days=9)) == timedelta(minutes=walked)


@some
@given(specs(), a_day_off, an_opening, instants, amounts.filter(bool))  # no promise is of no time at all
def test_p9_a_holiday_never_brings_a_deadline_forward_nor_an_opening_puts_it_off(spec, off, opening, t, n):
    before = added(WorkingCalendar((spec,)), t, n)

    assert added(WorkingCalendar((replace(spec, days_off=(*spec.days_off, off)),)), t, n) >= before
    assert added(WorkingCalendar((replace(spec, openings=(*spec.openings, opening)),)), t, n) <= before


def stretches(spec):
    return list(WorkingCalendar((spec,)).segments())


@few
@given(specs(), days, st.integers(0, 86400))
def test_p10_what_is_empty_or_twice_there_changes_nothing(spec, day, moment):
    before = stretches(spec)
    idle = Window(day.weekday(), moment, moment)

    assert stretches(replace(spec, windows=(*spec.windows, idle, *spec.windows))) == before
    assert stretches(replace(spec, days_off=spec.days_off * 2, openings=spec.openings * 2)) == before
    if all(window.weekday != day.weekday() for window in spec.windows):
        assert stretches(replace(spec, days_off=(*spec.days_off, DayOff(day, "Domingo")))) == before


@few
@given(specs(), st.data())
def test_p11_an_interval_may_be_told_in_two(spec, data):
    window = data.draw(st.sampled_from([w for w in spec.windows if w.opens < w.closes]))
    cut = data.draw(st.integers(window.opens, window.closes))
    rest = [other for other in spec.windows if other is not window]
    halves = [replace(window, closes=cut), replace(window, opens=cut)]

    assert stretches(replace(spec, windows=(*rest, *halves))) == stretches(spec)


@some
@given(specs(zones=("Etc/GMT+6",)), instants, amounts)
def test_p12_a_week_later_is_a_week_later(spec, t, n):
    cal = WorkingCalendar((replace(spec, days_off=(), openings=()),))
    week = timedelta(days=7)

    assert added(cal, t + week, n) == added(cal, t, n) + week


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/Tijuana", date(2026, 3, 8), 23),
        ("America/Tijuana", date(2026, 11, 1), 25),
        ("America/Ciudad_Juarez", date(2026, 3, 8), 23),
        ("America/Mexico_City", date(2022, 4, 3), 23),
        ("America/Mexico_City", date(2022, 10, 30), 25),
        ("America/Mexico_City", date(2023, 4, 2), 24),
        ("America/Mexico_City", date(2026, 11, 1), 24),
    ],
)
def test_p13_a_change_of_hour_is_exact(zone, day, hours):
    always = calendar("00:00-00:00", weekdays=range(7), zone=zone)
    begins, ends = (start_of_day(day + timedelta(days=more), ZoneInfo(zone)) for more in (0, 1))

    assert always.elapsed(begins, ends) == timedelta(hours=hours)


def test_p13_the_plant_has_no_change_of_hour_after_october_2022():
    always = calendar("00:00-00:00", weekdays=range(7))
    day = date(2022, 10, 31)
    while day < date(2036, 12, 31):
        begins, ends = (start_of_day(day + timedelta(days=more), ZoneInfo("America/Mexico_City")) for more in (0, 1))
        assert always.elapsed(begins, ends) == timedelta(hours=24)
        day += timedelta(days=1)


@some
@given(calendars, instants, instants, st.lists(st.tuples(instants, instants), max_size=5))
@example(JORNADA, at("2026-11-10 09:00"), at("2026-11-11 18:00"), [(at("2026-11-10 18:00"), at("2026-11-11 09:00"))])
def test_p16_pauses_are_counted_once_and_cost_nothing_out_of_hours(cal, a, b, pauses):
    since, until = sorted([a, b])
    waited = cal.elapsed_during(pauses, since, until)

    assert cal.elapsed_during(pauses * 2, since, until) == waited
    assert ZERO <= cal.elapsed(since, until) - waited <= cal.elapsed(since, until)
    assert cal.elapsed_during([(since, until)], since, until) == cal.elapsed(since, until)


def test_p16_by_an_example():
    since, until = at("mar 2026-11-10 09:00"), at("mié 2026-11-11 18:00")
    pauses = [
        (at("2026-11-10 10:00"), at("2026-11-10 12:00")),
        (at("2026-11-10 11:00"), at("2026-11-10 13:00")),
        (at("2026-11-10 19:00"), at("2026-11-11 08:00")),
        (at("2026-11-11 17:00"), at("2026-11-12 17:00")),
    ]

    assert JORNADA.elapsed_during(pauses, since, until) == timedelta(hours=4)


@pytest.mark.parametrize(
    "ask",
    [
        lambda cal, t: cal.position(t),
        lambda cal, t: cal.elapsed(t, at("2026-11-10 10:00")),
        lambda cal, t: cal.elapsed(at("2026-11-10 10:00"), t),
        lambda cal, t: cal.add(t, 3600),
        lambda cal, t: cal.latest(t, 3600),
        lambda cal, t: cal.is_open(t),
        lambda cal, t: cal.next_open(t),
        lambda cal, t: cal.late_day(t, 1),
        lambda cal, t: cal.elapsed_during([(t, t + timedelta(days=1))], t, t + timedelta(days=1)),
        lambda cal, t: cal.opening_on(t.date()),
    ],
)
@pytest.mark.parametrize("instant", [datetime(2009, 12, 31, tzinfo=UTC), datetime(2037, 1, 2, tzinfo=UTC)])
def test_p20_out_of_the_horizon_is_an_error(ask, instant):
    ask(JORNADA, at("2026-11-10 12:00"))

    with pytest.raises(OutOfHorizon, match=r"que va del 01/01/2010 al 31/12/2036\.$"):
        ask(JORNADA, instant)


def test_p20_an_answer_beyond_the_horizon_is_an_error_at_once():
    begun = time.perf_counter()
    for amount in (timedelta.max, timedelta.min, 10**30, -(10**30)):
        for question in (JORNADA.add, JORNADA.latest):
            with pytest.raises(OutOfHorizon):
                question(at("2026-11-10 10:00"), amount)
    with pytest.raises(OutOfHorizon):
        JORNADA.late_day(at("2026-11-10 10:00"), 10**9)

    assert time.perf_counter() - begun < 1


def test_p20_a_calendar_that_never_opens_says_so():
    never = calendar()

    for ask in (
        lambda: never.position(at("2026-11-10 10:00")),
        lambda: never.add(at("2026-11-10 10:00"), 1),
        lambda: never.elapsed(at("2026-11-10 10:00"), at("2026-11-11 10:00")),
        lambda: never.next_open(at("2026-11-10 10:00")),
    ):
        with pytest.raises(EmptyCalendar):
            ask()


@some
@given(calendars, anywhere, amounts)
def test_an_instant_is_the_same_in_whatever_zone_it_is_written(cal, t, n):
    assert cal.position(t) == cal.position(t.astimezone(UTC))
    assert added(cal, t, n) == cal.add(t.astimezone(UTC), n)


def test_a_naive_instant_is_refused():
    with pytest.raises(NaiveInstant):
        JORNADA.add(datetime(2026, 11, 10, 10), 3600)


@pytest.mark.parametrize("amount", [1.5, "3600", None, True])
def test_an_amount_is_a_timedelta_or_whole_seconds(amount):
    with pytest.raises(TypeError):
        JORNADA.add(at("2026-11-10 10:00"), amount)


def test_versions_hold_until_the_next_begins():
    old = JORNADA.specs[0]
    new = replace(old, starts=date(2026, 11, 11), windows=tuple(replace(w, closes=wall("15:00")) for w in old.windows))
    both = WorkingCalendar((new, old))

    assert both.add(at("mar 2026-11-10 10:00"), 8 * 3600) == at("mar 2026-11-10 18:00")
    assert both.add(at("mar 2026-11-10 10:00"), 9 * 3600) == at("mié 2026-11-11 10:00")
    assert both.add(at("mié 2026-11-11 10:00"), 6 * 3600) == at("jue 2026-11-12 10:00")
    assert [(spec.starts, spec.until) for spec in both.specs] == [
        (date(2010, 1, 1), date(2026, 11, 11)),
        (date(2026, 11, 11), date(2037, 1, 1)),
    ]


def test_versions_that_contradict_each_other_are_refused():
    spec = JORNADA.specs[0]

    for wrong in ((), (spec, spec), (replace(spec, until=date(2020, 1, 1)), replace(spec, starts=date(2021, 1, 1)))):
        with pytest.raises(ValueError, match=r"version"):
            WorkingCalendar(wrong)
