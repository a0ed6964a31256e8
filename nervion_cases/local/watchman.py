"""Reads from its input who is alive; an input that ends without `done` means that its writer was killed: end them."""

import os
import signal
import sys
import time

PATIENCE = 4


def end_families(alive):
    for process, number in alive.items():
        kill(os.kill, process, number)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and any(kill(os.killpg, process, 0) for process in alive):
        time.sleep(0.1)
    for process in alive:
        kill(os.killpg, process, signal.SIGKILL)


def kill(how, process, number):
    """Whether there was anybody to signal."""
    try:
        how(process, number)
    except OSError:
        return False
    return True


def main(lines):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    alive = {}
    for line in lines:
        word, *rest = line.split()
        if word == "+":
            alive[int(rest[0])] = int(rest[1])
        elif word == "-":
            alive.pop(int(rest[0]), None)
        else:
            return
    end_families(alive)


if __name__ == "__main__":
    main(sys.stdin)
