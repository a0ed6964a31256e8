"""`make restore`: the server as it was at an instant, from the newest copy before it and the WAL since.

The demo is restored in its place, what it had put aside. `--rehearse` restores the newest copy in a scratch folder, asks
`manage.py check_integrity` with the evidence of the backup, says how long it took, and throws it away: a backup that was
never restored is a hope. `--into` restores production's data into a folder that its PostgreSQL is then pointed to.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from casework.moment import PLANT
from nervion_cases.local import install, run, servers
from nervion_cases.local.backup import Arguments, demo_environment, demo_media, owner_of
from nervion_cases.local.backup_store import SEGMENT, Store, mirror, restore_command
from nervion_cases.local.backup_verify import programs_for, verify
from nervion_cases.local.install import LOGS, ROOT, RUN, CannotGoOn, say, tail

TOO_FAR = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Wish:
    """What to restore: from where, into which folder, to which instant (None: as far as the WAL goes)."""

    store: Store
    into: Path
    to: datetime | None = None
    unarchived: tuple = ()  # folders of WAL that never left the servers that were lost, as far as they are still there
    archives: bool = True  # not when it is thrown away afterwards

    def continues(self, base):
        """Whether there is WAL after a copy: of the monthly ones there is none."""
        last = base.segments[-1]
        return (self.store.wal / f"{last}.gz").exists() or any((left / last).exists() for left in self.unarchived)


class Recovery(servers.Postgres):
    """A PostgreSQL that replays WAL and then serves nobody but us, whatever settings its folder brings."""

    seconds_to_start = 24 * 60 * 60

    def __init__(self, wish, base, *, timeline, user, log):
        self.wish, self.base, self.timeline, self.user, self.log = wish, base, timeline, user, log
        self.data, self.store, self.durable = wish.into, wish.store, True
        self.scratch = wish.into.with_name(f"{wish.into.name}.recovery")
        self.process = self.port = None

    @property
    def programs(self):
        return programs_for(self.base.folder)

    def settings(self):
        """Its own files of settings and access, so that production's are neither needed nor obeyed."""
        target = {"recovery_target_time": self.wish.to.isoformat()} if self.wish.to else {}
        return {
            **super().settings(),
            "config_file": self.scratch / "postgresql.conf",
            "hba_file": self.scratch / "pg_hba.conf",
            "ident_file": self.scratch / "pg_ident.conf",
            "restore_command": restore_command(self.store.wal),
            "recovery_target_timeline": self.timeline,
            "recovery_target_action": "promote",
            "hot_standby": "off",  # nobody reads before it is done, and it need not be as large as the lost one
            "archive_mode": "on" if self.wish.archives else "off",
            **target,
        }

    def replay(self):
        """Copy, verify, replay, promote; it serves on loopback afterwards."""
        own, user, log = servers.own, self.user, self.log
        shutil.rmtree(self.scratch, ignore_errors=True)
        own(self.scratch, user)
        for name, text in (
            ("postgresql.conf", ""),
            ("pg_hba.conf", "host all all 127.0.0.1/32 scram-sha-256\n"),
            ("pg_ident.conf", ""),
        ):
            (self.scratch / name).write_text(text)
        failure = "No se pudo copiar el respaldo"
        servers.run_as(user, ["cp", "-a", self.base.folder, self.data], log=log, failure=failure)
        verify(self.data, user=user, programs=self.programs, log=log)
        self.bring_unarchived()
        (self.data / "recovery.signal").touch()
        start = log.stat().st_size
        self.port = servers.free_port()
        if not self.launch():
            said = tail(log, since=start)
            if TOO_FAR.encode() in log.read_bytes()[start:]:
                said = (
                    "    Lo respaldado no llega hasta ese momento; sin --to se recupera hasta lo último que se guardó."
                )
            raise CannotGoOn(f"No se pudo recuperar ({log}):\n{said}")
        return self

    def bring_unarchived(self):
        """The last WAL of a lost server never left it: with it not a second is missing."""
        for path in (path for left in self.wish.unarchived if left.exists() for path in left.iterdir()):
            if SEGMENT.fullmatch(path.name) and not (self.store.wal / f"{path.name}.gz").exists():
                copy = self.data / "pg_wal" / path.name
                shutil.copyfile(path, copy)
                if self.user:
                    os.chown(copy, self.user.pw_uid, self.user.pw_gid)

    def end(self):
        """Stop it, whole."""
        self.stop()
        shutil.rmtree(self.scratch, ignore_errors=True)


def recover(wish, *, user, log):
    """A running recovery of a wish."""
    base, (timeline, _) = wish.store.choose(wish.to), wish.store.history(wish.to)
    if not wish.continues(base):
        say("⚠ De entonces solo se conserva la copia, sin el WAL que le siguió: se recupera como estaba al terminarla.")
        wish = replace(wish, to=None)
    for gap in wish.store.gaps(base.segments[0]):
        say(f"⚠ Falta WAL en el archivo: {gap}; no se puede pasar de ahí.")
    say(f"Se parte del respaldo del {base.finished.astimezone(PLANT):%d/%m/%Y %H:%M:%S}…")
    recovery = Recovery(wish, base, timeline=timeline, user=user, log=log)
    shutil.rmtree(wish.into, ignore_errors=True)
    try:
        return recovery.replay()
    except BaseException:
        recovery.end()
        shutil.rmtree(wish.into, ignore_errors=True)
        raise


# --- Looking at what came back ----------------------------------------------------------------------------------------
def at_port(url, port):
    """The same database, role and password on a port of this machine."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"))


def answers(url):
    """Whether somebody listens there."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5432), timeout=5).close()
    except OSError:
        return False
    return True


def manage(environment, *arguments):
    """Run a command of `manage.py` and say what it says. Whether all was well."""
    command = [sys.executable, "manage.py", *map(str, arguments)]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=ROOT, env=environment, **piped)
    say(done.stdout.rstrip())
    return done.returncode == 0


def bring_evidence(store, media):
    """The files that the folder lacks. Whether every file of the backup was sound."""
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    copied, bad = mirror(store.media, media)
    say(f"Evidencia devuelta a su lugar: {copied} archivos")
    for path in bad:
        say(f"⚠ El contenido de {path} no corresponde a su nombre; no se copió.")
    return not bad


# --- Three ways -------------------------------------------------------------------------------------------------------
def in_place(server, *, to, environment, sent=None):
    """Restore a stopped server of ours where it stood, its evidence too. Whether all was well afterwards.

    `sent` is what the mail server took, as `manage.py mark_sent_mail` reads it. What the server had is put aside, and what
    was put aside before stays: whoever went back too far needs it to go further.
    """
    started, media = time.monotonic(), Path(environment["MEDIA_ROOT"])
    server.clear_the_way()
    into, lost = server.data.with_name("data.restored"), server.data
    earlier = sorted(lost.parent.glob("data-antes-de-restaurar-*"))
    wish = Wish(server.store, into, to, unarchived=tuple(data / "pg_wal" for data in (*earlier, lost)))
    recovery = recover(wish, user=server.user, log=server.log)
    try:
        environment = {**environment, "DATABASE_URL": at_port(environment["DATABASE_URL"], recovery.port)}
        fine = bring_evidence(server.store, media)
        fine &= manage(environment, "check_integrity")
        if sent is not None and sent.exists():
            fine &= manage(environment, "mark_sent_mail", sent)
    finally:
        recovery.end()
    if lost.exists():
        aside = lost.with_name(f"data-antes-de-restaurar-{datetime.now():%Y%m%d-%H%M%S}")
        lost.rename(aside)
        say(f"Lo que había queda en {aside}. Puede borrarlo cuando ya no haga falta.")
    into.rename(lost)
    say(f"Recuperado en {time.monotonic() - started:.1f} s")
    return fine


def the_demo(asked, to):
    """The demo, which must be stopped, and not only its web."""
    install.prepare_folders()
    try:
        lock = install.locked(RUN / "run.lock")
        lock.__enter__()
    except BlockingIOError:
        raise CannotGoOn(f"{run.already_running()} Después repita `make restore`.") from None
    server = servers.Postgres(install.servers_home() / "demo", log=LOGS / "postgres.log")
    if not server.known():
        raise CannotGoOn("No hay nada que recuperar: la demostración nunca arrancó en esta carpeta.")
    fine = in_place(server, to=to, environment=demo_values(server), sent=RUN / "mail")
    say("Listo. Arranque con: make run")
    return fine


def demo_values(server):
    """What `manage.py` of the demo is told, whether it runs or not."""
    server.port = server.port or 0
    values = run.demo_values(port=8000, database_url=server.url, redis_url="redis://127.0.0.1:9/0", mail_port=9)
    media = {"MEDIA_ROOT": str(demo_media()), "DJANGO_SETTINGS_MODULE": "nervion_cases.settings"}
    return {**install.clean_environment(), **values, **demo_environment(), **media}


def rehearse(store, to, *, environment, user, log):
    """Into a scratch folder and away again; the evidence is looked for in the backup itself."""
    started = time.monotonic()
    servers.own(store.folder / "rehearsal", user)
    into = store.folder / "rehearsal" / "data"
    recovery = recover(Wish(store, into, to, archives=False), user=user, log=log)
    try:
        url = at_port(environment["DATABASE_URL"], recovery.port)
        values = {**environment, "DATABASE_URL": url, "MEDIA_ROOT": str(store.media)}
        as_of = store.evidence_as_of
        fine = manage(values, "check_integrity", *(["--evidence-until", as_of.isoformat()] if as_of else []))
    finally:
        recovery.end()
        shutil.rmtree(into, ignore_errors=True)
    say(f"Ensayo de recuperación en {time.monotonic() - started:.1f} s: {'bien' if fine else 'con problemas'}")
    return fine


def into_a_folder(store, to, *, into, unarchived, environment, user, log):
    """Production: a data folder that is left stopped, and what to do next."""
    if into.exists() and any(into.iterdir()):
        raise CannotGoOn(f"{into} no está vacía; indique una carpeta que no exista.")
    if answers(environment["DATABASE_URL"]):
        raise CannotGoOn(
            "El servidor de DATABASE_URL sigue en marcha. Deténgalo: dos servidores no pueden continuar la misma historia. "
            "Para solo ensayar, use --rehearse."
        )
    started = time.monotonic()
    left = (unarchived,) if unarchived else ()
    recovery = recover(Wish(store, into, to, left), user=user, log=log)
    try:
        fine = bring_evidence(store, Path(environment["MEDIA_ROOT"]))
        url = at_port(environment["DATABASE_URL"], recovery.port)
        fine &= manage({**environment, "DATABASE_URL": url}, "check_integrity")
    finally:
        recovery.end()
    say(
        f"Recuperado en {time.monotonic() - started:.1f} s en {into}.\n"
        "Ahora: 1) apunte PostgreSQL a esa carpeta y arránquelo; 2) antes de arrancar nervion-worker y nervion-beat, "
        "corra\n`manage.py mark_sent_mail /var/log/mail.log` para que lo ya enviado no se envíe otra vez."
    )
    return fine


# --- The command ------------------------------------------------------------------------------------------------------
def arguments():
    asked = Arguments(prog="restore", add_help=False)
    asked.add_argument("--to", metavar="MOMENTO", help="hasta cuándo, en hora de la planta: '2026-11-21 12:00'")
    asked.add_argument("--rehearse", action="store_true", help="ensaya la recuperación y no cambia nada")
    asked.add_argument("--from", dest="source", metavar="CARPETA", help="la carpeta de los respaldos")
    asked.add_argument("--into", metavar="CARPETA", help="dónde dejar los datos de un servidor propio")
    asked.add_argument("--unarchived", metavar="CARPETA", help="pg_wal del servidor perdido, si aún se puede leer")
    return asked


def instant(text):
    """What was typed, with the plant's zone unless it says its own."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CannotGoOn(f"«{text}» no es un momento, como 2026-11-21 12:00.") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=PLANT)
    if moment > datetime.now(UTC):
        raise CannotGoOn("Ese momento todavía no llega.")
    return moment


def main(given):
    """Zero when what came back is whole."""
    asked = arguments().parse_args(given)
    to = instant(asked.to)
    source = asked.source or os.environ.get("BACKUP_DIR")
    if not source:
        if asked.into or os.environ.get("DATABASE_URL"):
            raise CannotGoOn("Indique la carpeta de los respaldos con --from o BACKUP_DIR.")
        if not asked.rehearse:
            return not the_demo(asked, to)
        server = servers.Postgres(install.servers_home() / "demo", log=LOGS / "backup.log")
        where = {"environment": demo_values(server), "user": server.user, "log": server.log}
        return not rehearse(server.store, to, **where)
    if not os.environ.get("DATABASE_URL") or not (os.environ.get("MEDIA_ROOT") or asked.rehearse):
        raise CannotGoOn("Hacen falta las variables de /etc/nervion/nervion.env: DATABASE_URL, MEDIA_ROOT y las demás.")
    store = Store(source)
    if not store.folder.is_dir():
        raise CannotGoOn(f"No hay respaldos en {store.folder}: esa carpeta no existe o no se puede leer.")
    where = {"environment": dict(os.environ), "user": owner_of(store.folder), "log": store.folder / "restore.log"}
    where["environment"].setdefault("DJANGO_SETTINGS_MODULE", "nervion_cases.settings")
    where["log"].touch()
    if asked.rehearse:
        return not rehearse(store, to, **where)
    if not asked.into:
        raise CannotGoOn("Indique con --into la carpeta que tendrá los datos recuperados.")
    unarchived = Path(asked.unarchived) if asked.unarchived else None
    return not into_a_folder(store, to, into=Path(asked.into), unarchived=unarchived, **where)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as no:
        sys.exit(f"✗ {no}")
