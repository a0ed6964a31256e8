"""What wakes the sweep and the digest. Lost, doubled or late, nothing changes: the rows remember."""

import logging

from celery import shared_task

from casework.deadlines import digest, sweep
from casework.mail.outbox import heartbeat
from casework.moment import database_now
from casework.worktime import segments

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def sweep_deadlines(**_):
    """Climb what is due, by the database's clock; then say so."""
    at = database_now()
    sweep.sweep(at=at)
    heartbeat("deadlines", at=at)


@shared_task(ignore_result=True)
def send_digests(**_):
    """Owe the digests of the day, if it is time."""
    digest.send_digests(at=database_now())


@shared_task(ignore_result=True)
def compare_clocks(**_):
    """Every night: the clock in Python against its twin in SQL (trust §1.5). Its heartbeat stops when they differ."""
    different = segments.compare()
    if different:
        log.error("the clock and its twin in SQL disagree about %s instants", different)
    else:
        heartbeat("clocks", at=database_now())
