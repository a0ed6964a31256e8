"""Whoever delivers is killed: F1–F4. What a mail server does to us is in `mail_server.py`."""

import json
import os
import signal
import time
from pathlib import Path
from random import Random

from django.utils import timezone

from casework.mail import incidents, outbox
from casework.mail.models import MailState, OutgoingMail
from casework.people.models import User
from nervion_cases.testing.faults.dispatchers import CLAIMED, ELSEWHERE, SENDING, let_time_pass, where
from nervion_cases.testing.faults.ledger import fault
from nervion_cases.testing.faults.postroom import (
    OWED,
    Sender,
    all_settled,
    ambiguous,
    check_acknowledgements,
    check_copies,
    count,
    mail_server,
    nudge,
)

KILLS = 125  # of each round
CHILDREN_KILLED = 25
AT_FIRST = 1_000  # mails that wait when it begins, so that no blow meets an idle dispatcher
AT_MOST = 2_000
CHAOS = (
    *(["451 4.7.1 greylisted"] * 4 + ["452 4.2.2 mailbox full"] * 3 + ["421 4.3.2 closing"] * 3),
    *(["d 451 4.3.0 later"] * 4 + ["cut"] * 4 + ["drop"] * 5 + ["lose"] * 5 + ["hang", "hang data"]),
    *[None] * 70,
)


@fault("F1", "kill -9 of dispatchers at random instants, a sound mail server and then a chaotic one", proves="I2 I3 I4")
def dispatchers_killed(house, ledger):
    """Three at once, each killed at its own instant and replaced, while complaints are registered and people told."""
    sender, chance = Sender(), Random(11)
    with mail_server(house) as script:
        inside = 0
        for name, mood in (("sound", lambda *_: None), ("chaotic", lambda *_: chance.choice(CHAOS))):
            script.mood = mood
            killed = kill_under_load(house, sender, script, ledger, name=name, seed=len(name))
            inside += killed[SENDING]
        script.mood = lambda *_: None
        worker = house.start_worker()
        house.wait_for(all_passed(worker), what="worker", seconds=300)
        decided = decide_as_the_coordinator(script)
        house.wait_for(all_passed(worker), what="worker")
        ledger.note(f"{sum(decided.values())} uncertain acuses decided by the coordinator: {decided}")
        check_copies(ledger, script, inside=inside, sent_again=decided["sent again"])
        never = sender.never & set(script.message_ids)
        ledger.equal(len(never), 0, f"I4: of {len(sender.never)} mails of changes rolled back, sent")
    check_acknowledgements(ledger)


def kill_under_load(house, sender, script, ledger, *, name, seed):
    """One round of kills while mails are owed without rest; every fifth change is rolled back."""
    before, already, steps = OutgoingMail.objects.count(), ambiguous(script), 0
    while count(*OWED) < AT_FIRST:
        sender.complaint(people=sender.people)
    arguments = ["--kills", KILLS, "--at-once", 3, "--seed", seed]
    started = time.monotonic()
    striking = house.start("dispatchers", ["-m", "nervion_cases.testing.faults.dispatchers", *arguments])
    while striking.poll() is None:
        time.sleep(0.1)
        if count(*OWED) < AT_MOST:
            steps += 1
            sender.complaint(people=sender.people[:9], undone=steps % 5 == 0)
    house.stop("dispatchers")
    said = (house.folder / "dispatchers.log").read_text().splitlines()[-1]
    killed = {SENDING: 0, CLAIMED: 0, ELSEWHERE: 0, **json.loads(said)}
    words = ", ".join(f"{n} {place}" for place, n in killed.items())
    ledger.equal(sum(killed.values()), KILLS, f"{name} mail server: dispatchers killed ({words})")
    ledger.note(
        f"{name} mail server: {OutgoingMail.objects.count() - before} mails owed, "
        f"{ambiguous(script) - already} ambiguous outcomes, {time.monotonic() - started:.0f} s"
    )
    return killed


def decide_as_the_coordinator(script):
    """What is uncertain is asked of the customers: it arrived, or is sent again. How many of each."""
    coordinator, arrived = User.objects.get(username="coordinador"), set(script.message_ids)
    decided = {"arrived": 0, "sent again": 0}
    for mail in incidents.open_incidents():
        if mail.message_id in arrived:
            incidents.confirm_arrival(mail, by=coordinator, at=timezone.now())
            decided["arrived"] += 1
        else:
            incidents.send_again(mail, by=coordinator, at=timezone.now())
            decided["sent again"] += 1
    return decided


# --- At one exact instant ---------------------------------------------------------------------------------------------
@fault("F2", "kill -9 of the worker between the mail server's yes and the mark", proves="I3")
def killed_after_the_yes(house, ledger):
    """The acuse of one complaint; afterwards a sound worker, once the lease has run out."""
    killed_at(house, ledger, "post_send", copies=2)


@fault("F3", "kill -9 of the worker between the claim and the send", proves="I3")
def killed_before_sending(house, ledger):
    """As F2, a moment earlier."""
    killed_at(house, ledger, "post_claim", copies=1)


def killed_at(house, ledger, point, *, copies):
    """A worker whose children die at a point, then one whose children do not."""
    with mail_server(house) as script:
        house.start_worker("doomed", concurrency=1, CRASH_AT=point)
        Sender().complaint()
        house.wait_for(lambda: count(MailState.SENDING), what="doomed")
        house.wait_for(lambda: "signal 9" in house.log("doomed"), what="doomed")
        house.kill("doomed")
        ledger.equal(count(MailState.SENDING), 1, f"killed at {point}; rows whose lease still holds")
        ledger.equal(len(script.taken), copies - 1, "copies that the mail server has")
        outbox.deliver_all()
        ledger.equal(len(script.taken), copies - 1, "copies after another dispatcher looked while the lease held")
        let_time_pass()
        house.start_worker()
        nudge()
        house.wait_for(all_settled, what="worker")
        ledger.equal(len(script.taken), copies, "copies in the end")
        check_copies(ledger, script, inside=copies - 1)
    check_acknowledgements(ledger)


# --- Only the child ---------------------------------------------------------------------------------------------------
@fault("F4", "kill -9 of the children of a Celery worker, whose parent lives on", proves="I2 I3")
def children_killed(house, ledger):
    """A real worker with two children under load; each killed child is replaced by its parent."""
    sender, chance, killed = Sender(), Random(4), {SENDING: 0, CLAIMED: 0, ELSEWHERE: 0}
    with mail_server(house) as script:
        script.seconds = 0.05  # so that there is something to interrupt
        worker = house.start_worker()
        house.start_beat()
        house.wait_for(lambda: len(children_of(worker)) == 2, what="worker")
        for _ in range(CHILDREN_KILLED):
            while count(*OWED) < 60:  # each wakes a child
                sender.complaint(people=sender.people[:6])
            house.wait_for(lambda: children_of(worker), what="worker")
            time.sleep(chance.uniform(0.1, 0.5))
            victim = chance.choice(children_of(worker))
            os.kill(victim, signal.SIGKILL)
            house.wait_for(lambda victim=victim: is_dead(victim), what="worker")
            killed[where(victim)] += 1
            let_time_pass(alive=children_of(worker))
        house.wait_for(all_passed(worker), what="worker")
        words = ", ".join(f"{n} {place}" for place, n in killed.items())
        ledger.equal(sum(killed.values()), CHILDREN_KILLED, f"children killed ({words})")
        ledger.equal(worker.poll(), None, "the parent's exit code")
        check_copies(ledger, script, inside=killed[SENDING])
    check_acknowledgements(ledger)


def all_passed(worker):
    """Whether nothing is owed, time passing for what the dead had; the worker is woken as a beat would."""
    woken = [0]

    def asked():
        let_time_pass(alive=children_of(worker))
        if time.monotonic() > woken[0] + 2:
            woken[0] = time.monotonic()
            nudge()
        return all_settled()

    return asked


def children_of(process):
    """The numbers of its living children."""
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in children if not is_dead(int(child))]


def is_dead(pid):
    """Gone, or a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
