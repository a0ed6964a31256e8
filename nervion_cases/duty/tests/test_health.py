"""`/salud/` says whether the machine room is well, quickly, also when it is not."""

import socket
from datetime import timedelta
from time import monotonic

import pytest
from django.test import Client

from casework.mail.outbox import heartbeat
from casework.moment import database_now
from nervion_cases.duty import facts, health


@pytest.fixture
def look(committed, monkeypatch):
    monkeypatch.setattr(health, "_question", facts.Question())

    def ask():
        started = monotonic()
        answer = Client().get("/salud/")
        print(f"/salud/ {answer.status_code} in {monotonic() - started:.2f} s")
        return answer.status_code, answer.json()

    return ask


def beat(**ages):
    for name, seconds in ages.items():
        heartbeat(name, at=database_now() - timedelta(seconds=seconds))


def test_all_is_well(look):
    beat(worker=10, deadlines=20)

    status, body = look()

    assert status == 200
    assert body["estado"] == "bien"
    assert set(body["partes"].values()) == {"bien"}


@pytest.mark.parametrize(
    ("ages", "part"),
    [
        ({"worker": 10, "deadlines": 200}, "barrido"),
        ({"worker": 10}, "barrido"),
        ({"worker": 200, "deadlines": 10}, "trabajador"),
        ({"deadlines": 10}, "trabajador"),
    ],
)
def test_after_three_minutes_of_silence_it_says_who(look, ages, part):
    beat(**ages)

    status, body = look()

    assert status == 503
    assert [name for name, words in body["partes"].items() if words != "bien"] == [part]


def test_without_redis(look, settings):
    beat(worker=10, deadlines=20)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"

    status, body = look()

    assert status == 503
    assert body["partes"]["cola"].startswith("Redis no responde")


def test_without_a_database(look, monkeypatch):
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.2)
    hold = socket.create_server(("127.0.0.1", 0))
    from django.db import connections

    values = connections.settings["default"]
    before = values["HOST"], values["PORT"]
    values["HOST"], values["PORT"] = hold.getsockname()  # it accepts, and never answers
    try:
        answers = [look() for _ in range(2)]
    finally:
        values["HOST"], values["PORT"] = before
        hold.close()

    for status, body in answers:
        assert status == 503
        assert body["partes"]["base_de_datos"] == "La base de datos no responde."


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(look, method):
    assert getattr(Client(), method)("/salud/").status_code == 405
