"""Against the golden tables, and against the library of holidays that nobody reads while the system runs."""

from datetime import date

import holidays
import pytest

from casework.worktime.law import article_74
from casework.worktime.promises import Term
from casework.worktime.tests.build import HABIL, JORNADA, WEEKDAYS, at
from casework.worktime.tests.golden import ARTICLE_74, DUE


def test_the_days_of_the_law_are_those_of_the_golden_table():
    computed = [
        (f"{WEEKDAYS[day.weekday()]} {day}", name) for year in range(2024, 2032) for day, name in article_74(year)
    ]

    assert computed == ARTICLE_74


@pytest.mark.parametrize("year", range(2010, 2037))
def test_the_library_reads_the_law_as_we_do(year):
    assert [day for day, _ in article_74(year)] == sorted(holidays.country_holidays("MX", years=year))


def test_the_executive_changes_on_its_own_days():
    changes = [day for year in range(2010, 2037) for day, name in article_74(year) if name.startswith("Transmisión")]

    assert changes == [
        date(2012, 12, 1),
        date(2018, 12, 1),
        date(2024, 10, 1),
        date(2030, 10, 1),
        date(2036, 10, 1),
    ]


@pytest.mark.parametrize(("received", "eight_hours", "a_day", "fifteen_days"), DUE, ids=[row[0] for row in DUE])
def test_deadlines_of_the_golden_table(received, eight_hours, a_day, fifteen_days):
    start = at(received)

    assert JORNADA.add(start, 8 * 3600) == at(eight_hours)
    assert HABIL.add(start, 24 * 3600) == at(a_day)
    assert Term("closure", "natural_days", 15).due_at(start) == at(fifteen_days)
