"""After a restore to an instant, what was sent since is owed again; the mail server's log knows better (trust §9).

Run before any dispatcher starts. A row whose Message-ID the mail server took is marked as sent, with all that a
delivery means, when the log says it was taken; nothing is sent.
"""

import logging
import re
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from email.policy import default

from django.db import transaction

from casework.mail import letters, outbox
from casework.mail.models import MailState, OutgoingMail
from casework.moment import PLANT

log = logging.getLogger(__name__)

OWED = (MailState.PENDING, MailState.SENDING)
BATCH = 1000
POSTFIX = re.compile(
    r"^(?P<when>\S+|\w{3} [ \d]\d [\d:]{8}) \S+ postfix\S*/(?P<part>\w+)\[\d+\]: (?P<queue>\w+): (?P<rest>.*)"
)
PLAIN = re.compile(r"^(?P<id><[^<>\s]+>)(?:\s+(?P<when>\S+))?$")
NAMED = re.compile(r"^message-id=(<[^<>\s]+>)")
TAKEN = re.compile(r"\((queue active)\)$|\bstatus=sent\b")


# --- Reading ----------------------------------------------------------------------------------------------------------
def in_folder(folder):
    """Message-ID → instant or None, of messages kept as files (`.eml`)."""
    found = {}
    for path in sorted(folder.glob("*.eml")):
        with open(path, "rb") as file:
            headers = BytesHeaderParser(policy=default).parse(file)
        if name := str(headers["Message-ID"] or "").strip():
            found.setdefault(name, _instant(str(headers["X-Received-At"] or "")))
    return found


def in_lines(lines, *, now):
    """The same of Postfix's log, or of a list with one Message-ID a line and perhaps its instant.

    Postfix writes down the Message-ID while the text still arrives; the message is its own only once it is queued.
    """
    found, arriving = {}, {}
    for line in lines:
        line = line.strip()
        if plain := PLAIN.match(line):
            found.setdefault(plain["id"], _instant(plain["when"] or ""))
        elif entry := POSTFIX.match(line):
            if named := NAMED.match(entry["rest"]):
                arriving[entry["queue"]] = named[1], _instant(entry["when"], now=now)
            elif TAKEN.search(entry["rest"]) and entry["queue"] in arriving:
                name, when = arriving.pop(entry["queue"])
                found.setdefault(name, when)
    return found


def _instant(text, *, now=None):
    """ISO, or syslog's «Nov 21 06:48:22» in the plant's zone and the year that does not make it future; else None."""
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=PLANT)
    except ValueError:
        pass
    for year in (now.year, now.year - 1) if now else ():
        try:
            moment = datetime.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S").replace(tzinfo=PLANT)
        except ValueError:
            continue
        if moment <= now + timedelta(days=1):
            return moment
    return None


# --- Marking ----------------------------------------------------------------------------------------------------------
def mark(sent, *, now):
    """Mark the rows that are owed and were sent. How many; and how many names no row has."""
    names, marked, known = sorted(sent), 0, 0
    for start in range(0, len(names), BATCH):
        rows = OutgoingMail.objects.filter(message_id__in=names[start : start + BATCH])
        known += rows.count()
        for mail in rows.filter(state__in=OWED).order_by("pk"):
            marked += _mark(mail, at=max(min(sent[mail.message_id] or now, now), mail.owed_at))
    return marked, len(names) - known


def _mark(mail, *, at):
    """Whether it was still owed. If what its delivery means cannot be recorded now, that becomes a debt of its own."""
    owed = OutgoingMail.objects.filter(pk=mail.pk, state__in=OWED)
    lease = {"lease_owner": "", "lease_until": None, "handed_at": None}
    try:
        with transaction.atomic():
            if not owed.update(state=MailState.PENDING, **lease):
                return False
            outbox.record_delivered(mail, at=at)
    except Exception:
        log.exception("the outcome of mail %s could not be recorded; it will be tried again", mail.pk)
        values = lease | letters.without_text(mail.letter)
        return bool(owed.update(state=MailState.SENT, settled_at=at, outcome_owed=True, **values))
    return True
