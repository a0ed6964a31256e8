"""`make demo-reset`: the next `make run` starts anew."""

import os
import shutil
import sys

from nervion_cases.local import install
from nervion_cases.local.install import RUN, CannotGoOn, say
from nervion_cases.local.run import already_running


def main():
    install.prepare_folders()
    try:
        lock = install.locked(RUN / "run.lock")
        lock.__enter__()
    except BlockingIOError:
        raise CannotGoOn(f"{already_running()} Después repita `make demo-reset`.") from None
    for folder in (install.servers_home() / "demo", RUN / "mail", RUN / "media"):
        shutil.rmtree(folder, ignore_errors=True)
    (RUN / "env").unlink(missing_ok=True)
    if os.environ.get("DATABASE_URL"):
        say("La base de datos de DATABASE_URL no se toca: bórrela con sus propias herramientas.")
    say("Los datos de demostración se borraron. Arranque de nuevo con: make run")


if __name__ == "__main__":
    try:
        main()
    except CannotGoOn as no:
        sys.exit(f"✗ {no}")
