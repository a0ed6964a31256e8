"""Where a test may kill the process: `CRASH_AT=post_claim` (and others) in the environment, never set in production."""

import os
import signal


def crash_point(name):
    """Die here, as by `kill -9`, if the environment names this point; otherwise nothing."""
    if os.environ.get("CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
