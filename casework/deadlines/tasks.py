"""What wakes the sweep and the digest. Lost, doubled or late, nothing changes: the rows remember."""

from celery import shared_task

from casework.deadlines import digest, sweep
from casework.mail.outbox import heartbeat
from casework.moment import database_now


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
