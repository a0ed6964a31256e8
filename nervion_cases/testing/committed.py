"""A database of one test alone, cloned from a template, and a mail server: for threads, workers, processes, browsers.

Rows that are only ever added cannot be flushed, so what such a test commits is thrown away with its database.
"""

import os
import subprocess
import sys
from itertools import count
from threading import Thread
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from environ import Env

from nervion_cases.testing.databases import clone, drop, point_to, send_away, statement

_numbers = count(1)
env = Env()


class Committed:
    """The database that this test talks to, and how others may."""

    def __init__(self, name):
        self.name = name

    @property
    def url(self):
        """For `DATABASE_URL` of another process."""
        values = connection.settings_dict
        secret = f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else ""
        return f"postgres://{quote(values['USER'])}{secret}@{values['HOST']}:{values['PORT'] or 5432}/{self.name}"

    def environment(self, **other):
        """The environment of a process that shares this database and the mail server of the test."""
        return (
            os.environ
            | {
                "DATABASE_URL": self.url,
                "EMAIL_URL": f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
                "DJANGO_SETTINGS_MODULE": "nervion_cases.settings",
            }
            | other
        )

    def run(self, code, *, seconds=30, **environment):
        """Run Python code with Django set up, in another process. Its exit code; negative if a signal ended it."""
        script = f"import django; django.setup()\n{code}"
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.environment(**environment),
            cwd=settings.BASE_DIR,
            timeout=seconds,
            capture_output=True,
            text=True,
        )
        if done.returncode > 0:
            raise AssertionError(done.stderr)
        return done.returncode

    def at_once(self, *functions, seconds=30):
        """Run functions in threads with connections of their own. Their results, in order; what one raised is raised."""
        results = [None] * len(functions)

        def run(place, function):
            try:
                results[place] = (function(), None)
            except BaseException as no:
                results[place] = (None, no)
            finally:
                connections.close_all()

        threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds)
        for thread, result in zip(threads, results, strict=True):
            if thread.is_alive():
                raise AssertionError(f"a thread did not end within {seconds} s")
            if result[1] is not None:
                raise result[1]
        return [value for value, _ in results]


def _set_up_if_nobody_did():
    """pytest-django makes the test database only if some test asks for `db`; if none does, it is made here."""
    plain = connections["default"].settings_dict["NAME"] == env.db("DATABASE_URL")["NAME"]
    return setup_databases(verbosity=0, interactive=False, aliases=["default"]) if plain else None


@pytest.fixture(scope="session")
def committed_template(django_db_setup, django_db_blocker):
    """A copy of the migrated test database to which nobody connects, so that it can be cloned at any time."""
    with django_db_blocker.unblock():
        own = _set_up_if_nobody_did()
        source = connections["default"].settings_dict["NAME"]
        template = f"{source}_template"
        connections.close_all()
        drop(template)
        send_away(source)
        statement(f'CREATE DATABASE "{template}" TEMPLATE "{source}"')
    yield template
    with django_db_blocker.unblock():
        drop(template)
        if own:
            teardown_databases(own, verbosity=0)


@pytest.fixture
def committed(committed_template, django_db_blocker):
    """Instead of `db`: everything this test does is committed, in a database of its own."""
    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        name = f"{committed_template}_{next(_numbers)}"
        clone(committed_template, name)
        point_to(name)
        try:
            yield Committed(name)
        finally:
            point_to(before)
            drop(name)


@pytest.fixture
def post(settings):
    """A real SMTP server that the settings point to. `post.mood` makes it misbehave; `post.taken` is what it took."""
    from casework.mail.tests.servers import Script, Server

    script = Script()
    server = Server(script)
    server.start()
    script.port = server.port
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield script
    server.stop(no_assert=True)
