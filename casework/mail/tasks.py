"""What wakes the post. Lost, doubled or late, nothing changes: the rows remember."""

from celery import shared_task

from casework.mail import outbox
from casework.moment import database_now


@shared_task(ignore_result=True)
def deliver_pending(**_):
    """Deliver what is due; then say so."""
    outbox.deliver_all()
    outbox.heartbeat("dispatch", at=database_now())


@shared_task(ignore_result=True)
def beat(**_):
    """Say that a worker is alive."""
    outbox.heartbeat("worker", at=database_now())
