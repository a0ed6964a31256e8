"""`make check`, `make fix`, and `make test` once all is installed. A check has a name; its output is shown if it fails."""

import os
import secrets
import signal
import subprocess
import sys
import time

from nervion_cases.local.install import PYTHON, ROOT, clean_environment, say, step

LIKE_PRODUCTION = {
    "SITE_URL": "https://casos.pinturasnervion.example",
    "ALLOWED_HOSTS": "casos.pinturasnervion.example",
    "DATABASE_URL": "postgres://nervion:nobody@127.0.0.1:9/nervion",  # nothing here asks a database
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "DEBUG": "False",
    "DEMO": "False",
    "BEHIND_TLS_PROXY": "True",
}
MANAGE = [PYTHON, "-W", "ignore::RuntimeWarning", "manage.py"]  # «could not reach the database» is no news here


def checks():
    templates = any((ROOT / "templates").rglob("*.html"))
    module = [PYTHON, "-m"]
    layers = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return [
        ("ruff: errores", [*module, "ruff", "check", "--quiet", "."]),
        ("ruff: formato", [*module, "ruff", "format", "--check", "--quiet", "."]),
        *([("djlint: plantillas", [*module, "djlint", "templates", "--lint", "--quiet"])] if templates else []),
        ("import-linter: pisos", [PYTHON, "-c", layers]),
        ("migraciones al día", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
        ("check --deploy", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]),
    ]


def fixes():
    module = [PYTHON, "-m"]
    return [
        ("ruff: errores", [*module, "ruff", "check", "--fix", "."]),
        ("ruff: formato", [*module, "ruff", "format", "."]),
    ]


def run_all(commands):
    """The names of those that failed."""
    env = {**clean_environment(), **LIKE_PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(64)}
    env.setdefault("HOME", str(ROOT / ".run"))
    failed = []
    for name, command in commands:
        start = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        say(f"    {'✓' if done.returncode == 0 else '✗'} {name} ({time.monotonic() - start:.1f} s)")
        if done.returncode:
            failed.append(name)
            say(done.stdout + done.stderr)
    return failed


def run_tests(arguments):
    """The suite, speaking for itself; who ends us ends it."""
    pytest = subprocess.Popen([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=clean_environment())
    signal.signal(signal.SIGTERM, lambda number, _: pytest.send_signal(number))
    signal.signal(signal.SIGINT, lambda *_: None)  # a terminal's Ctrl-C reaches it by itself
    return abs(pytest.wait())


def main(kind="check", *arguments):
    """`check`, `fix`, or `test` with pytest's arguments. The tests run although a check failed: both are wanted."""
    if kind == "fix":
        run_all(fixes())  # what it cannot fix, the check says
        return 0
    step(kind, 4, "Revisando el código")
    failed = run_all(checks())
    tests = 0
    if kind == "test":
        step(kind, 5, "Corriendo las pruebas")
        tests = run_tests(arguments)
    if failed:
        say(f"✗ No pasaron: {', '.join(failed)}. `make fix` corrige el formato.")
    return tests or bool(failed)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(*sys.argv[1:]))
