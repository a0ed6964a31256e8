"""`make check` and `make fix`: every check of the house, each with a name, the output shown only when it fails."""

import os
import secrets
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


def main(kind="check"):
    step(kind, 4, "Revisando el código")
    if kind == "fix":
        run_all(fixes())  # what it cannot fix, the check says
        return 0
    failed = run_all(checks())
    if failed:
        say(f"✗ No pasaron: {', '.join(failed)}. `make fix` corrige el formato.")
    return 1 if failed else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(*sys.argv[1:2]))
