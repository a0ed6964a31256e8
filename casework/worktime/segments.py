"""The calendars' twin in SQL: the table that `worktime_position(calendar_key, t)` reads, for set-based queries.

The function refuses to answer from segments older than the last edit of a calendar, so they can be late, never wrong.
"""

from datetime import timedelta

from django.db import connection, transaction

from casework.worktime.calendars import calendars
from casework.worktime.models import Calendar, Horizon, Revision, Segment
from casework.worktime.specs import SECOND, amount_us


@transaction.atomic
def refresh():
    """Write the segments of the present revision, if they are not there yet. Whether anything was written.

    For whoever edits calendars, and before a query that uses the SQL function.
    """
    stamp = Revision.objects.select_for_update().get(pk=1).stamp  # no calendar is edited meanwhile
    values = {key: value for key, value in calendars().items() if any(value.segments())}
    written = dict(Horizon.objects.values_list("calendar__key", "stamp"))
    if written == dict.fromkeys(values, stamp):
        return False
    Segment.objects.all().delete()
    Horizon.objects.all().delete()
    for row in Calendar.objects.filter(key__in=values):
        calendar, before, rows = values[row.key], 0, []
        for starts, ends in calendar.segments():
            rows.append(Segment(calendar=row, starts=starts, ends=ends, seconds_before=before))
            before += amount_us(ends - starts) // SECOND
        Segment.objects.bulk_create(rows, batch_size=2000)
        first, last = calendar.bounds
        Horizon.objects.create(calendar=row, starts=first, ends=last, stamp=stamp)
    return True


def compare():
    """Ask the clock and its twin for the position of the same instants. How many answers differ (trust §1.5).

    The edges of every segment and an instant inside it: between edges both are straight lines.
    """
    refresh()
    different = 0
    for key, calendar in calendars().items():
        instants = [
            instant for starts, ends in calendar.segments() for instant in (starts, starts + (ends - starts) // 2, ends)
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT worktime_position(%s, t) FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS asked (t, place) "
                "ORDER BY place",
                [key, instants],
            )
            for instant, (seconds,) in zip(instants, cursor.fetchall(), strict=True):
                different += calendar.position(instant) != timedelta(microseconds=int(seconds * 1_000_000))
    return different
