"""The sweep: passed moments become facts, fact and debt in one transaction (house, habit 13).

A predicate and never a window: however late it comes, a breach is recorded at the instant it happened. Any number of
sweeps may run at once. Rows that somebody is changing are left for the next pass.
"""

import logging
from datetime import timedelta

from django.db import connection, transaction

from casework.alerts.bell import JORNADA, Notice, tell_all
from casework.deadlines import ladder
from casework.deadlines.models import Deadline
from casework.deadlines.running import breach_line
from casework.records.models import TimelineEntry
from casework.worktime.calendars import calendar

log = logging.getLogger(__name__)

SIZE = 200
ASIDE = timedelta(minutes=15)  # a row that cannot be climbed waits so long, and lets the others pass


def sweep(*, at):
    """Climb everything that is due by `at`. How many deadlines were looked at."""
    total = 0
    while found := sweep_batch(at=at):
        total += found
    return total


def sweep_batch(*, at, size=SIZE):
    """Record what has come due and owe its alerts, together or not at all. How many were found."""
    try:
        with transaction.atomic():
            due = list(_due(at)[:size])
            climb(due, at=at)
        return len(due)
    except Exception:
        log.exception("a batch of the sweep failed; its rows are tried one by one")
        return _one_by_one(at=at, size=size)


def _due(at):
    # The case is locked with its deadline, skipping: verbs take the case first, so nobody waits for the sweep's rows.
    return (
        Deadline.objects.running()
        .filter(look_again_at__lte=at)
        .select_for_update(skip_locked=True, no_key=True, of=("self", "case_file"))
        .select_related("case_file")
        .prefetch_related("case_file__responsible", "case_file__department__head")  # the same few people for all
        .defer("rule", "case_file__search_text", "case_file__search_vector")  # long, and nothing here reads them
        .order_by("look_again_at", "pk")
    )


def _one_by_one(*, at, size):
    """One bad row must not silence the rest: it is put aside, and its error reported."""
    pks = list(
        Deadline.objects.running()
        .filter(look_again_at__lte=at)
        .order_by("look_again_at", "pk")
        .values_list("pk", flat=True)[:size]
    )
    done = 0
    for pk in pks:
        try:
            with transaction.atomic():
                held = list(_due(at).filter(pk=pk))
                climb(held, at=at)
            done += len(held)
        except Exception:
            log.exception("deadline %s cannot be climbed; it is looked at again in %s", pk, ASIDE)
            done += Deadline.objects.running().filter(pk=pk).update(look_again_at=at + ASIDE)
    return done


def climb(deadlines, *, at):
    """Breaches at their own instant, their lines, the alerts of the rungs reached, and the next instant to look."""
    if not deadlines:
        return
    hours = calendar(JORNADA)
    next_digest = opening_after(hours, at)
    audience = ladder.Audience(at=at)
    lines, notices = [], []
    for deadline in deadlines:
        rungs = ladder.climbed(deadline, at=at, hours=hours)
        if deadline.breached_at is None and at >= deadline.breaks_at:
            deadline.breached_at = deadline.breaks_at
            lines.append(breach_line(deadline))
        told = ladder.raised(deadline, rungs)
        for rung in told:
            matters = rung is told[-1] or rung.number == ladder.BREACH  # of many at once not every one is mailed
            disturbs = matters and ladder.at_once(deadline, rung, next_digest=next_digest)
            occasion, facts = ladder.occasion(deadline, rung), ladder.facts(deadline, rung)
            notices += [
                Notice(person, rung.reason, occasion, deadline.case_file, facts, at_once=disturbs, letter="deadline")
                for person in audience.of(deadline.case_file, rung.number)
            ]
        if rungs:
            deadline.rung = rungs[-1].number
        deadline.look_again_at = ladder.instant(deadline, deadline.rung + 1, hours)
    TimelineEntry.objects.bulk_create(lines)
    tell_all(notices, at=at)
    _save(deadlines)


def _save(deadlines):
    """In one statement, and a cheap one."""
    rows = [(each.pk, each.breached_at, each.rung, each.look_again_at) for each in deadlines]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Deadline._meta.db_table} deadline "
            "SET breached_at = climbed.breached_at, rung = climbed.rung, look_again_at = climbed.look_again_at "
            "FROM unnest(%s::bigint[], %s::timestamptz[], %s::smallint[], %s::timestamptz[]) "
            "AS climbed(id, breached_at, rung, look_again_at) WHERE deadline.id = climbed.id",
            [list(column) for column in zip(*rows, strict=True)],
        )


def opening_after(hours, at):
    """When the jornada opens next, on a later day than the one of `at`: the next digest."""
    day = at.astimezone(hours.zone_at(at)).date()
    today = hours.opening_on(day)
    if today is not None and today > at:
        return today
    while True:
        day += timedelta(days=1)
        opening = hours.opening_on(day)
        if opening is not None:
            return opening
