"""The worst day: tables dropped, files gone, the server killed; and back to the instant before (F40, trust §9)."""

import io
import os
import shutil
import signal
import time
from collections import Counter
from contextlib import redirect_stdout
from email.parser import BytesHeaderParser
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

from casework.mail import outbox
from casework.mail.models import MailState, OutgoingMail
from casework.moment import database_now
from casework.records import integrity
from casework.records.tests import cases, files
from nervion_cases.local import backup, restore
from nervion_cases.local.mailsink import sink_in_thread
from nervion_cases.testing.faults.dispatchers import let_time_pass
from nervion_cases.testing.faults.ledger import fault
from nervion_cases.testing.faults.postroom import Sender, all_settled, check_acknowledgements, count, tell_of

OURS = ("casework.", "complaints", "coordination")


@fault("F40", "tables dropped, evidence gone, PostgreSQL killed; restored to the instant before", proves="I3 I5 I9 I12")
def restored_to_an_instant(house, ledger):
    """The drill on the server of the house, whose archive exists only meanwhile."""
    with sink_in_thread(house.folder / "sink") as port:
        tell_of(house, port)
        try:
            drill(house.postgres, ledger, sent=house.folder / "sink", environment=house.environment())
        finally:
            tell_of(house, 9)
            shutil.rmtree(house.postgres.store.folder, ignore_errors=True)
            for left in (house.folder / "sink", *house.postgres.data.parent.glob("data-antes-de-restaurar-*")):
                shutil.rmtree(left)


def drill(server, ledger, *, sent, environment):
    """Live, copy, live, lose, restore, compare. Django of this process talks to `server` and to the mail sink `sent`.

    What the tools say to whoever runs them is printed only when something did not hold.
    """
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            live_and_lose(server, ledger, sent=sent, environment=environment)
    except BaseException:
        ledger.note(said.getvalue())
        raise
    if ledger.broken:
        ledger.note(said.getvalue())


def live_and_lose(server, ledger, *, sent, environment):
    """The drill itself."""
    life, media = Life(), Path(environment["MEDIA_ROOT"])
    copy = {"media": media, "keep_days": 7, "user": server.user, "programs": server.programs, "log": server.log}
    life.goes_on(4)
    outbox.deliver_all()
    warnings = backup.take(server.store, server.backup_url, **copy)
    ledger.equal(warnings, [], "warnings of the base backup")

    life.goes_on(3)
    outbox.deliver_all()
    connections.close_all()
    server.stop()  # its last WAL goes to the archive; what comes now will still be in its own folder
    server.start(port=server.port)
    life.goes_on(3)
    outbox.claim("a dispatcher that is about to die")
    backup.take(server.store, server.backup_url, **copy, evidence_only=True)
    instant, before = database_now(), picture()
    ledger.note(
        f"at T: {before['complaints.Complaint']} complaints, {before['timeline'][0]} lines, {owed()} mails owed"
    )

    let_time_pass()
    outbox.deliver_all()
    life.goes_on(2)
    outbox.deliver_all()
    ledger.check(all_settled(), f"after T: everything sent, {copies(sent).total()} mails at the mail server in all")
    backup.take(server.store, server.backup_url, **copy, evidence_only=True)
    later, lived = database_now(), picture()
    lose(server, media)

    started = time.monotonic()
    fine = restore.in_place(server, to=instant, environment=environment)
    server.start(port=server.port)
    ledger.note(f"RTO: {time.monotonic() - started:.1f} s from nothing to serving")
    ledger.check(fine, "the restored copy says that it is whole (folios, bitácora, evidence)")
    compare(ledger, before, picture())
    not_sent_again(ledger, sent)
    check_acknowledgements(ledger)

    connections.close_all()
    server.stop()
    fine = restore.in_place(server, to=later, environment=environment)
    server.start(port=server.port)
    ledger.check(fine, "gone back too far, one can still go to an instant that the restore had abandoned")
    compare(ledger, lived, picture())


class Life:
    """Complaints registered by the real verbs, each with a photograph of its own."""

    def __init__(self):
        self.sender, self.photographs = Sender(), 0

    def goes_on(self, complaints):
        """So many complaints: their acuses are owed, people are told."""
        for _ in range(complaints):
            complaint = self.sender.complaint(people=self.sender.people[:2])
            self.photographs += 1
            photograph = files.jpeg((60 + self.photographs, 40))
            cases.attached(self.sender.executive, complaint.case_file, photograph)


def owed():
    """Mails that a dispatcher would send."""
    return count(MailState.PENDING, MailState.SENDING)


def picture():
    """How many rows each table of ours has, a digest of the whole bitácora, and what is wrong."""
    models = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    rows = {model._meta.label: model.objects.count() for model in models}
    return {**rows, "timeline": integrity.digest_of_timeline(), "wrong": integrity.examine().wrong}


def lose(server, media):
    """A disaster in three parts."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE records_timelineentry CASCADE")
        cursor.execute("DROP TABLE complaints_acknowledgement, mail_outgoingmail CASCADE")
    connections.close_all()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    shutil.rmtree(media)


# --- What must hold ---------------------------------------------------------------------------------------------------
def compare(ledger, before, after):
    """Equal, table by table and line by line."""
    different = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    ledger.equal(different, {}, f"I12: of {len(before) - 2} tables, those with other counts than at T")
    ledger.equal(after["timeline"], before["timeline"], "the bitácora, line by line (lines, SHA-256)")
    ledger.equal(after["wrong"], [], "I5 I9: gaps in the folios, files that are gone or changed")


def copies(sent):
    """Message-ID → how often the mail server took it."""
    parser, found = BytesHeaderParser(), Counter()
    for path in sent.glob("*.eml"):
        with open(path, "rb") as file:
            found[parser.parse(file)["Message-ID"]] += 1
    return found


def not_sent_again(ledger, sent):
    """What was sent after T is owed again, until the mail server's own record is asked."""
    already = copies(sent)
    back = OutgoingMail.objects.filter(state__in=[MailState.PENDING, MailState.SENDING], message_id__in=already)
    ledger.check(back.count() > 1, f"mails that were sent after T and are owed again: {back.count()}")
    call_command("mark_sent_mail", str(sent))
    ledger.equal(owed(), 0, "owed after mark_sent_mail")
    lines = integrity.digest_of_timeline()
    call_command("mark_sent_mail", str(sent))
    ledger.equal(integrity.digest_of_timeline(), lines, "the bitácora after running it again")
    let_time_pass()
    outbox.deliver_all()
    ledger.equal(copies(sent).total(), already.total(), "I3: mails at the mail server, after a dispatcher ran")
    ledger.equal(max(already.values()), 1, "I3: copies of any mail")
    acuses = OutgoingMail.objects.filter(letter="complaint.acknowledgement")
    ledger.equal(
        sum(already[mail.message_id] for mail in acuses), acuses.count(), "acuses that arrived, one a complaint"
    )
    ledger.note(
        f"taken by the mail server of things that happened after T: {len(already) - OutgoingMail.objects.count()}"
    )
