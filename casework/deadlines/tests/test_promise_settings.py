"""Ajustes, promesas: one example under both readings, and a change that one proposes and another approves."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from casework.deadlines import my_day, rules
from casework.deadlines.models import Deadline, PromiseRule
from casework.deadlines.running import promise
from casework.moment import PLANT
from casework.people.models import User
from casework.records.models import CaseFile
from casework.rules import Forbidden, Refused
from casework.worktime import actions as worktime
from casework.worktime.models import Calendar

pytestmark = pytest.mark.django_db

PAGE = "/ajustes/promesas/"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=PLANT)


@pytest.fixture(autouse=True)
def that_friday():
    with time_machine.travel(NOW, tick=False):
        yield


def jornada():
    return Calendar.objects.get(key="jornada")


def propose(cast, key="acknowledgement", **changes):
    values = {"amount": 24, "calendar": jornada(), "holds_from": date(2026, 12, 1)} | changes
    return rules.propose_rule(key, **values, by=cast.irma, at=NOW)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    ("who", "reads", "proposes"),
    [
        ("irma", 200, 200),
        ("beto", 200, 200),
        ("elena", 200, 403),
        ("gil", 200, 403),
        ("julia", 200, 403),
        ("ana", 403, 403),
        ("carla", 403, 403),
        ("diego", 403, 403),
        ("luz", 403, 403),
        ("hugo", 403, 403),
    ],
)
def test_who_reads_and_who_proposes(cast, signed_in, who, reads, proposes):
    browser = signed_in(getattr(cast, who))

    assert browser.get(PAGE).status_code == reads
    assert browser.get(f"{PAGE}acknowledgement/propuesta/").status_code == proposes
    if proposes == 403:
        assert browser.post(f"{PAGE}acknowledgement/calendario/", {}).status_code == 403


def test_one_example_is_told_under_both_readings(cast, signed_in):
    text = text_of(signed_in(cast.gil).get(PAGE))

    assert "Un cliente habla el viernes 13 de noviembre de 2026 a las 16:40." in text
    assert "Día hábil corrido Vigente Vence el 17/11 16:40 (martes 17 de noviembre de 2026)" in text
    assert "Jornada Vence el 19/11 13:40 (jueves 19 de noviembre de 2026)" in text
    assert text.count("Lunes 16, inhábil: Revolución (LFT art. 74). No cuenta.") == 2


def test_one_click_proposes_the_other_calendar_from_a_date(cast, signed_in):
    admin = signed_in(cast.irma)
    form = admin.get(PAGE).context["switch_form"]
    assert (form.initial["holds_from"], form.initial["calendar"]) == (date(2026, 12, 1), jornada())

    response = admin.post(
        f"{PAGE}acknowledgement/calendario/", {"holds_from": "01/12/2026", "calendar": jornada().pk}, follow=True
    )

    rule = PromiseRule.objects.get(approved_at=None)
    assert (rule.calendar.key, rule.amount, rule.strict, rule.clause) == ("jornada", 24, True, "MPC-SER-002 §3")
    assert (rule.proposed_by, rule.proposed_at) == (cast.irma, NOW)
    text = text_of(response)
    assert "Se propuso contar en «Jornada» desde el 01/12/2026." in text
    assert "Los calendarios y las promesas los aprueba Dirección Comercial." in text
    assert "Cambiar a jornada" not in text


def test_another_person_approves_and_open_cases_keep_their_promise(cast, signed_in):
    case = CaseFile.objects.create(
        folio="Q-2026-90001",
        kind="complaint",
        title="Color",
        department=cast.ana.department,
        responsible=cast.ana,
        opened_at=NOW,
        last_movement_at=NOW,
    )
    promise(case, "acknowledgement", at=NOW)
    before = Deadline.objects.values().get()
    rule = propose(cast, holds_from=date(2026, 11, 23))

    response = signed_in(cast.elena).post(reverse("deadlines:approve_rule", args=[rule.pk]), follow=True)

    assert "Aprobada: rige desde el 23/11/2026" in text_of(response)
    assert Deadline.objects.values().get() == before
    rule.refresh_from_db()
    assert (rule.approved_by, rule.approved_at) == (cast.elena, NOW)
    in_force = PromiseRule.objects.in_force
    assert in_force("acknowledgement", NOW).calendar.key == "habil"
    assert in_force("acknowledgement", datetime(2026, 11, 22, 23, 59, tzinfo=PLANT)).calendar.key == "habil"
    assert in_force("acknowledgement", datetime(2026, 11, 23, 0, 0, tzinfo=PLANT)) == rule


def test_a_proposal_changes_something(cast):
    same = {"calendar": PromiseRule.objects.in_force("acknowledgement", NOW).calendar}
    with pytest.raises(Refused, match="dice lo mismo que la promesa vigente"):
        propose(cast, **same)
    rule = propose(cast)
    rules.approve_rule(rule, by=cast.elena, at=NOW)

    assert propose(cast, **same, holds_from=date(2026, 12, 15)).pk, "back to what holds today, after what is to come"


@pytest.mark.parametrize("who", ["irma", "beto", "gil", "julia", "ana", "diego"])
def test_nobody_else_approves(cast, signed_in, who):
    rule = propose(cast)

    response = signed_in(getattr(cast, who)).post(reverse("deadlines:approve_rule", args=[rule.pk]))

    assert response.status_code == 403
    assert PromiseRule.objects.get(pk=rule.pk).approved_at is None
    with pytest.raises(Forbidden):
        rules.approve_rule(rule, by=getattr(cast, who), at=NOW)


def test_who_proposes_does_not_approve_even_as_direccion_comercial(cast, signed_in):
    cast.irma.groups.add(*cast.elena.groups.all())
    rule = propose(cast)
    admin = signed_in(cast.irma)

    refused = admin.post(reverse("deadlines:approve_rule", args=[rule.pk]))

    assert refused.status_code == 403
    assert "Quien propone una promesa no la aprueba." in text_of(refused)
    assert "Quien propone una promesa no la aprueba." in text_of(admin.get(PAGE))


def test_a_proposal_whose_day_came_is_no_longer_approved(cast, signed_in):
    rule = propose(cast)
    with time_machine.travel(NOW + timedelta(days=11), tick=False):
        response = signed_in(cast.elena).post(reverse("deadlines:approve_rule", args=[rule.pk]), follow=True)

    assert "Una promesa cambia desde una fecha futura" in text_of(response)
    assert PromiseRule.objects.get(pk=rule.pk).approved_at is None


def test_what_is_approved_is_not_approved_twice_nor_withdrawn(cast):
    rule = rules.approve_rule(propose(cast), by=cast.elena, at=NOW)

    for verb, words in ((rules.approve_rule, "ya está aprobada"), (rules.withdraw_rule, "ya está aprobada")):
        with pytest.raises(Refused, match=words):
            verb(rule, by=cast.elena, at=NOW)


@pytest.mark.parametrize(("who", "may"), [("irma", True), ("elena", True), ("beto", False), ("gil", False)])
def test_a_proposal_is_withdrawn_by_its_author_or_by_direccion_comercial(cast, signed_in, who, may):
    rule = propose(cast)

    response = signed_in(getattr(cast, who)).post(reverse("deadlines:withdraw_rule", args=[rule.pk]))

    assert response.status_code == (302 if may else 403)
    assert PromiseRule.objects.filter(pk=rule.pk).exists() is not may


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("acknowledgement", {"amount": "25"}, "El acuse se da en menos de 24 horas hábiles (MPC-SER-002 §3)."),
        ("acknowledgement", {"amount": "0"}, "La cantidad debe ser 1 o más."),
        ("acknowledgement", {"amount": "1e400"}, "Escriba un número entero."),
        ("acknowledgement", {"holds_from": "20/11/2026"}, "Una promesa cambia desde una fecha futura"),
        ("acknowledgement", {"holds_from": "31/12/9999"}, "Revise el año de la fecha."),
        ("acknowledgement", {"calendar": ""}, "Elija el calendario."),
        ("closure", {"amount": "16"}, "La queja se cierra dentro de 15 días naturales (MPC-SER-002 §6)."),
        ("customer_answer", {"amount": "16"}, "La respuesta al cliente se da dentro de 15 días naturales"),
        ("coordination_answer", {"amount": "49"}, "El área responde dentro de 48 horas hábiles (MPC-SER-009 §3.2)."),
    ],
)
def test_what_the_procedures_do_not_allow_is_refused_and_kept(cast, signed_in, key, typed, words):
    values = {"amount": "10", "calendar": jornada().pk, "holds_from": "15/12/2026"} | typed

    response = signed_in(cast.irma).post(f"{PAGE}{key}/propuesta/", values)

    assert response.status_code == 422
    assert words in text_of(response)
    assert f'value="{values["holds_from"]}"' in response.content.decode()
    assert not PromiseRule.objects.filter(approved_at=None).exists()


def test_fewer_hours_can_be_promised(cast, signed_in):
    signed_in(cast.irma).post(
        f"{PAGE}coordination_answer/propuesta/",
        {"amount": "36", "calendar": jornada().pk, "holds_from": "15/12/2026", "clause": "nada", "approved_by": "1"},
    )

    rule = PromiseRule.objects.get(approved_at=None)
    assert (rule.amount, rule.clause, rule.approved_by) == (36, "MPC-SER-009 §3.2", None)


def test_one_proposal_of_a_promise_at_a_time(cast):
    propose(cast)

    with pytest.raises(Refused, match="Ya hay una propuesta de esa promesa por aprobar"):
        propose(cast, holds_from=date(2027, 1, 1))
    assert propose(cast, "closure", amount=12, calendar=None).unit == "natural_days"


def test_two_approved_promises_do_not_begin_on_one_day(cast):
    rules.approve_rule(propose(cast), by=cast.elena, at=NOW)

    with pytest.raises(Refused, match="Ya hay una promesa aprobada que rige desde ese día"):
        propose(cast)


def test_a_promise_that_does_not_exist_is_not_found(cast, signed_in):
    admin = signed_in(cast.irma)

    for path in ("nada/propuesta/", "closure%27/propuesta/"):
        assert admin.get(PAGE + path).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three_proposals(cast, signed_in, rows, django_assert_max_num_queries):
    for key, amount in [("acknowledgement", 20), ("coordination_answer", 40), ("coordination_urgent", 6)][:rows]:
        propose(cast, key, amount=amount)
    browser = signed_in(cast.elena)
    browser.get(PAGE)

    with django_assert_max_num_queries(6):  # session, person, promises, calendars, their stamp, frame
        browser.get(PAGE)


def test_the_present_is_the_plants():
    assert timezone.localdate() == date(2026, 11, 20)


def test_what_was_proposed_waits_in_the_day_of_direccion_comercial(cast, signed_in):
    propose(cast)
    worktime.propose_day_off(
        day=date(2026, 12, 24),
        reason="Nochebuena",
        origin="company",
        calendars=Calendar.objects.all(),
        by=cast.beto,
        at=NOW,
    )

    hers, others = text_of(signed_in(cast.elena).get("/")), text_of(signed_in(cast.gil).get("/"))

    assert "Ajustes por aprobar 2" in hers
    assert "Promesa: acuse de recibo Regiría desde el 01/12/2026" in hers
    assert "Día inhábil: Nochebuena Desde el 24/12/2026" in hers
    assert "Ajustes por aprobar" not in others


def test_looking_for_what_waits_costs_one_query_and_none_to_others(cast, django_assert_num_queries):
    propose(cast)
    elena, gil = (User.objects.with_roles().get(pk=person.pk) for person in (cast.elena, cast.gil))

    with django_assert_num_queries(1):
        assert my_day.waiting(elena, at=NOW)[0].count == 1
    with django_assert_num_queries(0):
        assert my_day.waiting(gil, at=NOW) == []
