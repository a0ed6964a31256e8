"""A promise from the day it is made to the day it is met, missed or ended."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from casework.deadlines import running
from casework.deadlines.models import Deadline, PromiseKey, PromiseRule
from casework.deadlines.queries import latest_of, next_running, with_deadlines, with_next_due
from casework.deadlines.tests.cases import at, case_for
from casework.records.models import CaseFile
from casework.rules import Forbidden, Refused
from casework.worktime.models import Calendar

KEY = PromiseKey.COORDINATION_ANSWER


@pytest.mark.parametrize(
    ("key", "made", "due", "breaks"),
    [
        # in less than 24 business hours: due is the first instant that breaks it
        (PromiseKey.ACKNOWLEDGEMENT, "10/11 10:00", "11/11 10:00", "11/11 10:00"),
        (PromiseKey.ACKNOWLEDGEMENT, "13/11 16:40", "17/11 16:40", "17/11 16:40"),
        # 15 natural days: day 15 ends at 24:00
        (PromiseKey.CUSTOMER_ANSWER, "13/11 23:59", "29/11 00:00", "29/11 00:00"),
        (PromiseKey.CLOSURE, "13/11 00:00", "29/11 00:00", "29/11 00:00"),
        # 48 business hours are inclusive
        (KEY, "10/11 10:00", "12/11 10:00", "12/11 10:00"),
        (KEY, "11/11 00:00", "13/11 00:00", "13/11 00:00"),
        (KEY, "12/11 00:00", "14/11 00:00", "17/11 00:00"),  # a Friday's end and a Tuesday's beginning are one
        # 8 hours of the jornada
        (PromiseKey.COORDINATION_URGENT, "10/11 10:00", "10/11 18:00", "11/11 09:00"),
        (PromiseKey.COORDINATION_URGENT, "13/11 17:00", "17/11 16:00", "17/11 16:00"),
    ],
)
def test_the_five_promises_of_the_procedures(cast, key, made, due, breaks):
    deadline = running.promise(case_for(cast.diego), key, at=at(made))

    inclusive = key in (KEY, PromiseKey.COORDINATION_URGENT)
    assert deadline.due_at == at(due)
    assert deadline.breaks_at == at(breaks) + timedelta(microseconds=1 if inclusive else 0)
    assert deadline.starts_at <= deadline.half_at <= deadline.three_quarters_at <= deadline.due_at
    assert deadline.look_again_at == deadline.half_at


@pytest.mark.parametrize(
    ("key", "hours", "amount"),
    [
        (KEY, 24, 24),
        (KEY, 60, 48),
        (KEY, None, 48),
        (PromiseKey.COORDINATION_URGENT, 2, 2),
        (PromiseKey.COORDINATION_URGENT, 48, 48),
    ],
)
def test_a_route_may_promise_less_and_an_urgency_its_own_hours(cast, key, hours, amount):
    assert running.promise(case_for(cast.diego), key, at=at("10/11 10:00"), hours=hours).rule["amount"] == amount


def test_a_new_rule_never_rewrites_a_promise_already_made(cast):
    case = case_for(cast.diego)
    before = running.promise(case, KEY, at=at("10/11 10:00"))
    PromiseRule.objects.create(
        key=KEY,
        unit="business_seconds",
        amount=24,
        calendar=Calendar.objects.get(key="habil"),
        clause="MPC-SER-009 §3.2",
        holds_from=date(2026, 11, 11),
        proposed_at=at("01/11"),
        approved_at=at("02/11"),
    )

    after = running.promise(case_for(cast.diego), KEY, at=at("11/11 10:00"))

    before.refresh_from_db()
    assert (before.rule["amount"], before.due_at) == (48, at("12/11 10:00"))
    assert (after.rule["amount"], after.due_at) == (24, at("12/11 10:00"))


def test_several_promises_at_once_are_those_made_one_by_one(cast, django_assert_max_num_queries):
    keys = (PromiseKey.CLOSURE, PromiseKey.ACKNOWLEDGEMENT, PromiseKey.CUSTOMER_ANSWER)
    older = PromiseRule.objects.get(key=PromiseKey.CLOSURE)
    for holds_from, amount, approved in ((9, 12, True), (10, 11, True), (10, 10, False), (12, 9, True)):
        PromiseRule.objects.create(
            key=older.key,
            unit=older.unit,
            amount=amount,
            clause=older.clause,
            holds_from=date(2026, 11, holds_from),
            proposed_at=at("01/11"),
            approved_at=at("02/11") if approved else None,
        )
    one_by_one = [running.promise(case_for(cast.diego), key, at=at("10/11 10:00")) for key in keys]

    case = case_for(cast.diego)
    with django_assert_max_num_queries(3):  # the stamp of the calendars, the rules, the deadlines
        running.promise_each(case, keys, at=at("10/11 10:00"))

    made = {one.key: one for one in Deadline.objects.filter(case_file=case)}
    for other in one_by_one:
        for name in ("starts_at", "half_at", "three_quarters_at", "due_at", "breaks_at", "look_again_at", "rule"):
            assert getattr(made[other.key], name) == getattr(other, name), (other.key, name)
    assert made[PromiseKey.CLOSURE].rule["amount"] == 11
    assert all(one.watched_since and one.recorded_at for one in made.values())


def test_a_promise_without_a_rule_stops_all_of_them(cast):
    PromiseRule.objects.filter(key=PromiseKey.CLOSURE).update(approved_at=None)

    with pytest.raises(PromiseRule.DoesNotExist):
        running.promise_each(case_for(cast.diego), (PromiseKey.ACKNOWLEDGEMENT, PromiseKey.CLOSURE), at=at("10/11"))

    assert not Deadline.objects.exists()


def test_the_derivation_is_photographed_and_adds_up(cast):
    deadline = running.promise(case_for(cast.diego), KEY, at=at("13/11 10:00"))

    derived = running.derivation(Deadline.objects.get(pk=deadline.pk))

    assert sum(step["seconds"] for step in derived["steps"]) == 48 * 3600
    assert any("Revolución" in sentence for sentence in derived["sentences"])


def test_one_of_a_kind_runs_at_a_time(cast):
    case = case_for(cast.diego)
    running.promise(case, KEY, at=at("10/11 10:00"))

    with pytest.raises(IntegrityError, match="one_running_deadline_per_kind"), transaction.atomic():
        running.promise(case, KEY, at=at("10/11 11:00"))
    running.meet(case, KEY, at=at("10/11 12:00"))

    assert running.promise(case, KEY, at=at("10/11 13:00"), operational=True).operational


@pytest.mark.parametrize(
    ("met", "in_time", "verbs"),
    [
        ("12/11 10:00", True, ["deadline.met"]),
        ("12/11 10:01", False, ["deadline.breached", "deadline.met_late"]),
    ],
)
def test_the_verdict_uses_the_moment_it_was_met(cast, met, in_time, verbs):
    case = case_for(cast.diego)
    running.promise(case, KEY, at=at("10/11 10:00"))

    deadline = running.meet(case, KEY, at=at(met), by=cast.diego)

    assert deadline.in_time is in_time
    assert deadline.breached_at == (None if in_time else deadline.breaks_at)
    assert [line.verb for line in case.timeline.order_by("pk")] == verbs
    assert running.meet(case, KEY, at=at(met)) is None


def test_what_came_back_runs_again(cast):
    case = case_for(cast.diego)
    made = running.promise(case, KEY, at=at("10/11 10:00"))
    running.meet(case, KEY, at=at("10/11 12:00"))

    deadline = running.unmeet(case, KEY, at=at("11/11 09:00"))

    assert deadline.running
    assert deadline.due_at == made.due_at
    assert running.unmeet(case, KEY, at=at("11/11 09:00")) is None


def test_ending_gives_no_verdict_but_what_broke_stays_broken(cast):
    case = case_for(cast.diego)
    running.promise(case, PromiseKey.ACKNOWLEDGEMENT, at=at("10/11 10:00"))
    running.promise(case, PromiseKey.CLOSURE, at=at("10/11 10:00"))

    broken, whole = running.end(case, at=at("11/11 12:00"))

    assert (broken.in_time, broken.breached_at) == (False, at("11/11 10:00"))
    assert (whole.in_time, whole.breached_at) == (None, None)
    assert running.end(case, at=at("11/11 12:00")) == []


def test_an_extension_moves_what_the_customer_was_promised_and_nothing_else(cast):
    deadline = running.promise(case_for(cast.ana), PromiseKey.CLOSURE, at=at("10/11 10:00"))

    extension = running.extend(
        deadline, until=at("30/11 18:00"), reason="Falta una muestra.", by=cast.beto, at=at("20/11 10:00")
    )

    moved = extension.deadline
    assert (moved.promised_at, moved.due_at) == (at("30/11 18:00"), at("26/11"))
    assert moved.case_file.timeline.get(verb="deadline.extended").facts["until"] == "30/11/2026 18:00"


@pytest.mark.parametrize(
    ("by", "until", "reason", "no"),
    [
        ("ana", "30/11 18:00", "Falta una muestra.", Forbidden),
        ("beto", "30/11 18:00", "  ", Refused),
        ("beto", "19/11 18:00", "Falta una muestra.", Refused),
    ],
)
def test_an_extension_needs_the_coordinator_a_reason_and_a_later_date(cast, by, until, reason, no):
    deadline = running.promise(case_for(cast.ana), PromiseKey.CLOSURE, at=at("10/11 10:00"))

    with pytest.raises(no):
        running.extend(deadline, until=at(until), reason=reason, by=getattr(cast, by), at=at("20/11 10:00"))


def test_lists_know_the_next_deadline_without_more_queries(cast, django_assert_num_queries):
    for _ in range(3):
        case = case_for(cast.diego)
        running.promise(case, PromiseKey.CLOSURE, at=at("10/11 10:00"))
        running.promise(case, PromiseKey.ACKNOWLEDGEMENT, at=at("10/11 10:00"))
    running.meet(case, PromiseKey.ACKNOWLEDGEMENT, at=at("10/11 11:00"))

    with django_assert_num_queries(2):
        cases = list(with_deadlines(with_next_due(CaseFile.objects.all())).order_by("pk"))
        kinds = [next_running(one).key for one in cases]
        latest = latest_of(cases[2], PromiseKey.ACKNOWLEDGEMENT)

    assert kinds == [PromiseKey.ACKNOWLEDGEMENT, PromiseKey.ACKNOWLEDGEMENT, PromiseKey.CLOSURE]
    assert [one.next_due_at for one in cases] == [at("11/11 10:00"), at("11/11 10:00"), at("26/11")]
    assert latest.met_at == at("10/11 11:00")
