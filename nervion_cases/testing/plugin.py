"""Starts the servers of the tests before Django reads its settings (pytest.ini names this plugin with `-p`).

`DATABASE_URL` and `REDIS_URL` of the environment win; without them a throw-away PostgreSQL and Redis are started, apart
from those of `make run`. The other values are the tests' own whatever the environment or `.run/env` say. The workers
of xdist inherit all of it and only take a Redis database and a folder for files of their own.
"""

import os
import pwd
import shutil
import sys
from pathlib import Path

import pytest

from nervion_cases.local import install, servers

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

VALUES = {
    "SECRET_KEY": "only-for-the-tests-" + "0123456789" * 5,
    "SECRET_KEY_FALLBACKS": "",
    "SITE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "DEBUG": "False",
    "DEMO": "False",
    "DEMO_PASSWORD": "nervion-demo",
    "BEHIND_TLS_PROXY": "False",
    "MFA_REQUIRED_ROLES": "",  # its own test asks for it
    "EMAIL_URL": "smtp://127.0.0.1:9",  # nobody answers there
    "DEFAULT_FROM_EMAIL": "Servicio al Cliente Nervión <servicio@pinturasnervion.example>",
    # The browser drives a server in a thread, and Playwright keeps an event loop in ours.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}


def redis_database_of(url, worker):
    """Workers do not share keys: gw0 takes database 1, gw1 database 2…"""
    base, slash, last = url.rpartition("/")
    return f"{base}/{int(worker.removeprefix('gw')) + 1}" if slash and last.isdigit() else url


def home_of_this_user():
    try:
        return pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        return str(install.RUN)


def folder_for_files():
    """A folder for what this run uploads; those that killed runs left behind are swept."""
    parent = install.RUN / "test-files"
    for left in parent.glob("*"):
        if not Path(f"/proc/{left.name}").exists():
            shutil.rmtree(left, ignore_errors=True)
    return parent / str(os.getpid())


def start_servers(early_config):
    install.prepare_folders()
    started = None
    try:
        if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
            install.install_servers()
            started = servers.TestServers()
            early_config.add_cleanup(started.stop)
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = started.start_postgres()
        if not os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = started.start_redis()
    except install.CannotGoOn as no:
        raise pytest.UsageError(str(no)) from None
    files = folder_for_files()
    early_config.add_cleanup(lambda: shutil.rmtree(files, ignore_errors=True))
    os.environ.update(VALUES, NERVION_TEST_FILES=str(files))
    os.environ.setdefault("HOME", home_of_this_user())


def refuse_the_outside(event, arguments):
    """No traffic beyond loopback: a test that needs the internet is a test that fails without it."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and str(address[0]) not in ("127.0.0.1", "::1", "localhost", "0.0.0.0"):
        raise RuntimeError(f"a test wanted to connect to {address!r}")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    if not WORKER:
        start_servers(early_config)
    else:
        os.environ["REDIS_URL"] = redis_database_of(os.environ["REDIS_URL"], WORKER)
    files = Path(os.environ["NERVION_TEST_FILES"]) / (WORKER or "main")
    os.environ["MEDIA_ROOT"] = str(files / "media")
    os.environ["STATIC_ROOT"] = str(files / "static")
    sys.addaudithook(refuse_the_outside)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Static files straight from their folders: nothing is collected before a test, and pages have all of theirs."""
    from django.conf import settings  # settings are read only once the servers above are up

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
