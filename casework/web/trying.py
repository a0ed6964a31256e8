"""A transaction that PostgreSQL gave up for another's sake is tried again (trust §3, F15)."""

import logging
import random
import time

from django.db import OperationalError, connection, transaction

log = logging.getLogger(__name__)

TIMES = 3
GIVEN_UP = (
    "40P01",
    "40001",
)  # a ring of people waiting for one another; two who could not have come one after the other


def in_one_piece(act, *args, **kwargs):
    """Call `act` in one transaction, and up to three times again if it was given up: of that try nothing is left.

    Inside a transaction that is under way it is called once: repeating is for whoever began it.
    """
    if connection.in_atomic_block:
        return act(*args, **kwargs)
    for left in reversed(range(TIMES + 1)):
        try:
            with transaction.atomic():
                return act(*args, **kwargs)
        except OperationalError as no:
            code = getattr(no.__cause__, "pgcode", None)
            if code not in GIVEN_UP or not left:
                raise
            log.warning("given up by PostgreSQL (%s); tried again, %s left", code, left - 1)
            time.sleep(random.uniform(0.01, 0.1))  # noqa: S311  (so that the two do not meet again)
    return None
