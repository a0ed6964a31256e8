"""A whole house for the bench and the faults: PostgreSQL, Redis and the parts of the application, all its own.

Nothing of it is shared with `make run` or with the tests, everything listens on loopback, and all of it ends with us.
"""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack

from nervion_cases.local import commands, install, servers
from nervion_cases.local.install import PYTHON, ROOT, RUN
from nervion_cases.local.processes import end, signal_family, spawn

TEMPLATE = "nervion_template"
PASSWORD = "nervion-demo"
SECONDS_TO_ANSWER = 60


class PartFailed(Exception):
    """A part did not start or did not finish; with the end of its log."""


class House:
    """Use as a context manager. `database` is the one that the parts use; processes inherit `environment()`."""

    def __init__(self, name):
        install.prepare_folders()
        self.folder = install.make_folder(RUN / name)
        self.home = install.make_folder(install.servers_home() / name, 0o711 if install.IS_ROOT else 0o700)
        self.postgres = servers.Postgres(self.home, log=self.folder / "postgres.log")
        self.redis = servers.Redis(self.home, log=self.folder / "redis.log")
        self.database = servers.DATABASE
        self.mail_port = 9  # nobody answers there
        self.parts = {}  # name → the process that bears it now
        self._sockets = ExitStack()
        self._lock = None
        self._listening = None

    # --- Starting and ending ------------------------------------------------------------------------------------------
    def __enter__(self):
        self._lock = install.locked(self.folder / "lock")
        try:
            self._lock.__enter__()
        except BlockingIOError:
            raise install.CannotGoOn(f"Ya hay otra corrida en {self.folder}.") from None
        for log in self.folder.glob("*.log"):
            log.unlink()
        self.postgres.start()
        self.redis.start()
        self._listening = self._sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=512))
        return self

    def __exit__(self, *_):
        end(list(self.parts.values()))
        self.redis.stop()
        self.postgres.stop()
        self._sockets.close()
        self._lock.__exit__(None, None, None)

    @property
    def url(self):
        """Where the web answers."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def database_url(self):
        """For `DATABASE_URL`."""
        return self.postgres.url.rpartition("/")[0] + f"/{self.database}"

    def environment(self, **other):
        """What every process of the house is told."""
        return {
            **install.clean_environment(),
            "DJANGO_SETTINGS_MODULE": "nervion_cases.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "SECRET_KEY": "only-for-a-house-of-the-tests-" + "0123456789" * 4,
            "DEBUG": "False",
            "DEMO": "True",
            "DEMO_PASSWORD": PASSWORD,
            "DEMO_MAIL_DIR": str(self.folder / "mail"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            **other,
        }

    # --- Its parts ----------------------------------------------------------------------------------------------------
    def start_web(self, *, workers=2, threads=4, **environment):
        """gunicorn, answering."""
        number = self._listening.fileno()
        command = commands.web(listening=[number], workers=workers, threads=threads)
        counting = {"PROMETHEUS_MULTIPROC_DIR": str(self.folder / "counts")}
        process = self.start("web", command, pass_fds=[number], **counting | environment)
        self.wait_for(lambda: self.get("/cuenta/entrar/")[0] == 200, what="web")
        return process

    def start_worker(self, name="worker", *, concurrency=2, prefix=(), **environment):
        """A Celery worker; `prefix` is a command that starts it (`faketime …`)."""
        return self.start(name, commands.worker(concurrency=concurrency), prefix=prefix, **environment)

    def start_beat(self, name="beat", *, prefix=(), **environment):
        """A beat with a schedule file of its own."""
        schedule = self.folder / f"{name}-schedule"
        for left in self.folder.glob(f"{schedule.name}*"):
            left.unlink()
        return self.start(name, commands.beat(schedule=schedule), prefix=prefix, **environment)

    def start(self, name, command, *, prefix=(), pass_fds=(), **environment):
        """Python with some arguments, under a name, its output in `<name>.log`."""
        process = spawn(
            [*prefix, PYTHON, *command],
            log=self.folder / f"{name}.log",
            env=self.environment(**environment),
            cwd=ROOT,
            pass_fds=pass_fds,
        )
        self.parts[name] = process
        return process

    def stop(self, *names):
        """End parts and wait for them."""
        end([self.parts.pop(name) for name in names if name in self.parts])

    def kill(self, name):
        """`kill -9` of a part and all that it started."""
        process = self.parts.pop(name)
        signal_family(process, 9)
        process.wait()

    def manage(self, *arguments, seconds=600, quiet=True, **environment):
        """Run `manage.py` to its end; its output, or `PartFailed`."""
        done = subprocess.run(
            [str(part) for part in (PYTHON, "manage.py", *arguments)],
            cwd=ROOT,
            env=self.environment(**environment),
            timeout=seconds,
            text=True,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
        )
        if done.returncode:
            raise PartFailed(f"manage.py {' '.join(map(str, arguments))}:\n{(done.stdout or '')[-4000:]}")
        return done.stdout

    def recover(self):
        """After a blow: no part left, both servers up, so that the next one strikes a whole house."""
        end(list(self.parts.values()), seconds=1)
        self.parts.clear()
        for server in (self.postgres, self.redis):
            if server.process.poll() is not None:
                server.start(port=server.port)

    # --- Its data -----------------------------------------------------------------------------------------------------
    def enter(self):
        """Let this process be one of the house: Django set up, talking to its database."""
        import django

        os.environ.update(self.environment())
        django.setup()

    def fresh(self, template=TEMPLATE, name=None):
        """Throw the database away and begin with a copy of a template; Django of this process talks to it."""
        from nervion_cases.testing.databases import clone, point_to

        self.database = name or servers.DATABASE
        point_to("template1")
        clone(template, self.database)
        point_to(self.database)
        shutil.rmtree(self.folder / "media", ignore_errors=True)

    # --- Asking it ----------------------------------------------------------------------------------------------------
    def get(self, path, *, seconds=5):
        """Status and body of one question by nobody in particular."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=seconds) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as no:
            return no.code, no.read()
        except OSError:
            return None, b""

    def health(self):
        """Status and facts of `/salud/`."""
        status, body = self.get("/salud/", seconds=8)
        return status, json.loads(body) if body[:1] == b"{" else {}

    def wait_for(self, question, *, what, seconds=SECONDS_TO_ANSWER):
        """Until the question is answered with yes; the seconds it took."""
        started = time.monotonic()
        while not question():
            if time.monotonic() - started > seconds:
                raise PartFailed(f"{what}: not within {seconds} s\n{self.log(what)}")
            time.sleep(0.05)
        return time.monotonic() - started

    def log(self, name):
        """The end of what a part said."""
        return install.tail(self.folder / f"{name}.log", lines=30)
