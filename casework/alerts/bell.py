"""Telling our own people: a line in the bell, once for ever, and the mail it may owe (trust §2).

An absent head's alert reaches the dated substitute too (product §1). People are disturbed in the hours of the calendar
«jornada» only.
"""

import json
import logging
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from casework.alerts.models import Alert
from casework.alerts.sentences import SENTENCES, headline, sentence
from casework.mail import outbox
from casework.mail.models import OutgoingMail
from casework.moment import PLANT
from casework.people.models import Substitute, User
from casework.records.models import CaseFile
from casework.rules import Refused
from casework.web.faces import limit_parts
from casework.worktime.calendars import calendar

log = logging.getLogger(__name__)

JORNADA = "jornada"
ROWS = 500  # of one statement


@dataclass
class Notice:
    """One person is to be told one thing. `at_once` owes a mail as well.

    An occasion is one happening: its case and its facts are the same for everybody who is told of it.
    """

    person: object
    reason: str
    occasion: str
    case_file: object = None
    facts: dict = field(default_factory=dict)
    at_once: bool = False
    letter: str = "alert"


def tell(people, reason, *, occasion, at, case_file=None, facts=None, at_once=False):
    """Tell people something, each once for ever. Returns the alerts that are new, a queryset.

    In the caller's transaction. `at_once` is for an assignment, an approval asked and what product §4.5 names.
    """
    new = tell_all(
        [Notice(person, reason, occasion, case_file, facts or {}, at_once) for person in people if person], at=at
    )
    return Alert.objects.filter(pk__in=new).order_by("pk")


@transaction.atomic(savepoint=False)
def tell_all(notices, *, at):
    """As `tell`, for many different notices with few statements. Returns the keys of the alerts that are new."""
    for notice in notices:
        if notice.reason not in SENTENCES:
            raise KeyError(f"no sentence says {notice.reason!r}")
    wanted = {}
    for notice in _with_substitutes(notices, at=at):
        if notice.person.is_active:
            wanted.setdefault((notice.reason, notice.occasion, notice.person.pk), notice)
    new, rows = [], list(wanted.items())
    for start in range(0, len(rows), ROWS):
        new += _insert(rows[start : start + ROWS], at=at)
    return new


def _with_substitutes(notices, *, at):
    """The notices, and those of absent heads once more for whoever stands in and may see the case."""
    yield from notices
    standing_in = (
        Substitute.objects.in_force(at.astimezone(PLANT).date())
        .filter(department__head__in={notice.person.pk for notice in notices})
        .values_list("department__head", "person")
    )
    pairs = set(standing_in)
    if not pairs:
        return
    people = User.objects.in_bulk([person for _, person in pairs])
    substitutes = {}
    for head, person in pairs:
        substitutes.setdefault(head, set()).add(people[person])
    may_see = {}
    for notice in notices:
        for person in substitutes.get(notice.person.pk, ()):
            if notice.case_file is not None:
                seen = (person.pk, notice.case_file.pk)
                if seen not in may_see:
                    may_see[seen] = CaseFile.objects.visible_to(person).filter(pk=notice.case_file.pk).exists()
                if not may_see[seen]:
                    continue
            yield Notice(
                person, notice.reason, notice.occasion, notice.case_file, notice.facts, notice.at_once, notice.letter
            )


def _insert(rows, *, at):
    """INSERT … ON CONFLICT DO NOTHING, and the mails of those that were not there. The keys of these.

    An alert points to its mail from the first, so the mail has its number before either is written.
    """
    mailed = {key for key, notice in rows if notice.at_once and _can_be_written_to(notice.person)}
    mails = dict(zip(mailed, outbox.numbers(len(mailed)), strict=True)) if mailed else {}
    values = [
        (person, reason, occasion, notice.case_file and notice.case_file.pk, json.dumps(notice.facts), mails.get(key))
        for key, notice in rows
        for reason, occasion, person in [key]
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Alert._meta.db_table} (person_id, reason, occasion, case_file_id, facts, mail_id, at) "
            "SELECT new.*, %s FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::jsonb[], %s::bigint[]) "
            "AS new ON CONFLICT (reason, occasion, person_id) DO NOTHING RETURNING id, reason, occasion, person_id",
            [at, *(list(column) for column in zip(*values, strict=True))],
        )
        new = {tuple(row[1:]): row[0] for row in cursor.fetchall()}
    _owe_mails([(new[key], mails[key], notice) for key, notice in rows if key in new and key in mails], at=at)
    return sorted(new.values())


def _can_be_written_to(person):
    """An address that cannot be written to must not stop what is being told."""
    try:
        return bool(person.email and outbox.one_address(person.email))
    except Refused:
        log.warning("person %s is told in the bell only: the address is not valid", person.pk)
        return False


def _owe_mails(told, *, at):
    """The copies by mail, in the hours of work. Each occasion is written once, however many hear of it."""
    if not told:
        return
    not_before, texts, debts = calendar(JORNADA).next_open(at), {}, []
    for alert_pk, mail_pk, notice in told:
        happening = (notice.letter, notice.reason, notice.occasion)
        if happening not in texts:
            texts[happening] = outbox.write(notice.letter, mail_context(notice), case_file=notice.case_file)
        debts.append(
            outbox.Debt(
                notice.letter,
                key=f"alert:{alert_pk}",
                to=notice.person.email,
                text=texts[happening],
                case_file=notice.case_file,
                subject_pk=alert_pk,
                person=notice.person,
                not_before=not_before,
                pk=mail_pk,
            )
        )
    outbox.owe_all(debts, at=at)


def mail_context(notice):
    """What the letter of an alert shows, whoever reads it: the words, the case, and by when it is due."""
    due = None
    if notice.case_file is not None and not notice.reason.startswith("deadline."):
        running = notice.case_file.deadlines.filter(met_at=None, ended_at=None).order_by("due_at").first()
        due = running and "{:%d/%m/%Y} {}".format(*limit_parts(running.due_at))
    return {"headline": headline(notice), "sentence": sentence(notice), "due": due, "link": link_of(notice)}


def link_of(told):
    """The absolute address of what was told (a notice, an alert), from the setting and never from a request."""
    path = told.case_file.get_absolute_url() if told.case_file else "/"
    return f"{settings.SITE_URL}{path}"


def alert_still_applies(mail):
    """The copy by mail is only worth sending to somebody who works here, on a case that is not closed."""
    alert = Alert.objects.select_related("person", "case_file").filter(pk=mail.subject_pk).first()
    if alert is None or not alert.person.is_active:
        return False
    return alert.case_file is None or alert.case_file.closed_at is None


def withdraw(occasions, *, at):
    """Cancel the waiting mails of alerts whose occasion begins so: what they say is no longer true."""
    starts = Q()
    for occasion in occasions:
        starts |= Q(alert__occasion__startswith=occasion)
    return outbox.cancel(OutgoingMail.objects.filter(starts), at=at) if occasions else 0


def settle(case_file, *occasions, at, reason=None):
    """What the alerts of these occasions (how theirs begin) asked for is done: in no bell are they new any more."""
    starts = Q()
    for occasion in occasions:
        starts |= Q(occasion__startswith=occasion)
    alerts = Alert.objects.filter(starts, case_file=case_file, seen_at=None)
    if reason:
        alerts = alerts.filter(reason=reason)
    alerts.update(seen_at=at)


def unseen_count(person):
    """How many alerts the person has not opened: the number in the header."""
    return Alert.objects.filter(person=person, seen_at=None).count()


def see(alert, *, by, at):
    """The person opened an alert of his or her own."""
    return Alert.objects.filter(pk=alert.pk, person=by, seen_at=None).update(seen_at=at)


def see_all(*, by, at):
    """The person has read every alert there is up to now."""
    return Alert.objects.filter(person=by, seen_at=None, at__lte=at).update(seen_at=at)
