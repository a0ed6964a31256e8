"""Runs the faults: all of them, or those named (`python -m nervion_cases.testing.faults F2 F17`)."""

import logging
import sys
import time
import traceback
from importlib import import_module

from nervion_cases.local.install import CannotGoOn, say
from nervion_cases.testing.faults.ledger import FAULTS, Ledger
from nervion_cases.testing.house import TEMPLATE, House

# Each a module of faults, in the order they are run.
ROOMS = ("post", "mail_server", "queue", "database", "intake", "clocks", "backup")
TOO_LONG = 15 * 60


def prepare(house):
    """Tables, people and catalogue, once; every fault begins with a copy of them. What an earlier run left goes."""
    from nervion_cases.testing.databases import clone, point_to

    point_to("template1")
    clone("template0", house.database)
    point_to(house.database)
    house.manage("migrate", "--no-input", "--verbosity", 0)
    house.manage("createcachetable", "--verbosity", 0)
    house.manage("collectstatic", "--no-input", "--verbosity", 0)
    import_module("nervion_cases.testing.faults.people").settle_in()
    point_to("template1")
    clone(house.database, TEMPLATE)


def strike(house, fault):
    """One fault on a fresh database. Whether all held."""
    say(f"\n{fault.code}  {fault.title}")
    started, ledger = time.monotonic(), Ledger()
    house.fresh()
    try:
        fault.run(house, ledger)
    except Exception:
        ledger.broken.append(traceback.format_exc())
    finally:
        house.recover()
    for words in ledger.notes:
        say(f"    · {words}")
    for words in ledger.broken:
        say(f"    ✗ {words}")
    sign = "✗" if ledger.broken else "✓"
    say(f"    {sign} {' '.join(fault.proves)}  ({time.monotonic() - started:.0f} s)")
    return not ledger.broken


def choose(asked):
    """The faults that were asked for, or all."""
    for room in ROOMS:
        import_module(f"nervion_cases.testing.faults.{room}")
    unknown = set(asked) - set(FAULTS)
    if unknown:
        raise CannotGoOn(f"No hay fallas con estos nombres: {', '.join(sorted(unknown))}. Hay: {', '.join(FAULTS)}.")
    return [fault for code, fault in FAULTS.items() if not asked or code in asked]


def main(asked):
    """Zero when everything held."""
    started, held = time.monotonic(), {}
    with House("faults") as house:
        house.enter()  # the rooms speak of models
        logging.disable(logging.WARNING)  # of this process; each part writes its own log
        chosen = choose(asked)
        prepare(house)
        for fault in chosen:
            held[fault.code] = strike(house, fault)
    lost = [code for code, fine in held.items() if not fine]
    seconds = time.monotonic() - started
    say(f"\n{len(held) - len(lost)} de {len(held)} fallas se resistieron en {seconds / 60:.1f} minutos.")
    if seconds > TOO_LONG:
        say(f"Tardó más de {TOO_LONG // 60} minutos.")
    if lost:
        say(f"✗ No se resistieron: {', '.join(lost)}")
    return bool(lost)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as no:
        sys.exit(f"✗ {no}")
