"""Keeps the parts of the demo alive, and ends all of them with one signal.

A part that dies while the demo is up is started again and it is said; one that keeps dying ends everything, in words.
"""

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

from nervion_cases.local.install import LOGS, PYTHON, ROOT, CannotGoOn, say, tail
from nervion_cases.local.processes import Watchman, end, signal_family, spawn, wait_all

SHORT_LIVES, SHORT = 5, 10  # so many lives in a row of so few seconds, and a part is given up
STOPPING_SIGNALS = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}


class Part:
    """A process of the demo under a name that people understand."""

    death_signal = signal.SIGTERM

    def __init__(self, name, label, command, *, env, pass_fds=()):
        self.name, self.label, self.command = name, label, command
        self.env, self.pass_fds = env, pass_fds
        self.log = LOGS / f"{name}.log"
        self.process = None

    def start(self):
        self.process = spawn(
            [PYTHON, *self.command],
            log=self.log,
            env=self.env,
            cwd=ROOT,
            death_signal=self.death_signal,
            pass_fds=self.pass_fds,
        )

    restart = start


class ServerPart:
    """A private server under supervision; it comes back on its port, where the others look for it."""

    def __init__(self, label, server):
        self.label, self.server = label, server
        self.log, self.death_signal = server.log, server.death_signal

    @property
    def process(self):
        return self.server.process

    def start(self):
        self.server.start()

    def restart(self):
        self.server.start(port=self.server.port)


class Stopped(Exception):
    """Somebody asked for the end."""


class Supervisor:
    def __init__(self):
        self.parts = []
        self.watchman = Watchman()
        self.stopping = False
        self.parent = os.getppid()
        self.born = {}
        self.short_lives = Counter()
        for number in STOPPING_SIGNALS:
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, *_):
        self.stopping = True

    def check(self):
        """Raise once somebody wants us to stop, or has left."""
        if self.stopping or os.getppid() != self.parent or make_was_told_to_stop(self.parent):
            raise Stopped

    def start(self, part):
        self.check()
        self.parts.append(part)
        self.bring_up(part, part.start)

    def bring_up(self, part, start):
        start()
        self.born[part] = time.monotonic()
        self.watchman.watch(part.process, part.death_signal)

    def dead(self):
        return [part for part in self.parts if part.process.poll() is not None]

    def nap(self, seconds=0.2):
        time.sleep(seconds)
        self.check()

    def run_to_the_end(self, command, *, env, log):
        """A child that finishes by itself and speaks for itself; stopped with us."""
        with open(log, "wb") as errors:
            child = subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=errors)
        self.watchman.watch(child, signal.SIGTERM)
        try:
            while child.poll() is None:
                self.nap(0.05)
        finally:
            end([child], seconds=3)
            self.watchman.forget(child)
        if child.returncode:
            raise CannotGoOn(f"No se pudo preparar la demostración ({log}):\n{tail(log)}")

    def keep_alive(self):
        """Until somebody wants us to stop: what dies is started again, not for ever."""
        while True:
            self.nap()
            for part in self.dead():
                self.watchman.forget(part.process)
                is_short = time.monotonic() - self.born[part] < SHORT
                self.short_lives[part] = self.short_lives[part] + 1 if is_short else 0
                say(f"⚠ Se detuvo {part.label} ({how_it_ended(part.process)}). Registro: {part.log}")
                if self.short_lives[part] == SHORT_LIVES:
                    raise CannotGoOn(f"No se mantiene en pie {part.label}. Últimas líneas:\n{tail(part.log)}")
                signal_family(part.process, signal.SIGKILL)
                self.bring_up(part, part.restart)
                say(f"  Se volvió a arrancar {part.label}.")

    def stop(self):
        """First those who use the servers, then the servers: 4 + 1 + 4 seconds at the very most."""
        self.stopping = True
        users = [part.process for part in self.parts if isinstance(part, Part) and part.process]
        private = [part for part in self.parts if isinstance(part, ServerPart) and part.process]
        end(users, seconds=4)
        for part in private:
            part.process.send_signal(part.death_signal)
        wait_all([part.process for part in private], 3)
        end([part.process for part in private], first=signal.SIGQUIT, seconds=1)
        self.watchman.dismiss()


def how_it_ended(process):
    code = process.returncode
    return f"señal {-code}" if code < 0 else f"código {code}"


def make_was_told_to_stop(parent):
    """make hands on SIGTERM, but at SIGINT or SIGHUP it only waits for us, that signal blocked and no longer caught."""
    try:
        status = Path(f"/proc/{parent}/status").read_text()
    except OSError:
        return False
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    waiting = int(fields.get("SigBlk", "0"), 16) & ~int(fields.get("SigCgt", "0"), 16)
    return fields.get("Name") == "make" and any(waiting >> (number - 1) & 1 for number in STOPPING_SIGNALS)
