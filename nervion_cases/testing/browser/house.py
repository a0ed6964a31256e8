"""The parts of a house that runs: its database, the post, the web, the worker and its clock."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from celery import current_app
from django.conf import settings
from kombu import Connection

from nervion_cases.local import commands
from nervion_cases.local.mailsink import sink_in_thread
from nervion_cases.local.processes import end, spawn
from nervion_cases.testing.browser.postbox import Postbox
from nervion_cases.testing.committed import Committed
from nervion_cases.testing.databases import clone, drop, point_to
from nervion_cases.testing.faults.people import open_round_the_clock

PASSWORD = "nervion-demo"
REDIS_DATABASE = "15"  # so that the worker of this house answers no call of another test
SECONDS_TO_ANSWER = 60


class House:
    """Everything that `make run` starts, on free ports, with data of its own."""

    password = PASSWORD

    def __init__(self, template, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.template, self.database = template, f"{template}_house"
        self.sockets = ExitStack()
        self.processes = []
        self.post = None
        self.url = ""
        self.entered = {}  # role → the cookies of its session, so that each signs in once

    # --- Starting and ending ------------------------------------------------------------------------------------------
    def start(self):
        """Everything up and answering. Django of the tests must be allowed to talk to its database."""
        clone(self.template, self.database)
        mail_port = self.sockets.enter_context(sink_in_thread(self.folder / "mail"))
        self.post = Postbox(self.folder / "mail", self)
        listening = self.sockets.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listening.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.environment = self._environment(mail_port)
        self._finish("-m", "nervion_cases.local.prepare", "--months", "0")  # the present is enough
        self.open_round_the_clock()
        number = listening.fileno()
        self._spawn("web", commands.web(listening=[number], workers=1, threads=8), pass_fds=[number])
        self._spawn("worker", commands.worker(concurrency=1))
        self._spawn("beat", commands.beat(schedule=self.folder / "beat-schedule"))
        self._wait_until_healthy(port)
        return self

    def stop(self):
        """Nothing of it outlives the tests."""
        end(self.processes)
        self.sockets.close()
        drop(self.database)

    def _environment(self, mail_port):
        base, slash, last = os.environ["REDIS_URL"].rpartition("/")
        self.redis_url = f"{base}/{REDIS_DATABASE}" if slash and last.isdigit() else os.environ["REDIS_URL"]
        return Committed(self.database).environment(
            REDIS_URL=self.redis_url,
            EMAIL_URL=f"smtp://127.0.0.1:{mail_port}",
            SITE_URL=self.url,
            ALLOWED_HOSTS="localhost,127.0.0.1",
            DEMO="True",
            DEMO_PASSWORD=PASSWORD,
            DEMO_MAIL_DIR=str(self.folder / "mail"),
            MEDIA_ROOT=str(self.folder / "media"),
            STATIC_ROOT=str(self.folder / "static"),
            PYTHONWARNINGS="default",
        )

    def _spawn(self, name, command, **options):
        log = self.folder / f"{name}.log"
        process = spawn([sys.executable, *command], log=log, env=self.environment, cwd=settings.BASE_DIR, **options)
        self.processes.append(process)
        return process

    def _finish(self, *command):
        """Run something to its end."""
        process = self._spawn("prepare", command)
        if process.wait(120):
            raise AssertionError(self.log("prepare"))
        self.processes.remove(process)

    def _wait_until_healthy(self, port):
        until = time.monotonic() + SECONDS_TO_ANSWER
        said = ""
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/salud/", timeout=5):
                    return
            except urllib.error.HTTPError as no:
                said = json.loads(no.read())
            except OSError as no:
                said = str(no)
            time.sleep(0.2)
        raise AssertionError(f"the house did not become well: {said}\n{self.log('web')}\n{self.log('worker')}")

    def log(self, name):
        """The end of what a part said."""
        file = self.folder / f"{name}.log"
        return file.read_text(errors="replace")[-4000:] if file.exists() else ""

    # --- The data -----------------------------------------------------------------------------------------------------
    def open_round_the_clock(self):
        """The hours in which people are disturbed by alerts: all of them, so that no test waits for Monday."""
        before = settings.DATABASES["default"]["NAME"]
        point_to(self.database)
        open_round_the_clock()
        point_to(before)

    def wake(self, task):
        """Ask the real worker now for what its clock would ask within half a minute."""
        with Connection(self.redis_url) as line:
            current_app.send_task(task, connection=line, ignore_result=True, expires=60)

    def sweep(self):
        """Let the worker look at the deadlines."""
        self.wake("casework.deadlines.tasks.sweep_deadlines")

    def deliver(self):
        """Let the worker look at the post."""
        self.wake("casework.mail.tasks.deliver_pending")
