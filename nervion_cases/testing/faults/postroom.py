"""What the faults of the post share: a mail server that misbehaves, mails really owed, and the counting afterwards."""

import logging
import sys
from collections import Counter
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from casework.alerts import bell
from casework.catalogue.models import Contact, Product
from casework.deadlines.models import Deadline, PromiseKey
from casework.mail import wake
from casework.mail.models import MailState, OutgoingMail
from casework.mail.tests.servers import Script, Server
from casework.people.models import User
from casework.records.models import TimelineEntry
from complaints import actions
from complaints.models import Acknowledgement, Channel, Kind, Reason

OWED = (MailState.PENDING, MailState.SENDING)
AMBIGUOUS = ("drop", "lose", "hang dot")  # what the mail server does of which we cannot know whether it took the mail


@contextmanager
def mail_server(house, *, port=0):
    """A mail server that every process of the house, and this one, is told of. Yields its `Script`."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells every line of every conversation
    sys.setswitchinterval(0.0005)  # it is a thread of ours, and must not wait long while we owe mails
    script = Script()
    server = Server(script, port)
    server.start()
    tell_of(house, server.port)
    try:
        yield script
    finally:
        house.stop(*house.parts)
        server.stop(no_assert=True)
        sys.setswitchinterval(0.005)
        tell_of(house, 9)


def tell_of(house, port):
    """Where the mail server is, for whoever is started from now on."""
    house.mail_port = port
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


class Sender:
    """Owes mails by the real verbs: a complaint owes its acuse, telling people owes each of them an alert."""

    def __init__(self):
        self.executive = User.objects.get(username="ejecutivo")
        self.people = list(User.objects.filter(is_active=True).exclude(email="").order_by("pk"))
        self.contacts = list(Contact.objects.exclude(email="").select_related("customer").order_by("pk"))
        self.product = Product.objects.order_by("pk").first()
        self.registered = 0
        self.never = set()  # the Message-IDs of what was rolled back

    @transaction.atomic
    def complaint(self, *, contact=None, people=(), undone=False):
        """One complaint of a customer with an address, of which `people` are told; with `undone` nothing happened."""
        contact = contact or self.contacts[self.registered % len(self.contacts)]
        now = timezone.now()
        complaint = actions.register(
            customer=contact.customer,
            contact=contact,
            kind=Kind.COMPLAINT,
            channel=Channel.PHONE,
            received_at=now,
            reason=Reason.QUALITY,
            product=self.product,
            lote_not_applicable=True,
            description="El color no corresponde al de la carta.",
            by=self.executive,
            at=now,
        )
        bell.tell(
            people,
            "complaint.assigned",
            occasion=f"fault:{complaint.pk}",
            at=now,
            case_file=complaint.case_file,
            facts={"by": "Roberto Aguirre"},
            at_once=True,
        )
        if undone:
            mine = OutgoingMail.objects.filter(case_file=complaint.case_file)
            self.never.update(mine.values_list("message_id", flat=True))
            transaction.set_rollback(True)
        else:
            self.registered += 1
        return complaint


def nudge():
    """Wake a worker, as every commit that owes something does."""
    wake.wake()


def count(*states):
    """How many mails are in one of these states."""
    return OutgoingMail.objects.filter(state__in=states).count()


def all_settled():
    """Whether nothing is owed any more."""
    return not count(*OWED)


# --- What must hold ---------------------------------------------------------------------------------------------------
def ambiguous(script):
    """How often the mail server left us in doubt."""
    return sum(script.mishaps[mood] for mood in AMBIGUOUS)


def check_copies(ledger, script, *, inside=0, sent_again=0):
    """None lost, none twice that was not in doubt, one Message-ID for all copies, nothing that nobody owes."""
    copies, rows = Counter(script.message_ids), list(OutgoingMail.objects.order_by("pk"))
    states = Counter(row.get_state_display() for row in rows)
    ledger.note(f"{len(rows)} mails owed: " + ", ".join(f"{n} «{state}»" for state, n in states.items()))
    extra, doubts = sum(copies.values()) - len(copies), ambiguous(script)
    ledger.check(
        extra <= doubts + inside + sent_again,
        f"I3: {extra} extra copies; {doubts} ambiguous outcomes + {inside} kills inside a send"
        + (f" + {sent_again} sent again by a person" if sent_again else ""),
    )
    letters = {}  # whoever got the same words twice must have got the same Message-ID
    for message in script.taken:
        letters.setdefault((message["To"], message["Subject"]), set()).add(message["Message-ID"])
    wrong = {
        "still owed": count(*OWED),
        "lost: marked as sent, and the mail server has no copy": sum(
            row.state == MailState.SENT and not copies[row.message_id] for row in rows
        ),
        "I2: beyond one row per key": len(rows) - len({row.key for row in rows}),
        "I3: same words under two Message-IDs": sum(len(ids) > 1 for ids in letters.values()),
        "sent, and its effect not written": sum(row.outcome_owed for row in rows),
        "I4: sent, and no row owes it": len(copies.keys() - {row.message_id for row in rows}),
    }
    if not sent_again:  # which forgets the doubts of before
        wrong["I3: more extra copies than doubts written on the row"] = sum(
            copies[row.message_id] - 1 > row.doubts for row in rows
        )
    check_none(ledger, wrong)


def check_none(ledger, wrong):
    """Counts that must all be zero, in one line."""
    found = [f"{words}: {number}" for words, number in wrong.items() if number]
    ledger.check(not found, "; ".join(found) or f"none of: {'; '.join(wrong)}")


def check_acknowledgements(ledger):
    """Every acuse that was accepted met its deadline, once, at that instant, with one line each; no other did."""
    given = Acknowledgement.objects.filter(accepted_at__isnull=False)
    mails = OutgoingMail.objects.filter(letter="complaint.acknowledgement", state=MailState.SENT)
    clocks = Deadline.objects.filter(key=PromiseKey.ACKNOWLEDGEMENT)
    promise = {"facts__promise": PromiseKey.ACKNOWLEDGEMENT.label}
    counts = {
        "acuses sent": mails.count(),
        "given": given.count(),
        "deadlines met": clocks.filter(met_at__isnull=False).count(),
        "at that instant": clocks.filter(met_at=F("case_file__complaint__acknowledgements__accepted_at")).count(),
    }
    for words, facts in (("acknowledgement.sent", {}), ("deadline.met", promise)):
        lines = TimelineEntry.objects.filter(verb=words, **facts)
        counts[f"lines «{words}»"] = lines.count()
        counts[f"cases with «{words}»"] = lines.values("case_file").distinct().count()
    alike = len(set(counts.values())) == 1
    ledger.check(alike, f"{mails.count()} {', '.join(counts)}" if alike else f"not as many of each: {counts}")
