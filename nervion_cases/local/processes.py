"""Children that never outlive us.

Three guards: each child is told to die with its parent (PR_SET_PDEATHSIG); each leads a session of its own, so its
whole family can be ended by one signal; and a watchman outside all of them ends those families if we are killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
WATCHMAN = Path(__file__).with_name("watchman.py")

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(death_signal):
    """What a child does between its birth and its program."""
    parent = os.getpid()

    def prepare():
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def spawn(
    command,
    *,
    log,
    env,
    cwd,
    death_signal=signal.SIGTERM,
    user=None,
    stdin=None,
    pass_fds=(),
):
    """Start a child, its output at the end of a log file."""
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),
            pass_fds=pass_fds,
            umask=0o077,
            **identity,
        )
    if stdin is not None:
        process.stdin.write(stdin.encode())
        process.stdin.close()
    return process


def signal_family(process, number):
    """Signal a child and all that it started."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def wait_all(processes, seconds):
    """Those still alive after waiting."""
    until = time.monotonic() + seconds
    while (alive := [each for each in processes if each.poll() is None]) and time.monotonic() < until:
        time.sleep(0.05)
    return alive


def end(processes, *, first=signal.SIGTERM, seconds=4):
    """Ask, wait, and end whatever is left of their families."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(first)
    wait_all(processes, seconds)
    for process in processes:
        signal_family(process, signal.SIGKILL)
    wait_all(processes, 2)


class Watchman:
    """A process outside the family that ends it if this one is killed without a word."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(WATCHMAN)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def tell(self, line):
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except (OSError, ValueError):
            pass  # it was killed or dismissed: the children still die with their parent

    def watch(self, process, death_signal):
        self.tell(f"+ {process.pid} {int(death_signal)}")

    def forget(self, process):
        self.tell(f"- {process.pid}")

    def dismiss(self):
        self.tell("done")
        try:
            self.process.stdin.close()
            self.process.wait(2)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
