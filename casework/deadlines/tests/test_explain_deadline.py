"""`manage.py explain_deadline`, as scripts read it (product §6)."""

import io
import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from casework.deadlines.models import PromiseKey, PromiseRule
from casework.worktime.models import Calendar

pytestmark = pytest.mark.django_db


def run(*arguments):
    said, warned = io.StringIO(), io.StringIO()
    call_command("explain_deadline", *arguments, stdout=said, stderr=warned)
    return said.getvalue(), warned.getvalue()


def answers(*arguments):
    said, _ = run(*arguments, "--json")
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.parametrize(
    ("promise", "received", "due"),
    [
        ("acknowledgement", "2026-11-13T16:40", "2026-11-17T16:40:00-06:00"),  # viernes; el lunes 16 es inhábil
        ("customer_answer", "2026-11-13T16:40", "2026-11-29T00:00:00-06:00"),  # el sábado 28 a las 24:00
        ("closure", "2026-11-13T16:40", "2026-11-29T00:00:00-06:00"),
        ("coordination_answer", "2026-11-13T16:40", "2026-11-18T16:40:00-06:00"),
        ("coordination_urgent", "2026-11-13T16:40", "2026-11-17T15:40:00-06:00"),
    ],
)
def test_each_promise_of_the_procedures(promise, received, due):
    (answer,) = answers("--promise", promise, "--received", received)

    assert answer["promise"] == promise
    assert answer["received"] == "2026-11-13T16:40:00-06:00"
    assert answer["due"] == due
    assert answer["steps"][0]["from"] == answer["received"]
    assert answer["steps"][-1]["to"] == due


def test_the_example_of_the_product():
    (answer,) = answers("--promise", "acknowledgement", "--received", "2026-11-13T16:40:00-06:00")

    assert list(answer) == ["promise", "received", "due", "steps"]
    assert [(step["seconds"], step["why"]) for step in answer["steps"]] == [
        (26400, "viernes 13, hábil"),
        (0, "sábado y domingo"),
        (0, "lunes 16, inhábil: Revolución (LFT art. 74)"),
        (60000, "martes 17, hábil"),
    ]


@pytest.mark.parametrize(
    "text", ["2026-11-13T22:40:00Z", "2026-11-13 16:40", "2026-11-13T16:40:00.000", " 20261113T1640 "]
)
def test_an_instant_may_be_written_in_several_ways(text):
    (answer,) = answers("--promise", "acknowledgement", "--received", text.strip())

    assert answer["received"] == "2026-11-13T16:40:00-06:00"


def test_for_people_it_prints_sentences():
    said, _ = run("--promise", "acknowledgement", "--received", "2026-11-13T16:40")

    assert said.splitlines()[0] == "Corre desde el viernes 13 de noviembre de 2026 a las 16:40."
    assert said.splitlines()[-2:] == [
        "En total 24 h hábiles: vence el martes 17 de noviembre de 2026 a las 16:40.",
        "Debe cumplirse antes de ese momento.",
    ]


def test_it_reads_one_instant_a_line(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(
        "sys.stdin", io.StringIO("\ufeff2026-11-13T16:40\n\n2026-11-14T10:00\r\n" + "2026-11-10T10:00\n" * 50)
    )

    with django_assert_max_num_queries(10):
        got = answers("--promise", "acknowledgement", "--received", "-")

    assert [answer["due"] for answer in got][:3] == [
        "2026-11-17T16:40:00-06:00",
        "2026-11-18T00:00:00-06:00",
        "2026-11-11T10:00:00-06:00",
    ]
    assert len(got) == 52


def test_a_line_without_answer_does_not_silence_the_rest(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("ayer\n2026-11-13T16:40\n2050-01-01\n"))
    said, warned = io.StringIO(), io.StringIO()

    with pytest.raises(CommandError, match=r"^2 líneas sin respuesta\.$") as no:
        call_command(
            "explain_deadline", "--promise", "acknowledgement", "--received", "-", "--json", stdout=said, stderr=warned
        )

    assert no.value.returncode == 1
    assert [json.loads(line)["due"] for line in said.getvalue().splitlines()] == ["2026-11-17T16:40:00-06:00"]
    assert [line.split(":")[0] for line in warned.getvalue().splitlines()] == ["Línea 1", "Línea 3"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--received", "2026-11-13T16:40"], "--promise debe ser una de: acknowledgement, "),
        (["--promise", "acuse", "--received", "2026-11-13T16:40"], "--promise debe ser una de: acknowledgement, "),
        (["--promise", "closure"], "Falta --received: "),
        (["--promise", "closure", "--received", "mañana"], "«mañana» no es un instante ISO, "),
        (["--promise", "closure", "--received", "2026-02-30"], "«2026-02-30» no es un instante ISO, "),
        (
            ["--promise", "closure", "--received", "0001-01-01T00:00+14:00"],
            "«0001-01-01T00:00+14:00» no es un instante",
        ),
        (["--promise", "closure", "--received", "9999-12-31T23:59:59Z"], "El último día queda más allá"),
        (["--promise", "closure", "--received", "2009-12-31"], "Ninguna promesa aprobada regía el 31/12/2009."),
        (
            ["--promise", "acknowledgement", "--received", "2037-06-01"],
            "El instante queda fuera del calendario habil, ",
        ),
        (["--promise", "acknowledgement", "--received", "2036-12-31T12:00"], "El resultado queda fuera del calendario"),
    ],
)
def test_errors_are_sentences(arguments, sentence):
    with pytest.raises(CommandError) as no:
        run(*arguments)

    assert str(no.value).startswith(sentence)
    assert str(no.value).endswith(".")


def test_the_rule_is_the_one_in_force_on_the_day_of_reception():
    now = datetime(2026, 11, 1, tzinfo=UTC)
    common = {
        "key": PromiseKey.ACKNOWLEDGEMENT,
        "unit": "business_seconds",
        "strict": True,
        "calendar": Calendar.objects.get(key="jornada"),
        "clause": "MPC-SER-002 §3",
        "proposed_at": now,
    }
    PromiseRule.objects.create(**common, amount=9, holds_from=date(2026, 11, 11), approved_at=now)
    PromiseRule.objects.create(**common, amount=1, holds_from=date(2026, 11, 12), approved_at=None)

    before, after = (
        answers("--promise", "acknowledgement", "--received", received)[0]["due"]
        for received in ("2026-11-10T10:00", "2026-11-12T10:00")
    )

    assert before == "2026-11-11T10:00:00-06:00"
    assert after == "2026-11-13T10:00:00-06:00"
