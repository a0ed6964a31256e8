"""Folios: gapless, unique, of the plant's year (trust §3 F28, F29, I5)."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from casework.records.folios import take_folio
from casework.records.models import FolioSeries

NOON = datetime(2026, 11, 20, 18, tzinfo=UTC)


class RolledBackError(Exception):
    """The case that took the number was not kept."""


def allocate(*, at, fails=False):
    """Take a number as a verb does, and perhaps give it back."""
    try:
        with transaction.atomic():
            folio = take_folio(prefix="Q", at=at)
            if fails:
                raise RolledBackError
    except RolledBackError:
        return None
    return folio


def test_a_folio_is_only_taken_inside_a_transaction(committed):
    with pytest.raises(transaction.TransactionManagementError):
        take_folio(prefix="Q", at=NOON)


def test_folios_have_five_digits_and_a_series_for_each_prefix_and_year(db):
    assert allocate(at=NOON) == "Q-2026-00001"
    assert allocate(at=NOON) == "Q-2026-00002"
    assert take_folio(prefix="R", at=NOON) == "R-2026-00001"


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2027, 1, 1, 5, 59, 59, tzinfo=UTC), 2026),  # 31/12/2026 23:59:59 in Mexico City
        (datetime(2027, 1, 1, 6, 0, 0, tzinfo=UTC), 2027),
        (datetime(2020, 1, 1, 5, 59, 59, tzinfo=UTC), 2019),
    ],
)
def test_the_year_is_the_plants_own(db, at, year):
    assert allocate(at=at) == f"Q-{year}-00001"


def test_f28_a_hundred_at_once_with_a_quarter_rolled_back_leave_no_gap(committed):
    folios = committed.at_once(
        *(lambda fails=number % 4 == 0: allocate(at=NOON, fails=fails) for number in range(100)), seconds=60
    )

    kept = sorted(filter(None, folios))
    assert kept == [f"Q-2026-{number:05d}" for number in range(1, 76)]
    assert FolioSeries.objects.get(prefix="Q", year=2026).last == 75


def test_f29_the_year_changes_at_midnight_of_the_plant_whoever_comes_first(committed):
    before, after = datetime(2027, 1, 1, 5, 59, 59, tzinfo=UTC), datetime(2027, 1, 1, 6, 0, 0, tzinfo=UTC)

    folios = committed.at_once(
        *(lambda at=(before if number % 2 else after): allocate(at=at) for number in range(50)), seconds=60
    )

    assert sorted(folios) == sorted(f"Q-{year}-{number:05d}" for year in (2026, 2027) for number in range(1, 26))
