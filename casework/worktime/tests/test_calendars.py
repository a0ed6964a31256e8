"""From rows to the clock: what came with the system, what counts, and that nothing is remembered too long."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from casework.worktime.calendars import NoSuchCalendar, calendar, calendars
from casework.worktime.models import Calendar, CalendarVersion, DayOff, ExtraOpening, Origin, Window
from casework.worktime.tests.build import HABIL, JORNADA, at

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def a_day_off(day, *keys, **more):
    off = DayOff.objects.create(**{"day": day, "reason": "Inventario", "approved_at": NOW, **more})
    off.calendars.set(Calendar.objects.filter(key__in=keys))
    return off


def test_two_calendars_come_with_the_system():
    assert sorted(calendars()) == ["habil", "jornada"]
    assert list(calendar("habil").segments()) == list(HABIL.segments())
    assert list(calendar("jornada").segments()) == list(JORNADA.segments())
    assert calendar("jornada").horizon == (date(2010, 1, 1), date(2037, 1, 1))


def test_reading_them_again_costs_one_query(django_assert_num_queries):
    first = calendars()

    with django_assert_num_queries(1):
        assert calendars() is first


def test_building_them_costs_few(django_assert_num_queries):
    a_day_off(date(2026, 11, 10), "jornada")

    with django_assert_num_queries(8):
        calendars()


@pytest.mark.parametrize(
    "edit",
    [
        lambda: a_day_off(date(2026, 11, 10), "jornada"),
        lambda: Window.objects.filter(version__calendar__key="jornada").update(opens=time(10)),
        lambda: Window.objects.filter(version__calendar__key="jornada", weekday=1).delete(),
        lambda: CalendarVersion.objects.filter(calendar__key="jornada").update(timezone="America/Tijuana"),
    ],
)
def test_an_edit_is_seen_at_once(edit):
    before = calendar("jornada").add(at("mar 2026-11-10 09:00"), 9 * 3600)

    edit()

    assert calendar("jornada").add(at("mar 2026-11-10 09:00"), 9 * 3600) != before


def test_what_was_rolled_back_is_forgotten():
    start, due = at("mar 2026-11-10 09:00"), at("mar 2026-11-10 18:00")
    with transaction.atomic():
        a_day_off(date(2026, 11, 10), "jornada")
        assert calendar("jornada").add(start, 9 * 3600) == at("mié 2026-11-11 18:00")
        transaction.set_rollback(True)

    assert calendar("jornada").add(start, 9 * 3600) == due

    with transaction.atomic():
        a_day_off(date(2026, 11, 11), "jornada")
        assert calendar("jornada").add(start, 9 * 3600) == due
        transaction.set_rollback(True)


def test_what_is_not_approved_does_not_count():
    a_day_off(date(2026, 11, 10), "jornada", approved_at=None)
    CalendarVersion.objects.create(calendar=Calendar.objects.get(key="jornada"), holds_from=date(2026, 11, 1))

    assert calendar("jornada").add(at("mar 2026-11-10 09:00"), 9 * 3600) == at("mar 2026-11-10 18:00")


def test_a_day_off_counts_in_its_calendars_only():
    a_day_off(date(2026, 11, 10), "jornada")

    assert calendar("jornada").plan(date(2026, 11, 10)).open == ()
    assert calendar("habil").plan(date(2026, 11, 10)).open == ((0, 86400),)


def test_half_days_and_extra_openings_come_from_rows():
    a_day_off(date(2026, 11, 10), "jornada", closed_from=time(14), closed_until=time(0), origin=Origin.ELECTORAL)
    opening = ExtraOpening.objects.create(
        day=date(2026, 11, 14), opens=time(20), closes=time(0), reason="Embarque", approved_at=NOW
    )
    opening.calendars.set(Calendar.objects.filter(key="jornada"))

    tuesday, saturday = calendar("jornada").plan(date(2026, 11, 10)), calendar("jornada").plan(date(2026, 11, 14))

    assert tuesday.open == ((9 * 3600, 14 * 3600),)
    assert [(off.reason, off.origin) for off in tuesday.days_off] == [("Inventario", "jornada electoral")]
    assert saturday.open == ((20 * 3600, 86400),)


def test_a_new_version_holds_from_its_date():
    version = CalendarVersion.objects.create(
        calendar=Calendar.objects.get(key="jornada"), holds_from=date(2026, 11, 11), approved_at=NOW
    )
    Window.objects.create(version=version, weekday=2, opens=time(22), closes=time(6))

    cal = calendar("jornada")

    assert cal.add(at("mar 2026-11-10 09:00"), 10 * 3600) == at("mié 2026-11-11 23:00")
    assert cal.add(at("mar 2026-11-10 09:00"), 17 * 3600) == at("jue 2026-11-12 06:00")


def test_a_calendar_without_an_approved_version_is_not_there():
    Calendar.objects.create(key="nocturno", name="Nocturno")

    with pytest.raises(NoSuchCalendar, match=r"^No hay un calendario «nocturno» aprobado\.$"):
        calendar("nocturno")


def test_the_horizon_is_the_last_year_whose_holidays_are_known():
    a_day_off(date(2037, 1, 1), "jornada", origin=Origin.LAW, reason="Año Nuevo")

    assert calendar("habil").horizon == (date(2010, 1, 1), date(2038, 1, 1))


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        (
            "one_version_per_calendar_and_date",
            lambda jornada: CalendarVersion.objects.create(calendar=jornada, holds_from=date(2010, 1, 1)),
        ),
        (
            "window_closes_at_another_time_than_it_opens",
            lambda jornada: Window.objects.create(
                version=jornada.versions.get(), weekday=5, opens=time(9), closes=time(9)
            ),
        ),
        (
            "window_is_on_a_day_of_the_week",
            lambda jornada: Window.objects.create(
                version=jornada.versions.get(), weekday=7, opens=time(9), closes=time(10)
            ),
        ),
        (
            "one_day_off_per_date_and_reason",
            lambda _: DayOff.objects.create(day=date(2026, 11, 16), reason="Revolución"),
        ),
        (
            "day_off_in_part_has_both_times",
            lambda _: DayOff.objects.create(day=date(2026, 12, 24), reason="Nochebuena", closed_from=time(13)),
        ),
        (
            "day_off_in_part_has_both_times",
            lambda _: DayOff.objects.create(
                day=date(2026, 12, 24), reason="Nochebuena", closed_from=time(13), closed_until=time(13)
            ),
        ),
        (
            "extra_opening_closes_at_another_time_than_it_opens",
            lambda _: ExtraOpening.objects.create(
                day=date(2026, 12, 26), opens=time(9), closes=time(9), reason="Inventario"
            ),
        ),
    ],
)
def test_the_database_refuses_what_no_calendar_says(constraint, wrong):
    jornada = Calendar.objects.get(key="jornada")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        wrong(jornada)


def test_an_unknown_time_zone_is_refused_in_words():
    version = CalendarVersion(calendar=Calendar.objects.get(key="jornada"), holds_from=date(2027, 1, 1))
    version.full_clean()
    version.timezone = "America/Nervion"

    with pytest.raises(ValidationError, match=r"No se conoce el huso horario «America/Nervion»\."):
        version.full_clean()


def test_the_stamp_moves_with_raw_sql_too():
    before = calendars()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE worktime_window SET closes = '17:00'")

    assert calendars() is not before
    assert calendar("jornada").elapsed(at("2026-11-10 00:00"), at("2026-11-11 00:00")) == timedelta(hours=8)
