"""The derivation that people read."""

import json
from datetime import UTC, date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.worktime.explain import explain, short_end, spoken_end, spoken_length
from casework.worktime.promises import Term
from casework.worktime.specs import DayOff, Opening, OutOfHorizon, wall
from casework.worktime.tests.build import HABIL, JORNADA, LAW, anywhere, at, calendar, calendars

ACKNOWLEDGEMENT = Term("acknowledgement", "business_seconds", 24 * 3600, strict=True)


def told(explanation):
    return [(step.why, step.seconds) for step in explanation.steps]


def test_the_shape_that_scripts_read():
    answer = explain(ACKNOWLEDGEMENT, at("vie 2026-11-13 16:40"), HABIL).as_dict()

    assert json.loads(json.dumps(answer)) == {
        "promise": "acknowledgement",
        "received": "2026-11-13T16:40:00-06:00",
        "due": "2026-11-17T16:40:00-06:00",
        "steps": [
            {
                "from": "2026-11-13T16:40:00-06:00",
                "to": "2026-11-14T00:00:00-06:00",
                "seconds": 26400,
                "why": "viernes 13, hábil",
            },
            {
                "from": "2026-11-14T00:00:00-06:00",
                "to": "2026-11-16T00:00:00-06:00",
                "seconds": 0,
                "why": "sábado y domingo",
            },
            {
                "from": "2026-11-16T00:00:00-06:00",
                "to": "2026-11-17T00:00:00-06:00",
                "seconds": 0,
                "why": "lunes 16, inhábil: Revolución (LFT art. 74)",
            },
            {
                "from": "2026-11-17T00:00:00-06:00",
                "to": "2026-11-17T16:40:00-06:00",
                "seconds": 60000,
                "why": "martes 17, hábil",
            },
        ],
    }


def test_the_sentences_that_a_head_of_department_reads():
    assert explain(ACKNOWLEDGEMENT, at("vie 2026-11-13 16:40"), HABIL).sentences == (
        "Corre desde el viernes 13 de noviembre de 2026 a las 16:40.",
        "Viernes 13, hábil, de 16:40 a 24:00. Suma 7 h 20 min.",
        "Sábado y domingo. No cuentan.",
        "Lunes 16, inhábil: Revolución (LFT art. 74). No cuenta.",
        "Martes 17, hábil, de 00:00 a 16:40. Suma 16 h 40 min.",
        "En total 24 h hábiles: vence el martes 17 de noviembre de 2026 a las 16:40.",
        "Debe cumplirse antes de ese momento.",
    )


def test_a_close_and_the_next_opening_are_told_as_one_instant():
    sentences = explain(
        Term("coordination_urgent", "business_seconds", 9 * 3600), at("vie 2026-11-13 09:00"), JORNADA
    ).sentences

    assert sentences[-2:] == (
        "En total 9 h hábiles: vence el viernes 13 de noviembre de 2026 a las 18:00.",
        "Lo que sigue es inhábil: cumplido hasta el martes 17 de noviembre de 2026 a las 09:00 sigue en plazo.",
    )


def test_nights_meals_half_days_and_extra_openings():
    cal = calendar(
        "09:00-14:00",
        "15:00-18:00",
        days_off=[
            *LAW,
            DayOff(date(2026, 12, 24), "Nochebuena", "empresa", wall("13:00"), wall("00:00", closing=True)),
        ],
        openings=[Opening(date(2026, 12, 26), wall("10:00"), wall("12:00"), "Inventario")],
    )

    explanation = explain(Term("any", "business_seconds", 10 * 3600), at("mié 2026-12-23 13:00"), cal)

    assert told(explanation) == [
        ("miércoles 23, hábil", 3600),
        ("miércoles 23, fuera de horario", 0),
        ("miércoles 23, hábil", 3 * 3600),
        ("noche del miércoles 23, fuera de horario", 0),
        ("jueves 24, hábil", 4 * 3600),
        ("jueves 24, inhábil en parte: Nochebuena (empresa)", 0),
        ("jueves 24, fuera de horario", 0),
        ("jueves 24, inhábil en parte: Nochebuena (empresa)", 0),
        ("jueves 24, fuera de horario", 0),
        ("viernes 25, inhábil: Navidad (LFT art. 74)", 0),
        ("sábado 26, fuera de horario", 0),
        ("sábado 26, hábil: Inventario (apertura extraordinaria)", 2 * 3600),
    ]


def test_a_night_shift_is_named_after_the_day_it_began():
    explanation = explain(
        Term("any", "business_seconds", 7 * 3600), at("vie 2026-11-13 23:00"), calendar("22:00-06:00")
    )

    assert told(explanation) == [
        ("viernes 13, hábil", 3600),
        ("sábado 14, hábil (turno del viernes 13)", 6 * 3600),
    ]


def test_another_month_and_another_year_are_named():
    explanation = explain(Term("any", "business_seconds", 24 * 3600), at("jue 2026-12-31 12:00"), HABIL)

    assert told(explanation) == [
        ("jueves 31, hábil", 12 * 3600),
        ("viernes 1 de enero de 2027, inhábil: Año Nuevo (LFT art. 74)", 0),
        ("sábado y domingo", 0),
        ("lunes 4 de enero de 2027, hábil", 12 * 3600),
    ]


def test_natural_days_have_one_step_a_day():
    explanation = explain(Term("closure", "natural_days", 15), at("vie 2026-11-13 16:40"))

    assert [step.why for step in explanation.steps][:3] == [
        "día 0: viernes 13, recepción",
        "día 1: sábado 14",
        "día 2: domingo 15",
    ]
    assert explanation.steps[15].why == "día 15: sábado 28, último día, hasta las 24:00"
    assert [step.seconds for step in explanation.steps] == [0] * 16
    assert explanation.due.isoformat() == "2026-11-29T00:00:00-06:00"
    assert explanation.sentences == (
        "Corre desde el viernes 13 de noviembre de 2026 a las 16:40: ese es el día 0.",
        "Se cuentan días naturales, también los sábados, los domingos y los inhábiles.",
        "El día 15 es el sábado 28 de noviembre de 2026 y termina a las 24:00: entonces vence.",
    )


@settings(max_examples=30, deadline=None)
@given(calendars, anywhere, st.integers(1, 120 * 3600))
def test_steps_lie_end_to_end_and_add_up_to_the_promise(cal, start, amount):
    term = Term("any", "business_seconds", amount)
    try:
        explanation = explain(term, start, cal)
    except OutOfHorizon:
        assume(False)
    steps = explanation.steps

    assert sum(step.seconds for step in steps) == amount
    assert steps[0].since == explanation.received == start.astimezone(UTC)
    assert steps[-1].until == explanation.due == term.due_at(start, cal)
    assert all(one.until == other.since for one, other in pairwise(steps))
    for step in steps:
        counted = cal.elapsed(step.since, step.until)
        assert abs(counted - timedelta(seconds=step.seconds)) < timedelta(seconds=1)
        assert (step.kind == "open") is (counted > timedelta(0))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(26400, "7 h 20 min"), (86400, "24 h"), (2700, "45 min"), (30, "30 s"), (3601, "1 h 1 s"), (0, "0 min")],
)
def test_lengths_in_words(seconds, words):
    assert spoken_length(seconds) == words


def test_a_midnight_is_the_end_of_a_day():
    assert short_end(at("2026-11-29 00:00")) == "28/11 24:00"
    assert short_end(at("2026-11-17 16:40")) == "17/11 16:40"
    assert spoken_end(at("2027-01-01 00:00")) == "jueves 31 de diciembre de 2026 a las 24:00"
