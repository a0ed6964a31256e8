"""Ajustes, calendarios: another week or a day that is not worked, proposed by one and approved by another."""

import re
from datetime import date, datetime, time

import pytest
import time_machine
from django.urls import reverse

from casework.moment import PLANT
from casework.rules import Refused
from casework.worktime import actions
from casework.worktime.calendars import calendar
from casework.worktime.forms import spans_of
from casework.worktime.models import Calendar, CalendarVersion, DayOff, Horizon, Revision
from casework.worktime.queries import week_words

pytestmark = pytest.mark.django_db

PAGE = "/ajustes/calendarios/"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=PLANT)


@pytest.fixture(autouse=True)
def that_friday():
    with time_machine.travel(NOW, tick=False):
        yield


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def day_off(cast, **changes):
    values = {
        "day": date(2026, 12, 24),
        "reason": "Nochebuena",
        "origin": "company",
        "calendars": Calendar.objects.all(),
    } | changes
    return actions.propose_day_off(**values, by=cast.irma, at=NOW)


@pytest.mark.parametrize(
    ("who", "reads", "proposes"),
    [("irma", 200, 200), ("beto", 200, 200), ("elena", 200, 403), ("gil", 200, 403), ("julia", 200, 403)]
    + [(who, 403, 403) for who in ("ana", "carla", "diego", "luz", "hugo")],
)
def test_who_reads_and_who_proposes(cast, signed_in, who, reads, proposes):
    browser = signed_in(getattr(cast, who))

    assert browser.get(PAGE).status_code == reads
    assert browser.get(f"{PAGE}inhabil/").status_code == proposes
    assert browser.get(f"{PAGE}jornada/version/").status_code == proposes
    if proposes == 403:
        assert browser.post(f"{PAGE}inhabil/", {}).status_code == 403
        assert browser.post(f"{PAGE}jornada/version/", {}).status_code == 403


def test_the_page_tells_the_hours_and_the_days_off_of_the_year(cast, signed_in):
    browser = signed_in(cast.gil)

    text = text_of(browser.get(PAGE))
    assert "Lunes a viernes 00:00 a 24:00" in text
    assert "Lunes a viernes 09:00 a 18:00" in text
    assert "Días inhábiles de 2026" in text
    assert "lunes 16 de noviembre de 2026 Revolución LFT art. 74" in text
    assert "1 de octubre de 2030 Transmisión del Poder Ejecutivo" in text_of(browser.get(f"{PAGE}?anio=2030"))


@pytest.mark.parametrize("year", ["1800", "9999", "x", "-1", "9" * 50, "２０２６"])
def test_a_year_that_is_not_there_shows_this_one(cast, signed_in, year):
    assert signed_in(cast.gil).get(PAGE, {"anio": year}).context["year"] == 2026


# --- A day that is not worked -----------------------------------------------------------------------------------------
def test_a_day_off_counts_only_once_another_person_approved_it(cast, signed_in):
    typed = {
        "day": "24/12/2026",
        "reason": "Nochebuena",
        "origin": "company",
        "calendars": [row.pk for row in Calendar.objects.all()],
        "closed_from": "13:00",
        "closed_until": "24:00",
    }
    start = datetime(2026, 12, 24, 9, 0, tzinfo=PLANT)

    answer = signed_in(cast.irma).post(f"{PAGE}inhabil/", typed, follow=True)
    row = DayOff.objects.get(approved_at=None)
    assert "jueves 24 de diciembre de 2026, de 13:00 a 24:00" in text_of(answer)
    assert calendar("jornada").add(start, 4 * 3600 + 1).astimezone(PLANT).day == 24

    done = signed_in(cast.elena).post(reverse("worktime:approve", args=["inhabiles", row.pk]), follow=True)
    assert "Aprobado: cuenta desde el 24/12/2026." in text_of(done)
    assert calendar("jornada").add(start, 4 * 3600 + 1).astimezone(PLANT).day == 28
    assert set(Horizon.objects.values_list("stamp", flat=True)) == {Revision.objects.get().stamp}


@pytest.mark.parametrize("who", ["irma", "beto", "gil", "julia", "ana"])
def test_nobody_else_approves(cast, signed_in, who):
    row = day_off(cast)

    assert (
        signed_in(getattr(cast, who)).post(reverse("worktime:approve", args=["inhabiles", row.pk])).status_code == 403
    )
    assert DayOff.objects.get(pk=row.pk).approved_at is None


def test_who_proposes_does_not_approve_even_as_direccion_comercial(cast, signed_in):
    cast.irma.groups.add(*cast.elena.groups.all())
    row = day_off(cast)

    refused = signed_in(cast.irma).post(reverse("worktime:approve", args=["inhabiles", row.pk]))

    assert refused.status_code == 403
    assert "Quien propone un cambio del calendario no lo aprueba." in text_of(refused)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "20/11/2026"}, "Un calendario cambia desde una fecha futura."),
        ({"day": "30/02/2027"}, "Escriba la fecha como 21/11/2026."),
        ({"day": "25/12/2026", "reason": "Navidad"}, "Ese día inhábil ya está registrado."),
        ({"closed_from": "13:00"}, "Un medio día inhábil necesita desde y hasta qué hora."),
        ({"closed_from": "25:00"}, "Escriba la hora como 09:00."),
        ({"origin": "law"}, "law"),
        ({"calendars": []}, "Elija al menos un calendario."),
    ],
)
def test_what_makes_no_day_off_is_said_and_kept(cast, signed_in, changes, words):
    typed = {
        "day": "24/12/2026",
        "reason": "Nochebuena larga",
        "origin": "company",
        "calendars": [row.pk for row in Calendar.objects.all()],
    } | changes

    response = signed_in(cast.irma).post(f"{PAGE}inhabil/", typed)

    assert response.status_code == 422
    assert words in text_of(response)
    assert f'value="{typed["reason"]}"' in response.content.decode()
    assert not DayOff.objects.waiting().exists()


@pytest.mark.parametrize(("who", "may"), [("irma", True), ("elena", True), ("beto", False)])
def test_a_proposal_is_withdrawn_by_its_author_or_by_direccion_comercial(cast, signed_in, who, may):
    row = day_off(cast)

    response = signed_in(getattr(cast, who)).post(reverse("worktime:withdraw", args=["inhabiles", row.pk]))

    assert response.status_code == (302 if may else 403)
    assert DayOff.objects.filter(pk=row.pk).exists() is not may


def test_what_is_approved_is_not_withdrawn(cast):
    row = actions.approve(day_off(cast), by=cast.elena, at=NOW)

    with pytest.raises(Refused, match="ya está aprobado"):
        actions.withdraw(row, by=cast.irma, at=NOW)


# --- Another week -----------------------------------------------------------------------------------------------------
WEEK = {f"day_{day}": "09:00-14:00, 15:00-18:00" for day in range(5)} | {"day_5": "9:00 a 13:00", "day_6": ""}


def test_the_form_begins_with_the_week_of_today(cast, signed_in):
    form = signed_in(cast.irma).get(f"{PAGE}jornada/version/").context["form"]

    assert [bound.value() for bound in form.week] == ["09:00-18:00"] * 5 + [""] * 2


def test_another_week_counts_from_its_date_once_approved(cast, signed_in):
    monday = datetime(2026, 12, 7, 9, 0, tzinfo=PLANT)
    signed_in(cast.irma).post(
        f"{PAGE}jornada/version/", {"holds_from": "07/12/2026", "note": "Se abre el sábado", **WEEK}
    )
    version = CalendarVersion.objects.get(approved_at=None)
    assert calendar("jornada").add(monday, 9 * 3600).astimezone(PLANT) == monday.replace(hour=18)

    response = signed_in(cast.elena).post(reverse("worktime:approve", args=["versiones", version.pk]), follow=True)

    assert calendar("jornada").add(monday, 9 * 3600).astimezone(PLANT) == datetime(2026, 12, 8, 10, tzinfo=PLANT)
    before = datetime(2026, 12, 4, 9, 0, tzinfo=PLANT)
    assert calendar("jornada").add(before, 9 * 3600).astimezone(PLANT) == before.replace(hour=18)
    assert "Desde el 07/12/2026 Lunes a viernes 09:00 a 14:00, 15:00 a 18:00 Sábado 09:00 a 13:00" in text_of(response)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"holds_from": "20/11/2026"}, "Un calendario cambia desde una fecha futura."),
        ({"day_0": "de nueve a seis"}, "Escriba las horas como 09:00-14:00, 15:00-18:00."),
        ({"day_0": "09:00-09:00"}, "Escriba las horas como 09:00-14:00, 15:00-18:00."),
        ({"day_0": "09:00-25:00"}, "Escriba las horas como 09:00-14:00, 15:00-18:00."),
        ({f"day_{day}": "" for day in range(7)}, "Escriba el horario de al menos un día de la semana."),
        ({"note": ""}, "Escriba el motivo."),
    ],
)
def test_what_makes_no_week_is_said_and_kept(cast, signed_in, changes, words):
    typed = {"holds_from": "07/12/2026", "note": "Se abre el sábado", **WEEK} | changes

    response = signed_in(cast.irma).post(f"{PAGE}jornada/version/", typed)

    assert response.status_code == 422
    assert words in text_of(response)
    assert f'value="{typed["day_5"]}"' in response.content.decode() or not typed["day_5"]
    assert not CalendarVersion.objects.waiting().exists()


def test_two_versions_do_not_begin_on_one_day(cast):
    def again():
        return actions.propose_version(
            Calendar.objects.get(key="jornada"),
            holds_from=date(2026, 12, 7),
            windows=[(0, time(9), time(18))],
            by=cast.irma,
            at=NOW,
        )

    version = again()
    with pytest.raises(Refused, match="ya tiene una versión desde esa fecha"):
        again()
    actions.withdraw(version, by=cast.irma, at=NOW)
    assert again().windows.count() == 1


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("09:00-18:00", [(time(9), time(18))]),
        (" 9:00 a 14:00 , 15.00–18.30;", [(time(9), time(14)), (time(15), time(18, 30))]),
        ("00:00-24:00", [(time(0), time(0))]),
        ("22:00-06:00", [(time(22), time(6))]),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert spans_of(text) == spans


def test_days_with_the_same_hours_are_told_together():
    class Span:
        def __init__(self, weekday, opens, closes):
            self.weekday, self.opens, self.closes = weekday, opens, closes

    week = [Span(day, time(9), time(18)) for day in (0, 1, 3)] + [Span(5, time(0), time(0))]

    assert week_words(week) == [
        ("lunes y martes", "09:00 a 18:00"),
        ("jueves", "09:00 a 18:00"),
        ("sábado", "00:00 a 24:00"),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three_days(cast, signed_in, rows, django_assert_num_queries):
    for number in range(rows):
        day_off(cast, day=date(2026, 12, 22 + number), reason=f"Puente {number}")
    browser = signed_in(cast.elena)
    browser.get(PAGE)

    with django_assert_num_queries(12):
        browser.get(PAGE)
