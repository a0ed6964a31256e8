"""The only place that owes, claims, sends, retries and releases mail (trust §2).

A row is claimed with a lease in one short transaction, sent with none open, and marked behind a fence: the same owner,
the same attempt, still sending. PostgreSQL's clock decides about leases; Redis only wakes whoever looks here.
"""

import logging
import os
import random
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from time import monotonic

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import F, Q

from casework.faults import crash_point
from casework.mail import letters, sender
from casework.mail.models import Heartbeat, MailState, OutgoingMail
from casework.mail.wake import wake_on_commit
from casework.moment import database_now
from casework.rules import Refused

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
DOUBT_WAITS = timedelta(minutes=5)  # before it is sent again; twice as long each time
DOUBTS_OF_A_CUSTOMER = 1  # sent again once; then a person decides
GIVE_UP_AFTER = timedelta(days=3)
LONGEST_WAIT = timedelta(minutes=30)
LONGEST_WAIT_UNREACHABLE = timedelta(minutes=1)
TABLE = OutgoingMail._meta.db_table
INSERT = f"""
INSERT INTO {TABLE} (id, letter, key, message_id, case_file_id, subject_pk, person_id, "to", subject, body, html, priority,
    to_customer, owed_at, not_before, state, attempts, lease_owner, doubts, outcome_owed, last_error)
SELECT coalesce(id, nextval(pg_get_serial_sequence('{TABLE}', 'id'))), letter, key, message_id, case_file_id, subject_pk,
    person_id, "to", subject, body, html, priority, to_customer, due, due, '{MailState.PENDING}', 0, '', 0, false, ''
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::smallint[], %s::boolean[], %s::timestamptz[])
    AS debt (id, letter, key, message_id, case_file_id, subject_pk, person_id, "to", subject, body, html, priority,
    to_customer, due)
ON CONFLICT DO NOTHING
"""


# --- Owing ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Debt:
    """One message to one address: `text` is its subject, text and HTML; `pk` a number of `numbers`, if one was taken."""

    letter: str
    key: str
    to: str
    text: tuple
    case_file: object = None
    subject_pk: int | None = None
    person: object = None
    not_before: datetime | None = None
    pk: int | None = None


def owe(letter, *, key, to, context, at, case_file=None, **other):
    """Write the debt of one message to one address, in the caller's transaction, and wake the worker on commit.

    `key` is unique for ever: owing the same again returns the row that exists. Raises `Refused` on a bad address.
    """
    text = write(letter, context, case_file=case_file)
    owe_all([Debt(letter, key, to, text, case_file, **other)], at=at)
    return OutgoingMail.objects.get(key=key)


def write(letter, context, *, case_file=None):
    """Subject, text and HTML of a letter about a case."""
    return letters.render(letter, {"site_url": settings.SITE_URL, "case_file": case_file, **context})


def numbers(how_many):
    """Primary keys for debts that others must point to before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT nextval(pg_get_serial_sequence('{TABLE}', 'id')) FROM generate_series(1, %s)", [how_many]
        )
        return [number for (number,) in cursor.fetchall()]


def owe_all(debts, *, at):
    """As `owe`, for many in one statement (of a model each, thousands of them would take seconds)."""
    if not debts:
        return
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    rows = []
    for debt in debts:
        kind, due = letters.find(debt.letter), max(debt.not_before or at, at)
        subject, body, html = debt.text
        rows.append(
            (
                debt.pk,
                debt.letter,
                debt.key,
                f"<{uuid.uuid4().hex}@{domain}>",
                debt.case_file and debt.case_file.pk,
                debt.subject_pk,
                debt.person and debt.person.pk,
                one_address(debt.to),
                one_line(subject),
                body,
                html,
                kind.priority,
                kind.to_customer,
                due,
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [list(column) for column in zip(*rows, strict=True)])
    if any(row[-1] == at for row in rows):
        wake_on_commit()


def one_line(subject):
    """The subject, refused if it could carry another header."""
    if any(ord(c) < 32 or c in "\x7f\u0085\u2028\u2029" for c in subject):
        raise Refused("El asunto de un correo no puede llevar saltos de línea.")
    return subject if len(subject) <= 200 else f"{subject[:199]}…"


@lru_cache(maxsize=1024)
def one_address(to):
    """Exactly one bare address, or a refusal."""
    try:
        validate_email(to)
        sender.to_ascii(to).encode("ascii")
    except (ValidationError, UnicodeError):
        raise Refused(f"«{to}» no es una dirección de correo válida.") from None
    return to


def cancel(mails, *, at):
    """What is still waiting in this queryset no longer applies. How many were cancelled."""
    waiting = mails.filter(state=MailState.PENDING)
    personal = waiting.filter(letter__in=[name for name in letters.known() if letters.without_text(name)])
    personal.update(body=letters.WITHDRAWN, html="")
    return waiting.update(state=MailState.CANCELLED, settled_at=at)


# --- Claiming ---------------------------------------------------------------------------------------------------------
def this_process():
    """Who claims here. Asked each time: a worker's children are born after this module was read."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def claim(owner=None):
    """Lease the most urgent row that is due, or None. A lease that ran out in the middle of a delivery is a doubt."""
    while True:
        with transaction.atomic():
            now = database_now()
            mail = (
                OutgoingMail.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(
                    Q(state=MailState.PENDING, not_before__lte=now) | Q(state=MailState.SENDING, lease_until__lte=now)
                )
                .order_by("priority", "not_before", "pk")
                .first()
            )
            if mail is None:
                return None
            if mail.state == MailState.SENDING and mail.handed_at is not None:
                if not _doubt(mail, "el proceso que lo entregaba se interrumpió", at=now):
                    continue
            mail.state, mail.handed_at = MailState.SENDING, None
            mail.attempts += 1
            mail.lease_owner, mail.lease_until = owner or this_process(), now + LEASE
            mail.save(update_fields=["state", "attempts", "lease_owner", "lease_until", "handed_at"])
        crash_point("post_claim")
        return mail


def _doubt(mail, words, *, at):
    """Write down a doubtful delivery of a row that is ours or locked. Whether it may be sent at once."""
    mail.doubts += 1
    mail.last_error = words[:300]
    given_up = mail.doubts > DOUBTS_OF_A_CUSTOMER if mail.to_customer else at > mail.owed_at + GIVE_UP_AFTER
    if given_up:
        mail.state, mail.settled_at = MailState.UNCERTAIN, at
        log.error("mail %s is uncertain: a person must decide", mail.pk)
    else:
        wait = DOUBT_WAITS * 2 ** min(mail.doubts - 1, 8)
        mail.state, mail.not_before = MailState.PENDING, (mail.handed_at or at) + wait
    mail.save(update_fields=["state", "settled_at", "not_before", "doubts", "last_error"])
    return mail.state == MailState.PENDING and mail.not_before <= at


# --- Sending ----------------------------------------------------------------------------------------------------------
def deliver_one(owner=None):
    """Claim, send and mark one message. The state it was left in; None if nothing is due; False if nobody answers."""
    mail = claim(owner)
    if mail is None:
        return None
    try:
        if not letters.still_applies(mail):
            return _settle(mail, MailState.CANCELLED, at=database_now())
    except Exception:
        log.exception("asking whether mail %s still applies failed", mail.pk)
        return _try_later(mail, "no se pudo comprobar si todavía aplica", longest=LONGEST_WAIT)
    try:
        sender.hand_over(mail, at=database_now(), before_data=lambda: _hand(mail))
        crash_point("post_send")
        return _settle(mail, MailState.SENT, at=database_now(), outcome="on_accepted")
    except sender.Unreachable as no:
        log.warning("mail %s waits: %s", mail.pk, no)
        _try_later(mail, str(no), longest=LONGEST_WAIT_UNREACHABLE)
        return False
    except sender.LeaseLost:
        log.warning("mail %s: the lease ran out before it was handed over", mail.pk)
        return MailState.SENDING
    except sender.Permanent as no:
        log.error("mail %s is dead: %s", mail.pk, no)
        return _settle(mail, MailState.DEAD, at=database_now(), outcome="on_dead", error=str(no))
    except sender.Doubtful as no:
        return _in_doubt(mail, str(no))
    except sender.Temporary as no:
        if no.answered and database_now() > mail.owed_at + GIVE_UP_AFTER:
            log.error("mail %s is dead after %s days: %s", mail.pk, GIVE_UP_AFTER.days, no)
            return _settle(mail, MailState.DEAD, at=database_now(), outcome="on_dead", error=str(no))
        log.warning("mail %s waits: %s", mail.pk, no)
        return _try_later(mail, str(no), longest=LONGEST_WAIT)


def deliver_all(*, seconds=45, owner=None):
    """Deliver while there is something due and the server answers, for a bounded time. How many rows were worked on."""
    until, done = monotonic() + seconds, 0
    settle_outcomes()
    while monotonic() < until:
        state = deliver_one(owner)
        if state is None:
            break
        done += 1
        if state is False:
            break
    return done


def _fence(mail):
    return OutgoingMail.objects.filter(
        pk=mail.pk, state=MailState.SENDING, lease_owner=mail.lease_owner, attempts=mail.attempts
    )


def _hand(mail):
    """The last question before the text leaves: is the row still ours? From here on a crash is a doubt."""
    now = database_now()
    if not _fence(mail).filter(lease_until__gt=now).update(handed_at=now):
        return False
    mail.handed_at = now
    return True


def _settle(mail, state, *, at, outcome=None, error=""):
    """Mark a final state behind the fence and tell whoever owed it, in one transaction.

    If telling fails the mark stays, and the outcome itself becomes a debt: what was sent must not be sent again.
    """
    values = {"state": state, "settled_at": at, "last_error": error[:300], "lease_owner": "", "lease_until": None}
    if state != MailState.DEAD:  # a person may send that one again
        values |= letters.without_text(mail.letter)
    fence = _fence(mail)
    try:
        with transaction.atomic():
            if not _mark(mail, values, fence):
                return MailState.SENDING
            if outcome:
                letters.tell_outcome(mail, outcome, at=at)
    except Exception:
        log.exception("the outcome of mail %s could not be recorded; it will be tried again", mail.pk)
        _mark(mail, values | {"outcome_owed": True}, fence)
    return state


def _mark(mail, values, fence):
    if not fence.update(**values):
        log.warning("mail %s was taken over by another worker", mail.pk)
        return False
    for name, value in values.items():
        setattr(mail, name, value)
    return True


def _try_later(mail, words, *, longest):
    wait = min(timedelta(seconds=5 * 2 ** min(mail.attempts, 12)), longest) * random.uniform(0.75, 1.25)  # noqa: S311
    _fence(mail).update(
        state=MailState.PENDING,
        not_before=database_now() + wait,
        last_error=words[:300],
        handed_at=None,
        lease_owner="",
        lease_until=None,
    )
    return MailState.PENDING


def _in_doubt(mail, words):
    with transaction.atomic():
        held = _fence(mail).select_for_update(of=("self",)).first()
        if held is None:
            return MailState.SENDING
        _doubt(held, words, at=database_now())
        log.warning("mail %s in doubt (%s): %s", mail.pk, held.doubts, words)
        return held.state


# --- What a delivery means --------------------------------------------------------------------------------------------
OUTCOMES = {MailState.SENT: "on_accepted", MailState.DEAD: "on_dead"}


def settle_outcomes():
    """Record the outcomes that failed when their mail was marked."""
    for pk in OutgoingMail.objects.filter(outcome_owed=True, not_before__lte=database_now()).values_list(
        "pk", flat=True
    ):
        try:
            with transaction.atomic():
                mail = (
                    OutgoingMail.objects.select_for_update(skip_locked=True, of=("self",))
                    .filter(pk=pk, outcome_owed=True)
                    .first()
                )
                if mail is None:
                    continue
                mail.outcome_owed = False
                mail.save(update_fields=["outcome_owed"])
                letters.tell_outcome(mail, OUTCOMES[mail.state], at=mail.settled_at)
        except Exception:
            log.exception("the outcome of mail %s still cannot be recorded", pk)
            OutgoingMail.objects.filter(pk=pk).update(not_before=database_now() + DOUBT_WAITS)


@transaction.atomic
def record_delivered(mail, *, at):
    """A letter of the past (the demo, an import): recorded as delivered at `at`, with its outcome, and never sent."""
    waiting = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.PENDING)
    if waiting.update(state=MailState.SENT, settled_at=at, **letters.without_text(mail.letter)):
        mail.refresh_from_db()
        letters.tell_outcome(mail, "on_accepted", at=at)


def record_all_delivered(*, until):
    """The same for everything to our own people that had left by `until`: each as of when it could leave."""
    owed = OutgoingMail.objects.filter(state=MailState.PENDING, to_customer=False, not_before__lte=until)
    owed.update(state=MailState.SENT, settled_at=F("not_before"))


@transaction.atomic
def bounced(mail, *, at):
    """A message that had been accepted came back."""
    if OutgoingMail.objects.filter(pk=mail.pk, bounced_at=None).update(bounced_at=at):
        letters.tell_outcome(mail, "on_bounced", at=at)


def heartbeat(name, *, at):
    """Write down when something that runs on a clock last did."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )
