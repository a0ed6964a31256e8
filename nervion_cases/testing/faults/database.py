"""PostgreSQL restarted, killed and frozen under people who register; and two transactions that wait for each other."""

import os
import signal
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.db import connections
from django.utils import timezone

from casework.catalogue.models import Contact, Product
from casework.people.models import User
from casework.web import trying
from complaints import actions
from complaints.models import Channel, Complaint, Kind, Reason
from nervion_cases.testing.faults.counting import (
    check_registered,
    check_versions,
    reconnect,
    wait_for_thresholds,
)
from nervion_cases.testing.faults.keeper import kept
from nervion_cases.testing.faults.ledger import fault
from nervion_cases.testing.faults.postroom import mail_server
from nervion_cases.testing.faults.queue import long_ago
from nervion_cases.testing.faults.visitors import Crowd, check_pages, pace, statuses

RESTARTS = 10
FROZEN = 15  # seconds; stand for thirty: longer than every limit of ours
CONNECT_SECONDS = 5  # connect_timeout of the settings
ROUNDS = 4


@contextmanager
def open_house(house, people=6):
    """Everything alive, and people who register."""
    with mail_server(house):
        house.start_web()
        with kept(house, worker=house.start_worker, beat=house.start_beat) as again:
            with Crowd(house, people, **long_ago()) as crowd:
                time.sleep(3)
                yield crowd, again


def go_down(house, number):
    """End the postmaster by a signal, and wait until it is gone."""
    house.postgres.process.send_signal(number)
    house.postgres.process.wait()


def come_up(house):
    """Start it again on its port, crash recovery included; the seconds."""
    began = time.monotonic()
    house.postgres.start(port=house.postgres.port)
    return time.monotonic() - began


def afterwards(ledger, crowd, again):
    """What holds after any blow to the database."""
    reconnect()
    ledger.note(f"answers to the form: {statuses(crowd.attempts)}; {pace(crowd.attempts)[0]}")
    check_pages(ledger, crowd.attempts)
    gone = [one.submission in attempt.page for one in crowd.shown_or_not for attempt in one.attempts if attempt.page]
    ledger.check(all(gone), f"{sum(gone)} of {len(gone)} of those pages hold the form, to be sent again from there")
    check_registered(ledger, crowd)
    if again:
        ledger.note("died and started again by its keeper: " + ", ".join(f"{name} × {n}" for name, n in again.items()))


@fault("F11", f"PostgreSQL «restart -m immediate» × {RESTARTS} while six people register", proves="I1 I5 I6 I12 I14")
def restarted(house, ledger):
    """No clean shutdown: each time it recovers from its log, and everybody finds it again."""
    recovered, served = [], []
    with open_house(house) as (crowd, again):
        for _ in range(RESTARTS):
            go_down(house, signal.SIGQUIT)
            recovered.append(come_up(house))
            served.append(crowd.wait_for_folio(time.monotonic()))
            time.sleep(0.5)
        up = time.monotonic()
        crowd.stop()
        ledger.note(f"{RESTARTS} restarts; recovery {min(recovered):.1f} to {max(recovered):.1f} s")
        ledger.note(
            f"I14: from then until a person is shown a folio {min(served):.1f} to {max(served):.1f} s (wanted: at most 5)"
        )
        ledger.check(max(served) < 60, "the web reconnected by itself each time")
        afterwards(ledger, crowd, again)
        wait_for_thresholds(ledger, since=up)


@fault("F12", "PostgreSQL: kill -9 of the postmaster while six people register", proves="I5 I6 I12 I14")
def killed(house, ledger):
    """As by the kernel when memory runs out: its children find themselves alone and leave."""
    with open_house(house) as (crowd, again):
        go_down(house, signal.SIGKILL)
        time.sleep(1)
        recovered = come_up(house)
        served = crowd.wait_for_folio(time.monotonic())
        time.sleep(2)
        crowd.stop()
        ledger.note(
            f"recovery {recovered:.1f} s; I14: a person is shown a folio {served:.1f} s after it (wanted: at most 5)"
        )
        ledger.check(served < 60, "the web reconnected by itself")
        afterwards(ledger, crowd, again)


# --- Frozen -----------------------------------------------------------------------------------------------------------
def family(pid):
    """A process and its children: each of PostgreSQL's leads a session of its own, so that no signal reaches all."""
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def signal_all(pids, number):
    """To each that is still there."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def threads_of(house):
    """How many threads the web's processes have in all."""
    return sum(
        int(line.split()[1])
        for pid in family(house.parts["web"].pid)
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("Threads:")
    )


@fault(
    "F13", f"PostgreSQL frozen (SIGSTOP) for {FROZEN} s (for thirty) while ten people register", proves="I5 I6 I12 I14"
)
def frozen(house, ledger):
    """It takes connections and never answers: worse than gone, for whoever waits without a limit."""
    with open_house(house, people=10) as (crowd, again):
        threads, answers, refused = threads_of(house), [], []
        frozen_pids, began = family(house.postgres.process.pid), time.monotonic()
        signal_all(frozen_pids, signal.SIGSTOP)
        try:
            stranger = threading.Thread(target=lambda: refused.append(new_connection(house)))
            stranger.start()
            while time.monotonic() < began + FROZEN - 3:
                asked = time.monotonic()
                status, _ = house.health()
                answers.append((status, time.monotonic() - asked))
                time.sleep(1)
            stranger.join()
            most = threads_of(house)
            time.sleep(max(0, began + FROZEN - time.monotonic()))
        finally:
            signal_all(frozen_pids, signal.SIGCONT)
        back = time.monotonic()
        served = crowd.wait_for_folio(back)
        time.sleep(2)
        crowd.stop()
        ledger.check(
            refused[0], f"a new connection was given up after {refused[0] or 0:.1f} s (limit {CONNECT_SECONDS} s)"
        )
        slowest = max(seconds for _, seconds in answers)
        ledger.equal(
            {status for status, _ in answers}, {503}, f"/salud/ asked {len(answers)} times, slowest {slowest:.1f} s"
        )
        ledger.check(most <= threads + 20, f"threads of the web: {threads} before, {most} with ten people waiting")
        ledger.note(f"I14: a person is shown a folio {served:.1f} s after SIGCONT")
        ledger.check(served < 60, "everything went on by itself")
        afterwards(ledger, crowd, again)
        house.wait_for(lambda: house.health()[0] == 200, what="web", seconds=30)


def new_connection(house):
    """Seconds until a new connection is given up; None if it was not."""
    began = time.monotonic()
    try:
        psycopg2.connect(house.database_url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg2.OperationalError:
        return time.monotonic() - began
    return None


# --- Deadlocks --------------------------------------------------------------------------------------------------------
@fault("F15", f"two cases corrected in opposite orders by four people, {ROUNDS} times", proves="I7")
def deadlocks(house, ledger):
    """PostgreSQL gives up one of each ring; it is tried again, and what it did counts once."""
    first, second = (a_case(number) for number in range(2))
    who = User.objects.get(username="coordinador")
    given_up, failed = [], []
    watched = trying.log.warning
    trying.log.warning = lambda *args: (given_up.append(args), watched(*args))

    def correct_both(cases, number):
        def act():
            for case in cases:
                fresh = Complaint.objects.with_case_file().get(pk=case.pk)
                actions.correct(
                    fresh,
                    changes={"invoice": f"F-{number}-{fresh.case_file.version}"},
                    reason="Se dictó mal.",
                    version=fresh.case_file.version,
                    by=who,
                    at=timezone.now(),
                )
                meet.wait(0.3)  # each holds one case before asking for the other

        try:
            trying.in_one_piece(act)
        except Exception as no:
            failed.append(no)
        finally:
            connections.close_all()

    for number in range(ROUNDS):
        meet = Meeting(4)
        threads = [
            threading.Thread(target=correct_both, args=[order, f"{number}{place}"])
            for place, order in enumerate([(first, second), (second, first)] * 2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    trying.log.warning = watched
    conflicts = [no for no in failed if type(no).__name__ == "Conflict"]
    done = 4 * ROUNDS - len(failed)
    ledger.check(given_up, f"{len(given_up)} transactions were given up by PostgreSQL and tried again")
    ledger.note(f"{4 * ROUNDS} pairs of corrections: {done} accepted, {len(conflicts)} «otra persona cambió este caso»")
    ledger.equal(
        len(failed) - len(conflicts), 0, f"that failed otherwise {failed[:1] if len(failed) > len(conflicts) else ''}"
    )
    versions = [Complaint.objects.with_case_file().get(pk=case.pk).case_file.version for case in (first, second)]
    ledger.equal(versions, [1 + done] * 2, "I7: versions of the two cases")
    check_versions(ledger)


class Meeting:
    """Where people wait for one another a little; whoever comes alone goes on."""

    def __init__(self, people):
        self.barrier = threading.Barrier(people)

    def wait(self, seconds):
        """Together, or when the seconds are over."""
        try:
            self.barrier.wait(seconds)
        except threading.BrokenBarrierError:
            pass


def a_case(number):
    """A complaint, registered by its verb."""
    contact = Contact.objects.exclude(email="").select_related("customer").order_by("pk")[number]
    now = timezone.now()
    return actions.register(
        customer=contact.customer,
        contact=contact,
        kind=Kind.COMPLAINT,
        channel=Channel.PHONE,
        received_at=now,
        reason=Reason.QUALITY,
        product=Product.objects.order_by("pk").first(),
        lote_not_applicable=True,
        description="El color no corresponde al de la carta.",
        by=User.objects.get(username="ejecutivo"),
        at=now,
    )
