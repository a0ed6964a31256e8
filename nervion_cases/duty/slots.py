"""Counters of several web processes, added up: each process counts in files of its own, in a shared folder.

A process takes the first place that is free, and goes on with what was counted there: processes come and go, the
number of files does not grow with them.
"""

import fcntl
import os
from functools import cache
from itertools import count
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def count_in_our_own_files():
    """Call once, before anything counts. Without the folder a process counts in its memory, for itself."""
    if os.environ.get(FOLDER):
        from prometheus_client import values  # asks for the folder as it is imported

        Path(os.environ[FOLDER]).mkdir(mode=0o700, parents=True, exist_ok=True)
        values.ValueClass = values.MultiProcessValue(process_identifier=_place)


@cache
def _place():
    for number in count():
        lock = os.open(Path(os.environ[FOLDER]) / f"place-{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return f"place{number}"  # ours until this process ends, and the lock with it
