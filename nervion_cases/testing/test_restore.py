"""F40 in the suite: a cluster of its own with a real archive is lost and restored to an instant (trust §9)."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings
from django.db import connections

from nervion_cases.local import install, servers
from nervion_cases.local.mailsink import sink_in_thread
from nervion_cases.testing.faults.ledger import Ledger

pytestmark = pytest.mark.xdist_group("restore")


@pytest.fixture
def cluster(tmp_path):
    """A durable PostgreSQL, empty, which archives as that of `make run` does."""
    install.prepare_folders()
    install.install_servers()
    slot, lock = servers.throw_away_slot()
    home = install.make_folder(slot, 0o711) / "restore"
    shutil.rmtree(home, ignore_errors=True)
    log = tmp_path / "postgres.log"
    servers.Postgres(home, log=log, durable=False).initialise()  # without waiting for the disk; it serves durably
    server = servers.Postgres(home, log=log).start()
    yield server
    server.stop()
    shutil.rmtree(home)
    lock.__exit__(None, None, None)


@contextmanager
def speaking_to(server):
    """Django of this process talks to it."""
    values = connections["default"].settings_dict
    before = dict(values)
    connections.close_all()
    password = server.known()["password"]
    values.update(HOST="127.0.0.1", PORT=server.port, USER=servers.ROLE, PASSWORD=password, NAME=servers.DATABASE)
    try:
        yield
    finally:
        connections.close_all()
        values.update(before)


def fill(server, template):
    """The tables of the tests, without living through every migration again."""
    values, programs = connections["default"].settings_dict, servers.postgres_programs()
    where = ["-h", values["HOST"], "-p", str(values["PORT"] or 5432), "-U", values["USER"]]
    command = [programs / "pg_dump", *where, "--no-owner", "--no-privileges", template]
    secret = {"PGPASSWORD": values["PASSWORD"]}
    dump = subprocess.run(command, env=os.environ | secret, check=True, capture_output=True)
    load = [programs / "psql", "--quiet", "--no-psqlrc", "-1", "-v", "ON_ERROR_STOP=1", server.url]
    subprocess.run(load, input=dump.stdout, env=os.environ, check=True, capture_output=True)


def test_a_lost_server_comes_back_as_it_was_at_an_instant(
    cluster, committed_template, django_db_blocker, settings, tmp_path, capsys
):
    from nervion_cases.testing.faults import backup, people

    ledger, media, sent = Ledger(), tmp_path / "media", tmp_path / "mail"
    settings.MEDIA_ROOT = str(media)
    settings.STORAGES = {**django_settings.STORAGES, "evidence": evidence_in(media)}
    with django_db_blocker.unblock(), sink_in_thread(sent) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        fill(cluster, committed_template)
        with speaking_to(cluster):
            people.settle_in()
            environment = {**os.environ, "DATABASE_URL": cluster.url, "MEDIA_ROOT": str(media)}
            backup.drill(cluster, ledger, sent=sent, environment=environment)
            begin_anew(cluster, media, environment)

    with capsys.disabled():
        print("\n" + "\n".join(ledger.notes))
    assert ledger.broken == []


def begin_anew(server, media, environment):
    """The backups are gone too: the first copy of a server that was restored before brings it back as well."""
    from nervion_cases.local import backup, restore

    shutil.rmtree(server.store.folder)
    how = {"keep_days": 7, "user": server.user, "programs": server.programs, "log": server.log}
    assert backup.take(server.store, server.backup_url, media=media, **how) == []
    connections.close_all()
    server.stop()
    assert restore.in_place(server, to=None, environment=environment)


def evidence_in(folder):
    """The storage of evidence, elsewhere."""
    kept = django_settings.STORAGES["evidence"]
    return {**kept, "OPTIONS": {**kept.get("OPTIONS", {}), "location": str(folder / "evidence")}}
