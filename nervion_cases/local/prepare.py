"""Makes a database ready for the demo: tables, static files, people and cases, and the first call of each clock.

One process for all of it, since most of what it takes is starting Django; every part does nothing when it was done.
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

import django

from nervion_cases.local.install import step


def migrate():
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def static_digest():
    """What the static files are, without reading them."""
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            seen.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_static():
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(root.name + ".stamp")
    wanted = static_digest()
    if root.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted)


def seed(months=None):
    """The demo with the past that `seed_demo` gives it, or with so many months of it."""
    from django.core.management import call_command

    call_command("seed_demo", **({} if months is None else {"months": months}))


def wake_every_clock():
    """Redis starts empty and beat would wait a whole turn: the first one is asked for now."""
    from nervion_cases.celery import app

    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], expires=60)


def main(arguments=None):
    """Zero, or a sentence on the error output and one."""
    from django.db import OperationalError
    from kombu.exceptions import OperationalError as BrokerError

    parser = argparse.ArgumentParser(prog="prepare")
    parser.add_argument("--months", type=int, help="meses de pasado de la demostración")
    told = parser.parse_args(arguments)
    try:
        prepare(told.months)
    except OperationalError as problem:
        print(f"La base de datos no responde (DATABASE_URL): {problem}", file=sys.stderr)
    except BrokerError as problem:
        print(f"Redis no responde (REDIS_URL): {problem}", file=sys.stderr)
    else:
        return 0
    return 1


def prepare(months=None):
    django.setup()
    step("run", 5, "Preparando la base de datos y los archivos estáticos")
    migrate()
    collect_static()
    step("run", 6, "Preparando los datos de demostración")
    seed(months)
    wake_every_clock()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nervion_cases.settings")
    sys.exit(main())
