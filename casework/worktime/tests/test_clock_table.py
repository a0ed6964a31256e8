"""The clock by tables that can be checked on paper: the weekday stands beside each row."""

from datetime import UTC, date, timedelta

import pytest

from casework.worktime.specs import DayOff, Opening, wall
from casework.worktime.tests.build import HABIL, JORNADA, LAW, at, calendar

NIGHT = calendar("22:00-06:00", days_off=LAW)
LUNCH = calendar("09:00-14:00", "15:00-18:00", days_off=LAW)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("mar 2026-11-10 10:00", 4, "mar 2026-11-10 14:00"),  # mismo día
        ("mar 2026-11-10 17:00", 4, "mié 2026-11-11 12:00"),  # de la tarde al día siguiente
        ("vie 2026-11-13 17:00", 4, "mar 2026-11-17 12:00"),  # el lunes 16 es inhábil
        ("sáb 2026-11-14 23:30", 4, "mar 2026-11-17 13:00"),  # en UTC ya es domingo
        ("mar 2026-11-10 10:00", 24, "jue 2026-11-12 16:00"),  # 24 h contadas en jornada
        ("mar 2026-11-10 09:00", 9, "mar 2026-11-10 18:00"),  # vence al cierre, no al abrir mañana
        ("mar 2026-11-10 18:00", 9, "mié 2026-11-11 18:00"),  # recibido al cierre
        ("mar 2026-11-10 06:00", 1, "mar 2026-11-10 10:00"),  # antes de abrir
        ("jue 2026-12-31 17:00", 2, "lun 2027-01-04 10:00"),  # el viernes 1 es inhábil
    ],
)
def test_hours_of_the_jornada(start, hours, due):
    got = JORNADA.add(at(start).astimezone(UTC), timedelta(hours=hours))

    assert got == at(due)
    assert JORNADA.elapsed(at(start), at(due)) == timedelta(hours=hours)
    assert JORNADA.add(at(start), hours * 3600) == at(due)


@pytest.mark.parametrize(
    ("start", "hours", "due", "latest"),
    [
        ("mar 2026-11-10 16:40", 24, "mié 2026-11-11 16:40", "mié 2026-11-11 16:40"),
        ("vie 2026-11-13 16:40", 24, "mar 2026-11-17 16:40", "mar 2026-11-17 16:40"),
        ("jue 2026-11-12 00:00", 48, "sáb 2026-11-14 00:00", "mar 2026-11-17 00:00"),  # viernes 24:00 ≡ martes 00:00
        ("dom 2026-11-15 12:00", 24, "mié 2026-11-18 00:00", "mié 2026-11-18 00:00"),
    ],
)
def test_hours_of_the_dia_habil_corrido(start, hours, due, latest):
    assert HABIL.add(at(start), timedelta(hours=hours)) == at(due)
    assert HABIL.latest(at(start), timedelta(hours=hours)) == at(latest)


@pytest.mark.parametrize(
    ("cal", "start", "hours", "due"),
    [
        (NIGHT, "lun 2026-11-09 23:00", 8, "mar 2026-11-10 23:00"),
        (NIGHT, "vie 2026-11-13 23:00", 7, "sáb 2026-11-14 06:00"),  # el turno del viernes acaba en sábado
        (NIGHT, "sáb 2026-11-14 05:00", 2, "mar 2026-11-17 23:00"),  # el del lunes inhábil no existe
        (LUNCH, "mar 2026-11-10 13:00", 2, "mar 2026-11-10 16:00"),
        (LUNCH, "mar 2026-11-10 14:30", 1, "mar 2026-11-10 16:00"),
    ],
)
def test_windows_across_midnight_and_around_a_meal(cal, start, hours, due):
    assert cal.add(at(start), timedelta(hours=hours)) == at(due)


def test_a_half_day_off_and_an_extra_opening():
    cal = calendar(
        "09:00-18:00",
        days_off=[*LAW, DayOff(date(2026, 12, 24), "Nochebuena", "empresa", wall("13:00"), wall("18:00"))],
        openings=[Opening(date(2026, 12, 26), wall("10:00"), wall("12:00"), "Inventario")],
    )

    assert cal.add(at("jue 2026-12-24 12:00"), 2 * 3600) == at("sáb 2026-12-26 11:00")
    assert cal.add(at("jue 2026-12-24 12:00"), 4 * 3600) == at("lun 2026-12-28 10:00")


@pytest.mark.parametrize(
    ("start", "hours", "back"),
    [
        ("mié 2026-11-11 12:00", 4, "mar 2026-11-10 17:00"),
        ("mar 2026-11-17 10:00", 1, "vie 2026-11-13 18:00"),  # el primer instante con esa posición
        ("dom 2026-11-15 12:00", 9, "jue 2026-11-12 18:00"),
    ],
)
def test_hours_backwards(start, hours, back):
    assert JORNADA.add(at(start), timedelta(hours=-hours)) == at(back)


@pytest.mark.parametrize(
    ("breach", "first", "third"),
    [
        ("mar 2026-11-10 16:40", "mié 2026-11-11 09:00", "vie 2026-11-13 09:00"),
        ("vie 2026-11-13 16:40", "mar 2026-11-17 09:00", "jue 2026-11-19 09:00"),
        ("vie 2026-11-13 18:00", "mié 2026-11-18 09:00", "vie 2026-11-20 09:00"),  # se siente el martes al abrir
        ("mar 2026-11-17 09:00", "mié 2026-11-18 09:00", "vie 2026-11-20 09:00"),  # y eso es el mismo instante
        ("dom 2026-11-29 00:00", "mar 2026-12-01 09:00", "jue 2026-12-03 09:00"),  # «28/11 24:00»
    ],
)
def test_days_late_are_working_days_at_their_opening(breach, first, third):
    assert JORNADA.late_day(at(breach), 1) == at(first)
    assert JORNADA.late_day(at(breach), 3) == at(third)


def test_days_late_round_the_clock():
    always = calendar("00:00-00:00", weekdays=range(7))

    assert always.late_day(at("mar 2026-11-10 16:40"), 1) == at("mié 2026-11-11 00:00")


@pytest.mark.parametrize(
    ("instant", "is_open", "next_open"),
    [
        ("vie 2026-11-13 09:00", True, "vie 2026-11-13 09:00"),
        ("vie 2026-11-13 17:59:59", True, "vie 2026-11-13 17:59:59"),
        ("vie 2026-11-13 18:00", False, "mar 2026-11-17 09:00"),
        ("lun 2026-11-16 12:00", False, "mar 2026-11-17 09:00"),
    ],
)
def test_when_people_may_be_disturbed(instant, is_open, next_open):
    assert JORNADA.is_open(at(instant)) is is_open
    assert JORNADA.next_open(at(instant)) == at(next_open)


def test_the_opening_of_a_date():
    assert JORNADA.opening_on(date(2026, 11, 17)) == at("mar 2026-11-17 09:00")
    assert JORNADA.opening_on(date(2026, 11, 16)) is None
