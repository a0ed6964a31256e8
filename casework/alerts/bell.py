"""Telling our own people: a line in the bell, once for ever, and the mail it may owe (trust §2).

An absent head's alert reaches the dated substitute too (product §1). People are disturbed in the hours of the calendar
«jornada» only.
"""

import json
import logging
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.db.models import Q

from casework.alerts.models import Alert
from casework.alerts.sentences import SENTENCES, headline, sentence
from casework.mail import outbox
from casework.mail.models import OutgoingMail
from casework.moment import PLANT
from casework.people.models import Substitute
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
    """Tell people something, each once for ever. Returns the alerts that are new.

    In the caller's transaction. `at_once` is for an assignment, an approval asked and what product §4.5 names.
    """
    return tell_all(
        [Notice(person, reason, occasion, case_file, facts or {}, at_once) for person in people if person], at=at
    )


def tell_all(notices, *, at):
    """As `tell`, for many different notices with few statements."""
    for notice in notices:
        if notice.reason not in SENTENCES:
            raise KeyError(f"no sentence says {notice.reason!r}")
    wanted = {}
    for notice in _with_substitutes(notices, at=at):
        if notice.person.is_active:
            wanted.setdefault((notice.reason, notice.occasion, notice.person.pk), notice)
    alerts = []
    rows = list(wanted.items())
    for start in range(0, len(rows), ROWS):
        alerts += _insert(rows[start : start + ROWS], at=at)
    _owe_mails([pair for pair in alerts if pair[1].at_once and pair[1].person.email], at=at)
    return [alert for alert, _ in alerts]


def _with_substitutes(notices, *, at):
    """The notices, and those of absent heads once more for whoever stands in and may see the case."""
    yield from notices
    standing_in = (
        Substitute.objects.in_force(at.astimezone(PLANT).date())
        .filter(department__head__in={notice.person.pk for notice in notices})
        .select_related("person", "department")
    )
    substitutes = {}
    for substitute in standing_in:
        substitutes.setdefault(substitute.department.head_id, set()).add(substitute.person)
    if not substitutes:
        return
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
    """INSERT … ON CONFLICT DO NOTHING. The pairs (alert, notice) that were not there."""
    values, parameters = [], []
    for (reason, occasion, person), notice in rows:
        values.append("(%s, %s, %s, %s, %s, %s)")
        case = notice.case_file.pk if notice.case_file else None
        parameters += [person, reason, occasion, case, json.dumps(notice.facts), at]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Alert._meta.db_table} (person_id, reason, occasion, case_file_id, facts, at) "
            f"VALUES {', '.join(values)} ON CONFLICT (reason, occasion, person_id) DO NOTHING "
            "RETURNING id, reason, occasion, person_id",
            parameters,
        )
        new = {tuple(row[1:]): row[0] for row in cursor.fetchall()}
    pairs = []
    for key, notice in rows:
        if key in new:
            alert = Alert(
                pk=new[key],
                person=notice.person,
                reason=notice.reason,
                occasion=notice.occasion,
                case_file=notice.case_file,
                facts=notice.facts,
                at=at,
            )
            alert._state.adding, alert._state.db = False, connection.alias
            pairs.append((alert, notice))
    return pairs


def _owe_mails(pairs, *, at):
    """The copies by mail, in the hours of work. Each occasion is written once, however many hear of it."""
    if not pairs:
        return
    not_before, texts, debts = calendar(JORNADA).next_open(at), {}, []
    for alert, notice in pairs:
        try:
            outbox.one_address(notice.person.email)
        except Refused:  # an address that cannot be written to must not stop what is being told
            log.warning("person %s is told in the bell only: the address is not valid", notice.person.pk)
            continue
        happening = (notice.letter, notice.reason, notice.occasion)
        if happening not in texts:
            texts[happening] = outbox.write(notice.letter, mail_context(alert), case_file=notice.case_file)
        debts.append(
            outbox.Debt(
                notice.letter,
                key=f"alert:{alert.pk}",
                to=notice.person.email,
                text=texts[happening],
                case_file=notice.case_file,
                subject_pk=alert.pk,
                person=notice.person,
                not_before=not_before,
            )
        )
    outbox.owe_all(debts, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Alert._meta.db_table} alert SET mail_id = mail.id FROM {OutgoingMail._meta.db_table} mail "
            "WHERE mail.key = ANY(%s) AND alert.id = mail.subject_pk RETURNING alert.id, mail.id",
            [[debt.key for debt in debts]],
        )
        mails = dict(cursor.fetchall())
    for alert, _ in pairs:
        alert.mail_id = mails.get(alert.pk)


def mail_context(alert):
    """What the letter of an alert shows, whoever reads it: the words, the case, and by when it is due."""
    due = None
    if alert.case_file is not None and not alert.reason.startswith("deadline."):
        running = alert.case_file.deadlines.filter(met_at=None, ended_at=None).order_by("due_at").first()
        due = running and "{:%d/%m/%Y} {}".format(*limit_parts(running.due_at))
    return {"headline": headline(alert), "sentence": sentence(alert), "due": due, "link": link_of(alert)}


def link_of(alert):
    """The absolute address of what the alert is about, from the setting and never from a request."""
    path = alert.case_file.get_absolute_url() if alert.case_file else "/"
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


def unseen_count(person):
    """How many alerts the person has not opened: the number in the header."""
    return Alert.objects.filter(person=person, seen_at=None).count()


def see(alert, *, by, at):
    """The person opened an alert of his or her own."""
    return Alert.objects.filter(pk=alert.pk, person=by, seen_at=None).update(seen_at=at)


def see_all(*, by, at):
    """The person has read every alert there is up to now."""
    return Alert.objects.filter(person=by, seen_at=None, at__lte=at).update(seen_at=at)
