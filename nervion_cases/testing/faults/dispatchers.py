"""Dispatchers killed at random instants (`python -m …dispatchers --kills 250 --at-once 3 --seed 7`); prints where they were.

Django is set up once and forked, so that a blow costs milliseconds: to PostgreSQL and to the mail server a killed fork is
a killed dispatcher. What then stands in the way is time alone (a lease of a minute, the waits after a doubt or a
refusal), so time is moved in the rows of the dead and in those that wait; never in a row that a living one holds.
"""

import argparse
import json
import os
import signal
import sys
import time
import traceback
from collections import Counter
from random import Random

LIVES = (0.03, 0.6)  # seconds
SENDING, CLAIMED, ELSEWHERE = "inside a send", "between claim and send", "elsewhere"


def owner_of(pid):
    """How a process of this machine signs its leases."""
    from casework.mail.outbox import this_process

    return f"{this_process().rpartition(':')[0]}:{pid}"


def where(pid):
    """What a killed process was doing, by the row it left."""
    from casework.mail.models import MailState, OutgoingMail

    left = OutgoingMail.objects.filter(state=MailState.SENDING, lease_owner=owner_of(pid))
    handed = list(left.values_list("handed_at", flat=True))
    if not handed:
        return ELSEWHERE
    return SENDING if handed[0] else CLAIMED


def let_time_pass(*, alive=()):
    """Leases of the dead run out and doubts have waited two days; what waits for another attempt is due."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mail_outgoingmail SET lease_until = clock_timestamp(), handed_at = handed_at - interval '2 days' "
            "WHERE state = 'sending' AND lease_until > clock_timestamp() AND NOT lease_owner = ANY(%s)",
            [[owner_of(pid) for pid in alive]],
        )
        cursor.execute(
            "UPDATE mail_outgoingmail SET not_before = clock_timestamp() "
            "WHERE state = 'pending' AND not_before > clock_timestamp()"
        )


def born():
    """The number of a new process that delivers without rest. Nothing of ours is shared: no connection is open."""
    from casework.mail import outbox
    from nervion_cases.local.processes import die_with_parent

    prepare = die_with_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        return pid
    try:
        prepare()
        while True:
            if not outbox.deliver_all():
                time.sleep(0.005)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def kill(pid):
    """`kill -9`; it must have been alive until then."""
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"a dispatcher had ended by itself (status {status})")


def strike(*, kills, at_once, seed):
    """Keep some alive and kill each at its own random instant. How many were killed where."""
    from django.db import connections

    from casework.mail import outbox

    outbox.deliver_all(seconds=0.3)  # what is read from disk once is read before the forks
    chance, alive, killed = Random(seed), {}, Counter()
    while killed.total() < kills:
        connections.close_all()
        while len(alive) < min(at_once, kills - killed.total()):
            alive[born()] = time.monotonic() + chance.uniform(*LIVES)
        pid = min(alive, key=alive.get)
        time.sleep(max(0, alive.pop(pid) - time.monotonic()))
        kill(pid)
        killed[where(pid)] += 1
        let_time_pass(alive=alive)
    return killed


def main():
    """Strike and print the counts as the last line."""
    import django

    asked = argparse.ArgumentParser()
    for name in ("--kills", "--at-once", "--seed"):
        asked.add_argument(name, type=int, required=True)
    django.setup()
    print(json.dumps(strike(**vars(asked.parse_args()))), flush=True)


if __name__ == "__main__":
    sys.exit(main())
