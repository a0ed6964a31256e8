"""`make run`: the whole demo in one terminal, and the end of all of it with one signal.

What is started, in which order, with which environment; `supervisor.py` keeps it alive and ends it.
"""

import errno
import json
import os
import secrets
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from nervion_cases.local import commands, install, servers
from nervion_cases.local.install import LOGS, PYTHON, RUN, CannotGoOn, say, step, tail
from nervion_cases.local.supervisor import Part, ServerPart, Stopped, Supervisor

ROLES = [
    *("ejecutivo", "coordinador", "calidad", "jefe", "area"),
    *("comercial", "direccion", "facilitador", "administrador", "auditor"),
]
FIRST_PORT, LAST_PORT = 8000, 8099
SECONDS_TO_ANSWER = 120


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


def application_parts(*, sockets, mail_socket, env):
    numbers = [one.fileno() for one in sockets]
    sink = ["-m", "nervion_cases.local.mailsink", "--fd", mail_socket.fileno(), "--folder", RUN / "mail"]
    counting = env | {"PROMETHEUS_MULTIPROC_DIR": str(RUN / "counts")}
    return [
        Part("mail", "el correo de demostración", sink, env=env, pass_fds=[mail_socket.fileno()]),
        Part("web", "la aplicación web", commands.web(listening=numbers), env=counting, pass_fds=numbers),
        Part("worker", "el trabajador de Celery", commands.worker(), env=env),
        Part("beat", "el reloj de Celery", commands.beat(schedule=RUN / "beat-schedule"), env=env),
    ]


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
