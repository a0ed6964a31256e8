"""`make run`: the whole demo in one terminal, and the end of all of it with one signal.

A part that dies while the demo is up is started again and it is said; one that keeps dying ends everything, in words.
"""

import errno
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

from nervion_cases.local import install, servers
from nervion_cases.local.install import LOGS, PYTHON, ROOT, RUN, CannotGoOn, say, step, tail
from nervion_cases.local.processes import Watchman, end, signal_family, spawn, wait_all

ROLES = [
    *("ejecutivo", "coordinador", "calidad", "jefe", "area"),
    *("comercial", "direccion", "facilitador", "administrador", "auditor"),
]
FIRST_PORT, LAST_PORT = 8000, 8099
SECONDS_TO_ANSWER = 120
SHORT_LIVES, SHORT = 5, 10  # so many lives in a row of so few seconds, and a part is given up
STOPPING_SIGNALS = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}


# --- The address ----------------------------------------------------------------------------------------------------


def bind(port):
    """Sockets on both loopbacks, bound and not yet listening; whoever types `localhost` may mean either."""
    sockets = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            one = socket.socket(family)
        except OSError:
            continue  # a machine without IPv6
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            one.bind((address, port))
        except OSError as problem:
            one.close()
            if family is socket.AF_INET6 and problem.errno == errno.EADDRNOTAVAIL:
                continue
            for other in sockets:
                other.close()
            raise
        sockets.append(one)
    return sockets


def choose_port(asked):
    """The port of `PORT`, or 8000, or the next free one; with its sockets."""
    if asked:
        if not asked.isdigit() or not 0 < int(asked) < 65536:
            raise CannotGoOn(f"PORT debe ser un número de puerto entre 1 y 65535, no «{asked}».")
        try:
            return int(asked), bind(int(asked))
        except OSError as problem:
            if problem.errno == errno.EACCES:
                raise CannotGoOn(f"No se permite usar el puerto {asked}; los menores que 1024 son de root.") from None
            raise CannotGoOn(f"El puerto {asked} (PORT) está ocupado. Indique otro o quite PORT.") from None
    for port in range(FIRST_PORT, LAST_PORT + 1):
        try:
            return port, bind(port)
        except OSError:
            continue
    raise CannotGoOn(f"No hay un puerto libre entre {FIRST_PORT} y {LAST_PORT}. Indique uno con PORT.")


# --- The environment ------------------------------------------------------------------------------------------------


def kept_secret(name):
    """A secret made once for this checkout."""
    file = RUN / name
    if not file.exists():
        servers.write_private(file, secrets.token_urlsafe(64))
    return file.read_text()


def demo_values(*, port, database_url, redis_url, mail_port):
    """What every process of the demo is told, and `.run/env` tells `manage.py`."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",  # always the sink: a demo writes to nobody
        "SITE_URL": os.environ.get("SITE_URL") or f"http://localhost:{port}",
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1,[::1]",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or kept_secret("secret-key"),
        "DEBUG": os.environ.get("DEBUG") or "False",
        "DEMO": "True",
        "DEMO_PASSWORD": os.environ.get("DEMO_PASSWORD") or "nervion-demo",
        "MEDIA_ROOT": os.environ.get("MEDIA_ROOT") or str(RUN / "media"),
    }


def write_env_file(values):
    servers.write_private(RUN / "env", "".join(f"{name}={value}\n" for name, value in values.items()))


# --- The parts ------------------------------------------------------------------------------------------------------


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


def application_parts(*, sockets, mail_socket, env):
    binds = [part for one in sockets for part in ("--bind", f"fd://{one.fileno()}")]
    scratch = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []
    gunicorn = ["-m", "gunicorn", "nervion_cases.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    celery = ["-m", "celery", "-A", "nervion_cases"]
    worker = ["worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    schedule = RUN / "beat-schedule"
    sink = ["-m", "nervion_cases.local.mailsink", "--fd", mail_socket.fileno(), "--folder", RUN / "mail"]
    return [
        Part("mail", "el correo de demostración", sink, env=env, pass_fds=[mail_socket.fileno()]),
        Part(
            "web",
            "la aplicación web",
            [*gunicorn, *binds, *scratch, "--graceful-timeout", "3", "--no-control-socket"],
            env=env,
            pass_fds=[one.fileno() for one in sockets],
        ),
        Part("worker", "el trabajador de Celery", [*celery, *worker], env=env),
        Part("beat", "el reloj de Celery", [*celery, "beat", "--schedule", schedule, "--pidfile="], env=env),
    ]


# --- The supervisor -------------------------------------------------------------------------------------------------


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


# --- The order of things --------------------------------------------------------------------------------------------


def wait_until_healthy(supervisor, port):
    """Until /salud/ says 200; what it says otherwise is told when it takes long."""
    until = time.monotonic() + SECONDS_TO_ANSWER
    answer = ""
    while time.monotonic() < until:
        for part in supervisor.dead():
            raise CannotGoOn(f"No arrancó {part.label} ({part.log}):\n{tail(part.log)}")
        try:
            request = urllib.request.Request(f"http://127.0.0.1:{port}/salud/", headers={"Host": "localhost"})
            with urllib.request.urlopen(request, timeout=3) as response:
                if response.status == 200:
                    return
        except urllib.error.HTTPError as problem:
            answer = problem.read(2000).decode("utf-8", "replace")
        except OSError as problem:
            answer = str(problem)
        supervisor.nap()
    raise CannotGoOn(f"/salud/ no respondió bien en {SECONDS_TO_ANSWER} segundos. Lo último que dijo:\n    {answer}")


def welcome(values):
    width = max(len(role) for role in ROLES)
    lines = [
        "",
        f"  Nervión Casos está listo en  {values['SITE_URL']}",
        "",
        f"  Cuentas de demostración (contraseña de todas: {values['DEMO_PASSWORD']})",
        *("    " + "  ".join(role.ljust(width) for role in ROLES[start : start + 5]) for start in (0, 5)),
        "",
        f"  Correo enviado: {RUN / 'mail'}    Registros: {LOGS}",
        "  Ctrl-C lo detiene todo; los datos se conservan (make demo-reset los borra).",
        "",
    ]
    say("\n".join(lines))


def run(supervisor, lock_file):
    port, sockets = choose_port(os.environ.get("PORT", "").strip())
    home = install.servers_home() / "demo"

    step("run", 4, "Arrancando PostgreSQL, Redis y el correo de demostración")
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not database_url:
        postgres = servers.Postgres(home, log=LOGS / "postgres.log")
        supervisor.start(ServerPart("PostgreSQL", postgres))
        database_url = postgres.url
    if not redis_url:
        redis = servers.Redis(home, log=LOGS / "redis.log")
        supervisor.start(ServerPart("Redis", redis))
        redis_url = redis.url
    mail_socket = socket.socket()
    mail_socket.bind(("127.0.0.1", 0))

    values = demo_values(
        port=port, database_url=database_url, redis_url=redis_url, mail_port=mail_socket.getsockname()[1]
    )
    write_env_file(values)
    Path(values["MEDIA_ROOT"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    for half_written in RUN.glob("beat-schedule*"):  # by a kill -9, perhaps; PostgreSQL remembers
        half_written.unlink()
    env = {**install.clean_environment(), **values, "DJANGO_SETTINGS_MODULE": "nervion_cases.settings"}
    supervisor.run_to_the_end([PYTHON, "-m", "nervion_cases.local.prepare"], env=env, log=LOGS / "prepare.log")

    step("run", 7, "Arrancando la aplicación")
    for part in application_parts(sockets=sockets, mail_socket=mail_socket, env=env):
        supervisor.start(part)
    wait_until_healthy(supervisor, port)
    lock_file.truncate(0)
    lock_file.write(json.dumps({"pid": os.getpid(), "address": values["SITE_URL"]}))
    lock_file.flush()
    welcome(values)
    supervisor.keep_alive()


def already_running():
    try:
        known = json.loads((RUN / "run.lock").read_text())
    except (OSError, ValueError):
        return "Ya hay un `make run` arrancando o deteniéndose en esta carpeta."
    return f"Ya está funcionando en {known['address']} (proceso {known['pid']}). Deténgalo con Ctrl-C en su terminal."


def start_fresh_logs():
    for log in LOGS.glob("*.log"):
        if not log.name.startswith("test-") and log.stat().st_size > 5_000_000:
            log.replace(log.with_suffix(".log.1"))


def main():
    install.prepare_folders()
    try:
        lock = install.locked(RUN / "run.lock")
        lock_file = lock.__enter__()
    except BlockingIOError:
        raise CannotGoOn(already_running()) from None
    lock_file.truncate(0)
    start_fresh_logs()
    os.environ.setdefault("HOME", str(RUN))
    supervisor = Supervisor()
    try:
        run(supervisor, lock_file)
    except Stopped:
        say("\nDeteniendo…")
    finally:
        supervisor.stop()
        (RUN / "env").unlink(missing_ok=True)
        lock_file.truncate(0)
    say("Todo quedó detenido; los datos se conservan.")


if __name__ == "__main__":
    try:
        main()
    except CannotGoOn as no:
        sys.exit(f"✗ {no}")
