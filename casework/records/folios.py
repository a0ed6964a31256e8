"""Folios: gapless and unique per series and plant-local year (product §2)."""

from django.db import connection, transaction

from casework.moment import PLANT
from casework.records.models import FolioSeries

TAKE = f"""
INSERT INTO {FolioSeries._meta.db_table} AS series (prefix, year, last) VALUES (%s, %s, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = series.last + 1 RETURNING last
"""


def take_folio(*, prefix, at):
    """The next folio of a series, e.g. `Q-2026-00042`, for the plant-local year of `at` (aware).

    The row of the series stays locked until the caller's transaction ends: a rolled-back case gives its number back.
    Raises `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a folio is only taken inside the transaction that uses it")
    year = at.astimezone(PLANT).year
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [prefix, year])
        (last,) = cursor.fetchone()
    return f"{prefix}-{year}-{last:05d}"
