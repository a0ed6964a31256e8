"""Two transactions that wait for each other: one is given up by PostgreSQL, and tried again by itself (F15)."""

from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction
from psycopg2 import errors

from casework.mail.models import Heartbeat
from casework.moment import database_now
from casework.web import trying
from casework.web.trying import in_one_piece


def given_up(kind):
    no = OperationalError("given up")
    no.__cause__ = type("Given", (kind,), {"pgcode": {errors.DeadlockDetected: "40P01"}.get(kind, "40001")})()
    return no


def count_to_one(name):
    """Read and write a row, so that an effect that happened twice would be seen."""
    row = Heartbeat.objects.select_for_update().get(name=name)
    row.at = row.at.replace(microsecond=row.at.microsecond + 1)
    row.save()


def test_f15_opposite_orders_end_well_for_both_and_nothing_happens_twice(committed, caplog):
    start = database_now().replace(microsecond=0)
    for name in ("one", "two"):
        Heartbeat.objects.create(name=name, at=start)
    meet = Barrier(2, timeout=10)
    tries = []

    def changes(*names):
        def act():
            tries.append(names)
            count_to_one(names[0])
            if len(tries) <= 2:
                meet.wait()
            count_to_one(names[1])
            return names

        return lambda: in_one_piece(act)

    done = committed.at_once(changes("one", "two"), changes("two", "one"))

    assert done == [("one", "two"), ("two", "one")]
    assert len(tries) == 3  # PostgreSQL gave up one of them, once
    assert "40P01" in caplog.text
    assert [row.at.microsecond for row in Heartbeat.objects.all()] == [2, 2]


@pytest.mark.parametrize("kind", [errors.DeadlockDetected, errors.SerializationFailure])
def test_whoever_is_always_given_up_is_tried_four_times_in_all(committed, monkeypatch, kind):
    monkeypatch.setattr(trying.time, "sleep", lambda seconds: None)
    tries = []

    def act():
        tries.append(Heartbeat.objects.create(name=f"n{len(tries)}", at=database_now()))
        raise given_up(kind)

    with pytest.raises(OperationalError):
        in_one_piece(act)

    assert len(tries) == 4
    assert not Heartbeat.objects.exists()


def test_another_failure_is_not_repeated(committed):
    tries = []

    def act():
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(1)")

    with pytest.raises(OperationalError):
        in_one_piece(act)

    assert len(tries) == 1


def test_inside_a_transaction_nothing_is_repeated(db):
    tries = []

    def act():
        tries.append(1)
        raise given_up(errors.DeadlockDetected)

    with transaction.atomic(), pytest.raises(OperationalError):
        in_one_piece(act)

    assert len(tries) == 1
