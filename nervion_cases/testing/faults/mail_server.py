"""What a mail server does to us, with a real worker and beat: F16–F21. Who is killed meanwhile is in `post.py`."""

import socket

from django.conf import settings
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.alerts.models import Alert
from casework.catalogue.actions import add_customer
from casework.catalogue.models import Contact
from casework.deadlines.models import Deadline, PromiseKey
from casework.mail import incidents
from casework.mail.models import MailState, OutgoingMail
from casework.people.models import User
from casework.records.models import TimelineEntry
from nervion_cases.testing.faults.dispatchers import let_time_pass
from nervion_cases.testing.faults.ledger import fault
from nervion_cases.testing.faults.postroom import (
    OWED,
    Sender,
    all_settled,
    check_acknowledgements,
    check_copies,
    count,
    mail_server,
    nudge,
    tell_of,
)


def start_parts(house, *, concurrency=2):
    """What delivers in production: a worker that is awake, and the beat that wakes it every ten seconds."""
    house.start_worker(concurrency=concurrency)
    house.wait_for(lambda: " ready." in house.log("worker"), what="worker")
    house.start_beat()


def contact_of(sender, address):
    """A customer of its own with this address."""
    now = timezone.now()
    customer = add_customer(
        name=f"Cliente de {address}", contact_name="Rosa Ibarra", contact_email=address, by=sender.executive, at=now
    )
    return Contact.objects.select_related("customer").get(customer=customer)


def page_of_incidents():
    """What the coordinator reads."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="coordinador"), settings.AUTHENTICATION_BACKENDS[0])
    return browser.get(reverse("mail:incidents")).content.decode()


@fault("F16", "the mail server's port is closed, and opens again", proves="I2 I3 I4")
def port_closed(house, ledger):
    """Twenty complaints are registered meanwhile, five more are rolled back."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    tell_of(house, port)
    start_parts(house)
    sender = Sender()
    for number in range(25):
        sender.complaint(people=sender.people[:4], undone=number % 5 == 4)
    house.wait_for(lambda: (tries() or 0) >= 6, what="worker")
    owed, tried = OutgoingMail.objects.count(), tries()
    ledger.equal(sender.registered, 20, "complaints registered while the port was closed")
    ledger.equal(count(MailState.DEAD, MailState.UNCERTAIN, MailState.SENT), 0, f"of {owed} mails, given up or sent")
    ledger.check(tried < owed, f"{tried} attempts for {owed} mails: when nobody answers, the rest is not tried in vain")
    waiting = incidents.queue(at=timezone.now())["count"]
    ledger.check(f"En espera de salir: {waiting}" in page_of_incidents(), f"the page shows the queue of {waiting}")
    house.stop("worker", "beat")
    with mail_server(house, port=port) as script:
        let_time_pass()
        start_parts(house)
        took = house.wait_for(all_passed, what="worker")
        ledger.note(f"port open again: all delivered within {took:.0f} s of the worker's start")
        check_copies(ledger, script)
        ledger.equal(len(sender.never & set(script.message_ids)), 0, f"I4: of {len(sender.never)} rolled back, sent")
    check_acknowledgements(ledger)


def tries():
    """Attempts on all rows."""
    return OutgoingMail.objects.aggregate(tries=Sum("attempts"))["tries"]


def all_passed():
    """Whether nothing is owed, the waits of what was put off having passed."""
    waiting = OutgoingMail.objects.filter(state=MailState.PENDING, attempts__gt=0)
    waiting.update(not_before=timezone.now())
    return all_settled()


@fault("F17", "the mail server puts everything off once: 421, 451, 452, at RCPT and after the text", proves="I3")
def greylisted(house, ledger):
    """Nothing is hurried: the waits are the real ones, and the beat finds what is due."""
    answers = ("451 4.7.1 greylisted", "421 4.3.2 closing", "452 4.2.2 mailbox full", "d 451 4.3.0 later")
    sender = Sender()
    with mail_server(house) as script:
        for _ in range(10):
            sender.complaint(people=sender.people[:9])
        owed = count(*OWED)
        script.mood = lambda number, recipient: answers[number % 4] if number <= owed else None
        start_parts(house)
        took = house.wait_for(all_settled, what="worker", seconds=90)
        said = ", ".join(f"{n} «{mood}»" for mood, n in sorted(script.mishaps.items()))
        ledger.note(f"said: {said}; all delivered {took:.0f} s later")
        ledger.equal(script.mishaps.total(), owed, "put off")
        ledger.equal(tries(), 2 * owed, f"attempts for {owed} mails")
        ledger.equal(len(script.taken), owed, "copies")
        check_copies(ledger, script)
    check_acknowledgements(ledger)


@fault("F18", "550 for one recipient of three, among customers and among our own people", proves="I3")
def one_of_three(house, ledger):
    """The dead one is the coordinator's; the others get theirs once."""
    sender = Sender()
    with mail_server(house) as script:
        contacts = [contact_of(sender, f"{name}@clientes.example") for name in ("uno", "dos", "tres")]
        three = sender.people[-3:]
        refused = {contacts[1].email, three[1].email}
        script.mood = lambda number, to: "550 5.1.1 no such user" if to in refused else None
        start_parts(house)
        bad = [sender.complaint(contact=contact, people=three) for contact in contacts][1]
        house.wait_for(all_settled, what="worker")
        dead = OutgoingMail.objects.filter(state=MailState.DEAD)
        ledger.equal({mail.to for mail in dead}, refused, "addresses whose mails are dead")
        ledger.equal(
            count(MailState.SENT), 2 + 2 * 3 + told_of(bad), "sent: two acuses, two of three alerts, and word of it"
        )
        ledger.equal(incidents.open_incidents().count(), dead.count(), "incidents of the coordinator")
        page = page_of_incidents()
        ledger.check(all(address in page for address in refused), "the page names both addresses")
        lines = TimelineEntry.objects.filter(case_file=bad.case_file, verb="acknowledgement.failed")
        ledger.equal(lines.count(), 1, "lines «acknowledgement.failed» in the bitácora")
        clock = Deadline.objects.get(case_file=bad.case_file, key=PromiseKey.ACKNOWLEDGEMENT)
        ledger.check(clock.running, "the clock of that acuse still runs")
        check_copies(ledger, script)
    check_acknowledgements(ledger)


def told_of(complaint):
    """How many people were told by mail that an acuse failed."""
    return Alert.objects.filter(case_file=complaint.case_file, reason="mail.acknowledgement_failed").count()


@fault("F19", "the mail server hangs: after the banner, at DATA, and after the last dot", proves="I3")
def server_hangs(house, ledger):
    """Four children; three are held, for less than their leases, and the fourth delivers the rest."""
    sender = Sender()
    with mail_server(house) as script:
        hangs = {sender.people[0].email: "hang data", sender.people[1].email: "hang dot"}
        script.greet = lambda number: "hang" if number == 1 else None
        script.mood = lambda number, to: hangs.pop(to, None)
        start_parts(house, concurrency=4)
        for _ in range(12):
            sender.complaint(people=sender.people[:5])
        owed = OutgoingMail.objects.count()
        took = house.wait_for(lambda: count(MailState.SENT) == owed - 3, what="worker", seconds=25)
        ledger.equal(script.mishaps.total(), 3, "conversations that hang")
        ledger.equal(count(MailState.SENDING), 3, f"held when the other {owed - 3} were sent, {took:.1f} s later")
        took += house.wait_for(lambda: not count(MailState.SENDING), what="worker", seconds=40)
        held = OutgoingMail.objects.filter(state=MailState.PENDING)
        ledger.note(f"given up within {took:.0f} s (28 is the limit of a conversation, 60 the lease)")
        ledger.equal(sorted(held.values_list("attempts", "doubts")), [(1, 0), (1, 0), (1, 1)], "(attempts, doubts)")
        all_passed()
        nudge()
        house.wait_for(all_passed, what="worker")
        ledger.equal(len(script.taken) - owed, 1, "extra copies, of what hung after the last dot")
        check_copies(ledger, script)
    check_acknowledgements(ledger)


@fault("F20", "the mail server takes a mail and drops the line before it says so", proves="I3")
def dropped_before_the_reply(house, ledger):
    """Everything the first time; the acuses of half of the customers the second time too. Waits of minutes are moved."""
    sender, seen = Sender(), {}
    with mail_server(house) as script:
        contacts = [contact_of(sender, f"cliente{number}@clientes.example") for number in range(10)]
        unlucky = {contact.email for contact in contacts[:5]}

        def mood(number, to):
            seen[to] = seen.get(to, 0) + 1
            if to.startswith("cliente"):
                return "drop" if seen[to] <= 1 + (to in unlucky) else None
            return "drop" if seen[to] <= 10 else None  # each of our people is owed ten

        script.mood = mood
        start_parts(house)
        for contact in contacts:
            sender.complaint(contact=contact, people=sender.people[:3])
        owed = OutgoingMail.objects.count()
        house.wait_for(lambda: script.mishaps["drop"] == owed and not count(MailState.SENDING), what="worker")
        ledger.equal(
            OutgoingMail.objects.filter(state=MailState.PENDING, doubts=1).count(), owed, "in doubt, and waiting"
        )
        let_time_pass()
        nudge()
        house.wait_for(all_settled, what="worker")
        uncertain = OutgoingMail.objects.filter(state=MailState.UNCERTAIN)
        ledger.equal({mail.to for mail in uncertain}, unlucky, "customers in doubt twice: a person decides")
        ledger.equal(len(script.taken), 2 * owed, f"copies of {owed} mails: nothing is repeated a second time")
        let_time_pass()
        nudge()
        check_copies(ledger, script)
        check_acknowledgements(ledger)
        for mail in uncertain:
            incidents.confirm_arrival(mail, by=User.objects.get(username="coordinador"), at=timezone.now())
        ledger.note("the coordinator asked and confirmed those five")
    check_acknowledgements(ledger)


@fault("F21", "a slow mail server with a queue of 500: the urgent overtake", proves="I3")
def slow_server(house, ledger):
    """A twentieth of a second a mail instead of twenty seconds; the acuses of ten complaints come last."""
    sender, children = Sender(), 2
    with mail_server(house) as script:
        script.seconds = 0.05
        while count(*OWED) < 500:
            sender.complaint(people=sender.people)
        before = set(OutgoingMail.objects.values_list("pk", flat=True))
        house.start_worker(concurrency=children)
        for _ in range(children):
            nudge()
        house.wait_for(lambda: len(script.taken) > 50, what="worker")
        for _ in range(10):
            sender.complaint()
        since = OutgoingMail.objects.order_by("pk").last().owed_at
        house.wait_for(all_settled, what="worker", seconds=120)
        urgent = OutgoingMail.objects.exclude(pk__in=before)
        last = max(urgent.values_list("handed_at", flat=True))
        overtaken = OutgoingMail.objects.filter(pk__in=before, handed_at__gt=last).count()
        between = OutgoingMail.objects.filter(pk__in=before, handed_at__range=(since, last)).count()
        ledger.equal(urgent.count(), 10, f"acuses owed when {len(before)} mails were in the queue")
        ledger.check(overtaken > 0, f"{overtaken} older mails were overtaken")
        ledger.check(between <= 2 * children, f"{between} older mails left between the last acuse's debt and its send")
        check_copies(ledger, script)
    check_acknowledgements(ledger)
