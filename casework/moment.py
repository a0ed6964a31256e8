"""The present: PostgreSQL's clock is the one source for claims, leases and rungs; the plant's zone for people."""

from zoneinfo import ZoneInfo

from django.db import connection

PLANT = ZoneInfo("America/Mexico_City")


def database_now():
    """The database's wall clock (aware, UTC), also in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
