"""The same answers in SQL, in Python and in numpy (trust §1, P8)."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from casework.worktime import segments
from casework.worktime.calendars import calendars
from casework.worktime.models import Calendar, DayOff, Segment
from casework.worktime.specs import to_us
from casework.worktime.tests.build import at

pytestmark = pytest.mark.django_db


def in_sql(key, instants):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worktime_position(%s, t) FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
            [key, instants],
        )
        return [row[0] for row in cursor]


def in_numpy(calendar, instants):
    starts, ends = (
        np.array(column) for column in zip(*((to_us(a), to_us(b)) for a, b in calendar.segments()), strict=True)
    )
    before = np.concatenate([[0], np.cumsum(ends - starts)])
    us = np.array([to_us(instant) for instant in instants])
    where = np.searchsorted(starts, us, side="right") - 1
    inside = np.minimum(us - starts[where], (ends - starts)[where])
    return np.where(where < 0, 0, before[where] + inside).tolist()


@pytest.mark.parametrize("key", ["habil", "jornada"])
def test_p8_sql_python_and_numpy_agree(key):
    segments.refresh()
    calendar = calendars()[key]
    rng = random.Random(key)
    edges = [
        edge + timedelta(microseconds=near)
        for pair in list(calendar.segments())[::97]
        for edge in pair
        for near in (-1, 0, 1)
    ]
    first, last = calendar.bounds
    span = int((last - first).total_seconds() * 10**6)
    instants = [first, last, *edges, *(first + timedelta(microseconds=rng.randrange(span)) for _ in range(1500))]

    python = [calendar.position(instant) for instant in instants]

    assert in_sql(key, instants) == [Decimal(position // timedelta(microseconds=1)) / 10**6 for position in python]
    assert in_numpy(calendar, instants) == [position // timedelta(microseconds=1) for position in python]


def test_segments_are_written_once_a_revision():
    assert segments.refresh() is True
    assert segments.refresh() is False


def test_segments_of_an_earlier_revision_are_never_used():
    segments.refresh()
    assert in_sql("jornada", [at("2026-11-10 10:00")])

    off = DayOff.objects.create(
        day=date(2026, 11, 10), reason="Inventario", approved_at=datetime(2026, 11, 1, tzinfo=UTC)
    )
    off.calendars.set(Calendar.objects.all())

    with pytest.raises(DatabaseError, match="revisión anterior"), transaction.atomic():
        in_sql("jornada", [at("2026-11-10 10:00")])
    assert segments.refresh() is True
    noon, morning = in_sql("jornada", [at("2026-11-10 12:00"), at("2026-11-10 09:00")])
    assert noon == morning


@pytest.mark.parametrize("instant", [datetime(2009, 12, 31, tzinfo=UTC), datetime(2037, 1, 2, tzinfo=UTC), None])
def test_p20_out_of_the_horizon_is_an_error_in_sql_too(instant):
    segments.refresh()

    with pytest.raises(DatabaseError, match="fuera del calendario"), transaction.atomic():
        in_sql("jornada", [instant])


def test_a_calendar_that_is_not_there_is_an_error_in_sql_too():
    segments.refresh()

    with pytest.raises(DatabaseError, match="No hay tramos del calendario nocturno"), transaction.atomic():
        in_sql("nocturno", [at("2026-11-10 10:00")])


def test_the_nightly_comparison_finds_what_differs():
    assert segments.compare() == 0

    moved = Segment.objects.order_by("starts")[7]
    Segment.objects.filter(pk=moved.pk).update(seconds_before=moved.seconds_before - 60)

    assert 1 <= segments.compare() <= 4
