"""What a promise means at its edges (trust §1, P14, P15, P18), and its rungs."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.worktime.promises import Term, Unit, Verdict
from casework.worktime.specs import NaiveInstant, OutOfHorizon
from casework.worktime.tests.build import HABIL, JORNADA, PLANT, anywhere, at, calendars, instants

SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
ACKNOWLEDGEMENT = Term("acknowledgement", Unit.BUSINESS_SECONDS, 24 * 3600, strict=True)
COORDINATION = Term("coordination_answer", Unit.BUSINESS_SECONDS, 48 * 3600)
URGENT = Term("coordination_urgent", Unit.BUSINESS_SECONDS, 8 * 3600)
CLOSURE = Term("closure", Unit.NATURAL_DAYS, 15)


@pytest.mark.parametrize(
    ("strict", "start", "met", "verdict"),
    [
        (True, "mar 2026-11-10 10:00", "mar 2026-11-10 17:59:59", Verdict.KEPT),  # presupuesto − 1 s
        (True, "mar 2026-11-10 10:00", "mar 2026-11-10 18:00", Verdict.BROKEN),  # el presupuesto
        (True, "mar 2026-11-10 10:00", "mié 2026-11-11 09:00:01", Verdict.BROKEN),  # + 1 s
        (False, "mar 2026-11-10 10:00", "mar 2026-11-10 17:59:59", Verdict.KEPT),
        (False, "mar 2026-11-10 10:00", "mar 2026-11-10 18:00", Verdict.KEPT),
        (False, "mar 2026-11-10 10:00", "mié 2026-11-11 08:30", Verdict.KEPT),  # cerrado: no ha pasado más tiempo
        (False, "mar 2026-11-10 10:00", "mié 2026-11-11 09:00", Verdict.KEPT),  # apertura ≡ cierre
        (False, "mar 2026-11-10 10:00", "mié 2026-11-11 09:00:01", Verdict.BROKEN),
        (False, "vie 2026-11-13 10:00", "mar 2026-11-17 09:00", Verdict.KEPT),  # viernes al cierre ≡ martes al abrir
        (True, "vie 2026-11-13 10:00", "vie 2026-11-13 18:00", Verdict.BROKEN),
        (True, "sáb 2026-11-14 12:00", "mar 2026-11-17 16:59:59", Verdict.KEPT),  # recibida fuera de horario
        (True, "sáb 2026-11-14 12:00", "mar 2026-11-17 17:00", Verdict.BROKEN),
        (False, "mar 2026-11-10 10:00", "mar 2026-11-10 09:00", Verdict.KEPT),  # se cumplió antes de prometerla
    ],
)
def test_p14_the_edges_of_eight_hours_of_the_jornada(strict, start, met, verdict):
    term = Term("coordination_urgent", Unit.BUSINESS_SECONDS, 8 * 3600, strict=strict)

    assert term.verdict(at(start), at(met), JORNADA) is verdict


@settings(max_examples=150, deadline=None)
@given(calendars, anywhere, st.integers(1, 200 * 3600), st.booleans(), instants, st.integers(-2, 2))
def test_p15_the_verdict_is_the_same_by_elapsed_time_and_by_instant(cal, start, amount, strict, other, near):
    term = Term("any", Unit.BUSINESS_SECONDS, amount, strict=strict)
    try:
        breaks_at = term.breaks_at(start, cal)
    except OutOfHorizon:
        assume(False)

    for met in (other, breaks_at, breaks_at + near * MICROSECOND, breaks_at + near * SECOND):
        assert (term.verdict(start, met, cal) is Verdict.BROKEN) is (met >= breaks_at)


@settings(max_examples=100, deadline=None)
@given(anywhere, st.integers(1, 40), instants, st.integers(-2, 2))
def test_p15_for_natural_days_too(start, amount, other, near):
    term = Term("any", Unit.NATURAL_DAYS, amount)
    breaks_at = term.breaks_at(start)

    for met in (other, breaks_at, breaks_at + near * MICROSECOND):
        assert (term.verdict(start, met) is Verdict.BROKEN) is (met >= breaks_at)


@given(st.dates(datetime(2015, 1, 1).date(), datetime(2035, 1, 1).date()), st.times(), st.integers(1, 60))
def test_p18_natural_days_look_at_dates_and_at_no_calendar(day, moment, amount):
    term = Term("closure", Unit.NATURAL_DAYS, amount)
    due = term.due_at(datetime.combine(day, moment, tzinfo=PLANT))

    last = due.astimezone(PLANT) - MICROSECOND
    assert last.date() == day + timedelta(days=amount)
    assert due.astimezone(PLANT).time() == time(0)
    for edge in (time(0), time(23, 59, 59)):
        received = datetime.combine(day, edge, tzinfo=PLANT)
        assert term.due_at(received) == due
        assert term.due_at(received.astimezone(ZoneInfo("Asia/Tokyo"))) == due
        assert term.reckon(received, JORNADA).due_at == term.reckon(received, HABIL).due_at == due


def test_p18_by_an_example():
    assert CLOSURE.due_at(at("vie 2026-11-13 16:40")) == at("dom 2026-11-29 00:00")  # «28/11 24:00»
    assert CLOSURE.verdict(at("vie 2026-11-13 16:40"), at("sáb 2026-11-28 23:59:59")) is Verdict.KEPT
    assert CLOSURE.verdict(at("vie 2026-11-13 00:00"), at("dom 2026-11-29 00:00")) is Verdict.BROKEN


def test_a_strict_promise_breaks_when_it_is_due():
    reckoning = ACKNOWLEDGEMENT.reckon(at("vie 2026-11-13 16:40"), HABIL)

    assert reckoning.due_at == reckoning.breaks_at == at("mar 2026-11-17 16:40")


def test_an_inclusive_promise_breaks_a_microsecond_after_the_next_opening():
    reckoning = COORDINATION.reckon(at("jue 2026-11-12 00:00"), HABIL)

    assert reckoning.due_at == at("sáb 2026-11-14 00:00")
    assert reckoning.breaks_at == at("mar 2026-11-17 00:00") + MICROSECOND


@pytest.mark.parametrize(
    ("term", "cal", "start", "half", "three_quarters"),
    [
        (ACKNOWLEDGEMENT, HABIL, "vie 2026-11-13 16:40", "mar 2026-11-17 04:40", "mar 2026-11-17 10:40"),
        (ACKNOWLEDGEMENT, HABIL, "vie 2026-11-13 12:00", "sáb 2026-11-14 00:00", "mar 2026-11-17 06:00"),
        (URGENT, JORNADA, "mar 2026-11-10 16:00", "mié 2026-11-11 11:00", "mié 2026-11-11 13:00"),
        (CLOSURE, None, "vie 2026-11-13 00:00", "sáb 2026-11-21 00:00", "mié 2026-11-25 00:00"),
    ],
)
def test_rungs_at_half_and_three_quarters(term, cal, start, half, three_quarters):
    assert term.reckon(at(start), cal).rungs == (at(half), at(three_quarters))


@settings(max_examples=60, deadline=None)
@given(instants, st.sampled_from([ACKNOWLEDGEMENT, COORDINATION, URGENT, CLOSURE]))
def test_the_ladder_is_climbed_in_order(start, term):
    reckoning = term.reckon(start, HABIL)

    assert reckoning.starts_at <= reckoning.half_at <= reckoning.three_quarters_at <= reckoning.due_at
    assert reckoning.due_at <= reckoning.breaks_at
    assert all(instant.tzinfo is UTC for instant in (reckoning.starts_at, *reckoning.rungs, reckoning.breaks_at))


@pytest.mark.parametrize(
    ("unit", "amount", "strict"),
    [("business_seconds", 0, False), ("business_seconds", 1.5, False), ("natural_days", 15, True), ("weeks", 1, False)],
)
def test_a_promise_that_no_procedure_makes_is_refused(unit, amount, strict):
    with pytest.raises(ValueError, match=r"."):
        Term("any", unit, amount, strict)


def test_natural_days_refuse_what_has_no_answer():
    with pytest.raises(NaiveInstant):
        CLOSURE.due_at(datetime(2026, 11, 13, 16, 40))
    with pytest.raises(NaiveInstant):
        CLOSURE.verdict(at("2026-11-13 16:40"), datetime(2026, 11, 13, 16, 40))
    with pytest.raises(OutOfHorizon):
        CLOSURE.due_at(datetime(9999, 12, 30, tzinfo=UTC))
