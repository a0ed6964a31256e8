"""Starts a part again when it dies, as systemd does in production and the supervisor in the demo."""

import threading
from collections import Counter
from contextlib import contextmanager

WAIT = 2  # seconds, as in deploy/*.service


@contextmanager
def kept(house, **starters):
    """Start parts (name → how it is started) and keep them alive; yields how often each was started again."""
    over, again = threading.Event(), Counter()

    def keep():
        while not over.wait(0.2):
            for name, start in starters.items():
                if house.parts[name].poll() is not None and not over.wait(WAIT):
                    again[name] += 1
                    start()

    for start in starters.values():
        start()
    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield again
    finally:
        over.set()
        keeper.join()
