"""Who hears what when: the table of product §4.5, and how far a deadline has climbed."""

from datetime import timedelta

import pytest

from casework.deadlines import ladder, running
from casework.deadlines.models import PromiseKey
from casework.deadlines.sweep import opening_after
from casework.deadlines.tests.cases import at, case_for
from casework.people.models import Substitute
from casework.worktime.calendars import calendar


@pytest.fixture
def hours(db):
    return calendar("jornada")


@pytest.mark.parametrize(
    ("rung", "who"),
    [
        (0, ["luz"]),
        (ladder.HALF, ["luz"]),
        (ladder.THREE_QUARTERS, ["diego", "luz"]),
        (ladder.BREACH, ["beto", "diego", "luz"]),
        (ladder.BREACH + 1, ["beto", "diego", "elena", "luz"]),
        (ladder.BREACH + 2, ["beto", "diego", "elena", "luz"]),
        (ladder.BREACH + 3, ["beto", "diego", "elena", "gil", "luz"]),
        (ladder.BREACH + 9, ["beto", "diego", "elena", "gil", "luz"]),
    ],
)
def test_who_hears_each_rung(cast, rung, who):
    case = case_for(cast.luz)

    people = ladder.Audience(at=at("10/11 10:00")).of(case, rung)

    assert sorted(person.username for person in people) == who


def test_an_absent_head_is_heard_with_the_substitute_of_that_date(cast):
    case = case_for(cast.luz)
    Substitute.objects.create(
        department=case.department,
        person=cast.ivan,
        since=at("10/11").date(),
        until=at("11/11").date(),
        named_by=cast.irma,
        named_at=at("01/11"),
    )

    heard = {
        day: sorted(person.username for person in ladder.Audience(at=at(day)).of(case, ladder.THREE_QUARTERS))
        for day in ("09/11 23:59", "10/11 00:00", "11/11 23:59", "12/11 00:00")
    }

    both, alone = ["diego", "ivan", "luz"], ["diego", "luz"]
    assert heard == {"09/11 23:59": alone, "10/11 00:00": both, "11/11 23:59": both, "12/11 00:00": alone}


def test_whoever_left_the_company_is_replaced_by_the_head(cast):
    cast.luz.is_active = False
    cast.luz.save()

    people = ladder.Audience(at=at("10/11 10:00")).of(case_for(cast.luz), ladder.HALF)

    assert [person.username for person in people] == ["diego"]


@pytest.mark.parametrize(
    ("moment", "rungs"),
    [
        ("11/11 09:59", []),
        ("11/11 10:00", [1]),
        ("11/11 22:00", [1, 2]),
        ("12/11 10:00", [1, 2]),  # inclusive: it has not broken yet
        ("12/11 10:01", [1, 2, 3]),
        ("13/11 08:59", [1, 2, 3]),
        ("13/11 09:00", [1, 2, 3, 4]),
        ("16/11 23:00", [1, 2, 3, 4]),  # Saturday, Sunday and a holiday
        ("17/11 09:00", [1, 2, 3, 4, 5]),
        ("18/11 09:00", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_the_rungs_of_48_business_hours_from_a_tuesday_at_10(cast, hours, moment, rungs):
    deadline = running.promise(case_for(cast.diego), PromiseKey.COORDINATION_ANSWER, at=at("10/11 10:00"))

    climbed = ladder.climbed(deadline, at=at(moment), hours=hours)

    assert [rung.number for rung in climbed] == rungs
    assert ladder.height(deadline, at=at(moment), hours=hours) == len(rungs)


def test_registered_late_only_the_highest_rung_already_passed(cast, hours):
    deadline = running.promise(case_for(cast.diego), PromiseKey.COORDINATION_ANSWER, at=at("10/11 10:00"))
    rungs = ladder.climbed(deadline, at=at("13/11 10:00"), hours=hours)

    def raised(since):
        deadline.watched_since = at(since)
        return [rung.number for rung in ladder.raised(deadline, rungs)]

    assert raised("10/11 10:00") == [1, 2, 3, 4]  # the sweep slept; nothing is skipped
    assert raised("11/11 23:00") == [2, 3, 4]  # written down when half and three quarters had passed
    assert raised("13/11 09:30") == [4]


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("13/11 08:00", "13/11 09:00"),
        ("13/11 09:00", "17/11 09:00"),
        ("15/11 12:00", "17/11 09:00"),
        ("17/11 20:00", "18/11 09:00"),
    ],
)
def test_the_next_digest(hours, moment, opening):
    assert opening_after(hours, at(moment)) == at(opening)


def test_at_once_are_a_breach_and_what_is_due_before_the_next_digest(cast, hours):
    deadline = running.promise(case_for(cast.diego), PromiseKey.COORDINATION_URGENT, at=at("10/11 10:00"))
    digest = at("11/11 09:00")

    def now(number, due):
        deadline.due_at = due
        return ladder.at_once(deadline, ladder.Rung(number, at("10/11 14:00")), next_digest=digest)

    before, after = digest - timedelta(hours=1), digest + timedelta(hours=1)
    assert [now(number, before) for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert [now(number, after) for number in (1, 2, 3, 4)] == [False, False, True, False]
