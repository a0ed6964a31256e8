"""`make backup`: a verified copy of the whole server, then the evidence, then what is too old is forgotten.

Without variables it copies the demo, running or not. In production the same tool is run by systemd
(`python -m nervion_cases.local.backup`, deploy/backup/) and told where by DATABASE_BACKUP_URL, BACKUP_DIR
and MEDIA_ROOT; PostgreSQL's own WAL archive (postgresql-archive.conf there) makes every instant since restorable.
"""

import argparse
import os
import pwd
import shutil
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from nervion_cases.local import install, servers
from nervion_cases.local.backup_store import STAMP, Base, Store
from nervion_cases.local.backup_verify import programs_by_version, programs_for, verify
from nervion_cases.local.install import LOGS, RUN, CannotGoOn, say

KEEP_DAYS, KEEP_DAYS_OF_THE_DEMO = 35, 7
SECONDS_TO_ARCHIVE = 30


class Arguments(argparse.ArgumentParser):
    """Options whose mistakes are told in Spanish."""

    def error(self, message):
        raise CannotGoOn(f"No se entienden las opciones. Las que hay:\n{self.format_options()}")

    def format_options(self):
        """Each option and what it is for."""
        shown = [(" ".join([*one.option_strings, one.metavar or ""]).strip(), one.help) for one in self._actions]
        return "\n".join(f"    {name:<20}{words}" for name, words in shown)


def arguments():
    asked = Arguments(prog="backup", add_help=False)
    asked.add_argument("--evidence-only", action="store_true", help="copia solo los archivos de evidencia")
    asked.add_argument("--keep-days", type=int, metavar="N", help="días que se conservan los respaldos diarios")
    return asked


# --- Taking -----------------------------------------------------------------------------------------------------------
def take_base(store, url, *, user, programs, log):
    """Copy the server that `url` names, verify the copy, give it its name."""
    store.prepare(lambda folder: servers.own(folder, user))
    unfinished = store.base / "new"
    shutil.rmtree(unfinished, ignore_errors=True)
    address, password = without_password(url)
    how = ["--checkpoint=fast", "--wal-method=stream", "--manifest-checksums=SHA256", "--no-password"]
    command = [programs / "pg_basebackup", "--pgdata", unfinished, *how, "--dbname", address]
    servers.run_as(user, command, log=log, failure="No se pudo copiar la base de datos", PGPASSWORD=password)
    finished = datetime.now(UTC)
    verify(unfinished, user=user, programs=programs_for(unfinished), log=log)
    home = store.base / finished.strftime(STAMP)
    unfinished.rename(home)
    return Base(home)


def without_password(url):
    """The address alone, since arguments can be read by everybody on the machine; and the password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{host}")), unquote(parts.password or "")


def is_archived(store, base):
    """Whether PostgreSQL handed over the WAL of the copy, within half a minute."""
    until = time.monotonic() + SECONDS_TO_ARCHIVE
    last = store.wal / f"{base.segments[-1]}.gz"
    while not last.exists() and time.monotonic() < until:
        time.sleep(0.1)
    return last.exists()


def take(store, url, *, media, keep_days, user, programs, log, evidence_only=False):
    """All of it. What is worth a warning."""
    warnings = []
    with held(store, user):
        if not evidence_only:
            started = time.monotonic()
            base = take_base(store, url, user=user, programs=programs, log=log)
            seconds = time.monotonic() - started
            say(f"Base de datos copiada y verificada en {seconds:.1f} s: {base.folder}")
            if not is_archived(store, base):
                warnings.append(
                    "PostgreSQL no está archivando WAL: solo se podrá volver al momento de este respaldo. "
                    "Revise archive_mode y archive_command."
                )
            warnings += [f"Falta WAL en el archivo: {gap}" for gap in store.gaps(store.bases()[0].segments[0])]
        copied, bad = store.bring(media)
        say(f"Evidencia: {copied} archivos nuevos en {store.media}")
        warnings += [f"El contenido de {path} no corresponde a su nombre; no se copió." for path in bad]
        if not evidence_only and (forgotten := store.prune(keep_days=keep_days, now=datetime.now(UTC))):
            say(f"Respaldos anteriores retirados: {forgotten}")
    return warnings


@contextmanager
def held(store, user):
    """One backup at a time."""
    servers.own(store.folder, user)
    servers.own(store.media, user)
    with store.held():
        yield


# --- Of what ----------------------------------------------------------------------------------------------------------
def of_the_server_named(asked):
    """The server that DATABASE_BACKUP_URL names."""
    url, folder, media = (os.environ.get(name, "") for name in ("DATABASE_BACKUP_URL", "BACKUP_DIR", "MEDIA_ROOT"))
    if not url or not folder or not media:
        raise CannotGoOn(
            "Para respaldar un servidor propio indique DATABASE_BACKUP_URL (con el rol nervion_backup), BACKUP_DIR y "
            "MEDIA_ROOT."
        )
    programs = programs_by_version()
    if not programs:
        raise CannotGoOn("Falta pg_basebackup; instale el paquete postgresql-client de la versión del servidor.")
    store = Store(folder)
    return take(
        store,
        url,
        media=Path(media),
        keep_days=asked.keep_days or int(os.environ.get("BACKUP_KEEP_DAYS") or KEEP_DAYS),
        user=owner_of(store.folder),
        programs=programs[max(programs)],
        log=log_beside(store),
        evidence_only=asked.evidence_only,
    )


def owner_of(folder):
    """As root, PostgreSQL's programs run as whoever owns the backups; otherwise as who we are."""
    if not install.IS_ROOT or not folder.exists() or not (owner := folder.stat().st_uid):
        return None
    return pwd.getpwuid(owner)


def log_beside(store):
    """Where what the programs say is kept when there is no checkout to write in."""
    return store.folder / "backup.log"


def of_the_demo(asked):
    """The private server of `make run`, which is started for it when it is not running."""
    install.prepare_folders()
    server = servers.Postgres(install.servers_home() / "demo", log=LOGS / "postgres.log")
    if not server.data.exists():
        raise CannotGoOn("Todavía no hay datos que respaldar. Arranque la demostración con: make run")
    with running(server):
        if "backup_password" not in server.known():
            raise CannotGoOn("La demostración arrancó antes de que hubiera respaldos. Deténgala, arránquela y repita.")
        return take(
            server.store,
            server.backup_url,
            media=demo_media(),
            keep_days=asked.keep_days or KEEP_DAYS_OF_THE_DEMO,
            user=server.user,
            programs=server.programs,
            log=LOGS / "backup.log",
            evidence_only=asked.evidence_only,
        )


def demo_media():
    return Path(os.environ.get("MEDIA_ROOT") or demo_environment().get("MEDIA_ROOT") or RUN / "media")


def demo_environment():
    """What `manage.py` is told while the demo runs."""
    lines = servers.read_if_there(RUN / "env").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


@contextmanager
def running(server):
    """The server of the demo: the one that runs, or one of our own for as long as it takes."""
    lock = install.locked(RUN / "run.lock")
    try:
        lock.__enter__()
    except BlockingIOError:
        server.port = urlsplit(demo_environment().get("DATABASE_URL", "")).port
        if not server.port or server.postmaster() is None:
            raise CannotGoOn(
                "La demostración está arrancando o usa otra base de datos; repita en un momento."
            ) from None
        yield server
        return
    try:
        yield server.start()
    finally:
        server.stop()
        lock.__exit__(None, None, None)


def main(given):
    """Zero when there is nothing to warn of."""
    asked = arguments().parse_args(given)
    named = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_BACKUP_URL")
    warnings = (of_the_server_named if named else of_the_demo)(asked)
    for words in warnings:
        say(f"⚠ {words}")
    if not warnings:
        say("Respaldo completo.")
    return bool(warnings)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as no:
        sys.exit(f"✗ {no}")
