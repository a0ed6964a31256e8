"""`manage.py seed_holidays`, the yearly and reviewed seeding."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casework.worktime.calendars import calendar
from casework.worktime.models import DayOff, Horizon

pytestmark = pytest.mark.django_db


def run(*arguments):
    said, warned = StringIO(), StringIO()
    call_command("seed_holidays", *arguments, stdout=said, stderr=warned)
    return said.getvalue(), warned.getvalue()


def test_it_only_says_what_is_missing_until_told_to_write_it():
    said, warned = run("--year", "2037")

    assert "falta    jueves 1 de enero de 2037: Año Nuevo" in said
    assert "Faltan 7. Revíselos y repita con --apply para registrarlos." in said
    assert warned == ""
    assert not DayOff.objects.filter(day__year=2037).exists()


def test_it_writes_them_in_every_calendar_and_the_calendars_reach_a_year_further():
    said, _ = run("--year", "2037", "--apply")

    assert "Registrados: 7." in said
    assert {off.calendars.count() for off in DayOff.objects.filter(day__year=2037)} == {2}
    assert calendar("jornada").horizon[1] == date(2038, 1, 1)
    assert Horizon.objects.count() == 2


def test_a_year_that_is_complete_is_left_alone():
    before = DayOff.objects.count()

    said, _ = run("--year", "2026", "--apply")

    assert "No falta ningún día de 2026." in said
    assert DayOff.objects.count() == before


def test_a_day_that_somebody_took_away_is_missing_again():
    DayOff.objects.get(day=date(2026, 11, 16)).calendars.clear()
    DayOff.objects.get(day=date(2026, 11, 16)).delete()

    said, _ = run("--year", "2026", "--apply")

    assert "falta    lunes 16 de noviembre de 2026: Revolución" in said
    assert DayOff.objects.get(day=date(2026, 11, 16)).calendars.count() == 2


def test_a_year_out_of_reason_is_refused_in_words():
    with pytest.raises(CommandError, match=r"El año debe estar entre 2010 y 2100\."):
        run("--year", "1999")
