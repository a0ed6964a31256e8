"""Waking the worker: a hint that must never hold a request, nor matter when it is lost (trust §2)."""

import logging
from time import monotonic

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

TASK = "casework.mail.tasks.deliver_pending"
SECONDS = 0.15
REST = 10  # after a failure nobody tries for so long; the beat looks every ten seconds anyway

_rest_until = 0.0


def broker(seconds=SECONDS):
    """A client of the queue that gives up quickly."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )


def wake_on_commit():
    """Wake the worker once this transaction is in, once per transaction."""
    waiting = transaction.get_connection().run_on_commit
    if not any(function is wake for _, function, *_ in waiting):
        transaction.on_commit(wake, robust=True)


def wake():
    """Publish a tick. Asks the queue for a sign of life first: a client of Celery could wait for seconds."""
    global _rest_until
    if monotonic() < _rest_until:
        return False
    try:
        with broker() as client:
            client.ping()
        current_app.send_task(TASK, ignore_result=True, retry=False, expires=30)
    except Exception as no:  # whatever it was, the row is in the database
        _rest_until = monotonic() + REST
        log.warning("nobody could be woken (%s); the beat will look", no)
        return False
    return True
