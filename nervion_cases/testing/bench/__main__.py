"""Measures: everything, or the rows named (`python -m nervion_cases.testing.bench list detail`)."""

import shutil
import socket
import sys
import time
from contextlib import contextmanager

from nervion_cases.local.install import CannotGoOn, say
from nervion_cases.testing.bench.memory import family
from nervion_cases.testing.bench.table import Row, show
from nervion_cases.testing.house import House, PartFailed

PAGES = ("list", "detail", "summary", "day", "myday", "register", "rare", "common")
OTHERS = ("memory", "sweep", "clock")
SECONDS_TO_SEND = 120
CHILDREN = 2  # of the worker
SETTINGS = "nervion_cases.testing.bench.settings"


def main(asked):
    """Measure, print the table, and say what falls short; on a shared machine that is news, not a failure."""
    unknown = set(asked) - {*PAGES, *OTHERS}
    if unknown:
        raise CannotGoOn(
            f"No hay filas con estos nombres: {', '.join(sorted(unknown))}. Hay: {', '.join((*PAGES, *OTHERS))}."
        )
    chosen = set(asked) or {*PAGES, *OTHERS}
    started, table = time.monotonic(), []
    with House("bench") as house:
        house.enter()
        if chosen & {*PAGES, "memory"}:
            table += pages_and_memory(house, chosen)
        if "sweep" in chosen:
            from nervion_cases.testing.bench import sweeping

            say("sweep: 100,000 running deadlines")
            table += sweeping.rows(house)
    if "clock" in chosen:
        from casework.worktime import bench

        say("clock")
        table += clock_rows(bench.rates())
    say()
    show(table)
    short = [row.what for row in table if row.holds is False]
    say(
        f"\n{time.monotonic() - started:.0f} s. "
        + (f"Fall short: {', '.join(short)}" if short else "All targets hold.")
    )


def pages_and_memory(house, chosen):
    """The web with two processes and a worker, at both sizes. All pages are asked for when memory is weighed."""
    from nervion_cases.testing.bench import data, memory, pages
    from nervion_cases.testing.databases import drop, point_to

    data.prepare(house)
    measured, weighed, listed = {}, {}, []
    for size in data.SIZES:
        say(f"{size:,} complaints")
        data.fresh(house, size)
        with running(house):
            at_rest = memory.weigh(house)
            inside = pages.people_inside(house.url)
            listed = [page for page in pages.pages_of() if page.key in chosen or "memory" in chosen]
            measured[size] = {}
            for page in listed:
                measured[size][page.key] = found = pages.measure(house, page, inside)
                say(f"  {page.what}: {found.words()}")
            wait_for_the_post(house)
            weighed[size] = at_rest, memory.weigh(house)
    point_to("template1")
    drop(house.database)
    table = list(pages.rows([page for page in listed if page.key in chosen], measured))
    return table + (list(memory.rows(weighed)) if "memory" in chosen else [])


@contextmanager
def running(house):
    """Mail, worker and web of the bench; afterwards none of them."""
    listening = socket.create_server(("127.0.0.1", 0))
    house.mail_port = listening.getsockname()[1]
    number = listening.fileno()
    command = ["-m", "nervion_cases.local.mailsink", "--fd", number, "--folder", house.folder / "mail"]
    shutil.rmtree(house.folder / "mail", ignore_errors=True)
    try:
        house.start("mail", [str(part) for part in command], pass_fds=[number])
        worker = house.start_worker(concurrency=CHILDREN)
        house.start_web(workers=2, threads=4, DJANGO_SETTINGS_MODULE=SETTINGS)
        house.wait_for(lambda: len(family(worker.pid)) > CHILDREN, what="worker")
        yield
    finally:
        house.stop("web", "worker", "mail")
        listening.close()


def wait_for_the_post(house):
    """Until the worker has sent the acuses of what was registered, each taken by the mail server."""
    from casework.mail.models import MailState, OutgoingMail
    from casework.moment import database_now

    owed = OutgoingMail.objects.filter(state__in=[MailState.PENDING, MailState.SENDING])
    house.wait_for(
        lambda: not owed.filter(not_before__lte=database_now()).exists(), what="worker", seconds=SECONDS_TO_SEND
    )
    sent = OutgoingMail.objects.filter(state=MailState.SENT, attempts__gt=0).count()  # of the past nobody tried any
    taken = len(list((house.folder / "mail").glob("*.eml")))
    if sent > taken:
        raise PartFailed(f"the worker marked {sent} mails as sent; the server took {taken}")
    say(f"  the worker sent {sent} mails")


def clock_rows(rates):
    """Our clock beside pandas, on the same pairs."""
    theirs = rates["pandas"]
    for name in ("add", "latest", "elapsed"):
        times = rates[name] / theirs
        measured = f"{times:,.0f} × ({rates[name]:,.0f} a second; pandas {theirs:,.0f})"
        yield Row(f"clock: {name}", "≥ 50 × pandas", measured, times >= 50)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (CannotGoOn, PartFailed) as no:
        sys.exit(f"✗ {no}")
