"""What the tests of the verbs read of a case: its lines, its clocks, its post."""

from datetime import datetime

from casework.mail import letters
from casework.mail.models import MailState, OutgoingMail
from casework.moment import PLANT
from casework.people.models import User


def moment(text):
    """A plant moment of November 2026 written «10/11 09:00»."""
    return datetime.strptime(f"2026/{text}", "%Y/%d/%m %H:%M").replace(tzinfo=PLANT)


def lines(complaint):
    """The verbs of the bitácora, in the order in which they were written."""
    return list(complaint.case_file.timeline.order_by("pk").values_list("verb", flat=True))


def clocks(complaint):
    """How each promise stands: «acknowledgement: runs», «closure (reminder): met»…"""
    return sorted(map(_clock, complaint.case_file.deadlines.all()))


def _clock(deadline):
    state = "runs" if deadline.running else "met" if deadline.met_at else "ended"
    reminder = " (reminder)" if deadline.operational else ""
    return f"{deadline.key}{reminder}: {state}{' broken' if deadline.breached_at else ''}"


def takes_part(person, complaint):
    """Whether the case is one of the person's, by taking part in it."""
    return complaint.case_file.participations.filter(person=person, until=None).exists()


def asked_anew(person):
    """The same person, with nothing remembered of roles or departments."""
    return User.objects.get(pk=person.pk)


def owed(letter):
    """The only letter of its kind that is owed to the post."""
    return OutgoingMail.objects.get(letter=letter, state=MailState.PENDING)


def give_up(mail, *, at, state=MailState.DEAD):
    """The mail server refused it for good, or cut the line after taking it."""
    mail.state, mail.settled_at = state, at
    mail.save(update_fields=["state", "settled_at"])
    if state == MailState.DEAD:
        letters.tell_outcome(mail, "on_dead", at=at)
    return mail
