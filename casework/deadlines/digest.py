"""The digest: one mail as the jornada opens, on working days, drawn straight from the deadlines (product §4.5).

It is the second independent path: it asks neither the sweep nor the alerts, only the instants on the deadlines.
"""

import logging

from django.conf import settings
from django.db import transaction

from casework.alerts.bell import JORNADA
from casework.deadlines import ladder
from casework.deadlines.models import Deadline, DigestSent
from casework.deadlines.sweep import opening_after
from casework.mail import outbox
from casework.mail.models import Heartbeat, OutgoingMail
from casework.moment import PLANT, database_now
from casework.people.models import User
from casework.rules import Refused
from casework.web.faces import limit_parts, long_date
from casework.worktime.calendars import calendar

log = logging.getLogger(__name__)

NAME = "digest"


def send_digests(*, at):
    """Owe the digests of the day, once a person and day, if the jornada is open. How many were owed."""
    hours = calendar(JORNADA)
    day = at.astimezone(PLANT).date()
    opening = hours.opening_on(day)
    if opening is None or at < opening or not hours.is_open(at):
        return 0
    if Heartbeat.objects.filter(name=NAME, at__gte=opening).exists():
        return 0
    owed, failed = 0, False
    for person, items in digests(opening=opening, next_opening=opening_after(hours, at), hours=hours).items():
        try:
            owed += _owe(person, items, day=day, at=at)
        except Refused as no:
            log.warning("person %s gets no digest: %s", person.pk, no)
        except Exception:
            failed = True
            log.exception("the digest of person %s could not be owed", person.pk)
    if not failed:
        outbox.heartbeat(NAME, at=at)
    return owed


def digests(*, opening, next_opening, hours):
    """What each person hears as the jornada opens: `{person: [(deadline, rung), …]}`, the most urgent first."""
    audience = ladder.Audience(at=opening)
    told = {}
    running = (
        Deadline.objects.running()
        .filter(recorded_at__lte=opening)
        .select_related("case_file__responsible", "case_file__department__head", "case_file__customer")
        .order_by("due_at", "pk")
    )
    for deadline in running.iterator(chunk_size=500):
        rung = ladder.height(deadline, at=opening, hours=hours)
        if rung == 0 and deadline.due_at >= next_opening:
            continue
        for person in audience.of(deadline.case_file, rung):
            if person.email:
                told.setdefault(person, []).append((deadline, rung))
    return told


@transaction.atomic
def _owe(person, items, *, day, at):
    """One person's digest, unless it was owed already."""
    DigestSent.objects.bulk_create([DigestSent(person=person, day=day)], ignore_conflicts=True)  # waits for a rival
    key = f"digest:{person.pk}:{day.isoformat()}"
    if OutgoingMail.objects.filter(key=key).exists():
        return 0
    outbox.owe(
        "digest",
        key=key,
        to=person.email,
        context={"person": person, "day": long_date(day), "groups": _groups(items, day=day), "site": settings.SITE_URL},
        at=at,
        person=person,
    )
    return 1


def _groups(items, *, day):
    """The lines of the letter, in three groups; a group with nothing is not shown."""
    late, today, later = [], [], []
    for deadline, rung in items:
        due_day, hour = limit_parts(deadline.due_at)
        line = {
            "folio": deadline.case_file.folio,
            "title": deadline.case_file.title,
            "promise": ladder.capital(deadline.get_key_display()),
            "due": f"{due_day:%d/%m/%Y} {hour}",
            "responsible": str(deadline.case_file.responsible),
            "link": f"{settings.SITE_URL}{deadline.case_file.get_absolute_url()}",
        }
        (late if rung >= ladder.BREACH else today if due_day <= day else later).append(line)
    names = ("Vencidos", "Vencen hoy", "Por vencer")
    return [{"name": name, "lines": lines} for name, lines in zip(names, (late, today, later), strict=True) if lines]


def digest_still_applies(mail):
    """A digest of another day says nothing any more."""
    _, _, day = mail.key.split(":")
    today = database_now().astimezone(PLANT).date().isoformat()
    return day == today and User.objects.working().filter(pk=mail.person_id).exists()
