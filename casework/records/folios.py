"""Folios: gapless and unique per series and plant-local year (product §2)."""

from django.db import connection, transaction

from casework.moment import PLANT
from casework.records.models import FolioSeries


def take_folio(*, prefix, at):
    """The next folio of a series, e.g. `Q-2026-00042`, for the plant-local year of `at` (aware).

    The row of the series stays locked until the caller's transaction ends: a rolled-back case gives its number back.
    Raises `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a folio is only taken inside the transaction that uses it")
    year = at.astimezone(PLANT).year
    FolioSeries.objects.bulk_create([FolioSeries(prefix=prefix, year=year)], ignore_conflicts=True)
    series = FolioSeries.objects.select_for_update().get(prefix=prefix, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{prefix}-{year}-{series.last:05d}"
