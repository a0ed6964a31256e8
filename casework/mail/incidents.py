"""What the post could not settle by itself, and what a person decides about it (trust §2).

A dead message was refused for good; an uncertain one may have arrived or not. Nothing here is decided by a machine.
"""

from django.db import transaction

from casework.mail import letters
from casework.mail.models import MailState, OutgoingMail
from casework.mail.wake import wake_on_commit
from casework.people.permissions import check_has_role
from casework.people.roles import Role
from casework.records import timeline
from casework.rules import Refused, says_yes

ATTENDED_BY = (Role.COORDINATOR,)
FAILED = (MailState.DEAD, MailState.UNCERTAIN)


def check_may_attend(person):
    """Incidents of the post are the coordinator's."""
    check_has_role(person, *ATTENDED_BY)


def open_incidents():
    """Those nobody has attended, the oldest first."""
    return (
        OutgoingMail.objects.filter(state__in=FAILED, attended_at=None)
        .select_related("case_file", "person")
        .order_by("settled_at", "pk")
    )


def queue(*, at):
    """What is due and still waits: how many, since when, and what the mail server last said."""
    due = OutgoingMail.objects.filter(state__in=[MailState.PENDING, MailState.SENDING], not_before__lte=at)
    waiting = OutgoingMail.objects.filter(state=MailState.PENDING, attempts__gt=0)
    first = (due | waiting).order_by("owed_at").values("owed_at", "last_error").first()
    return (
        {"count": (due | waiting).count(), "since": first["owed_at"], "error": first["last_error"]} if first else None
    )


def what_failed(mail):
    """Why it is here, in words for the person who must decide."""
    if mail.state == MailState.UNCERTAIN:
        return "La conexión se cortó justo después de entregarlo: no se sabe si llegó. Pregunte antes de enviarlo de nuevo."
    code = mail.last_error[:3]
    if code in ("550", "551", "553", "501"):
        return "El servidor del destinatario dice que esa dirección no existe o no recibe correo. Revise que esté bien escrita."
    if code in ("552", "452", "422"):
        return "El buzón del destinatario está lleno."
    if code in ("554", "521", "571"):
        return "El servidor del destinatario rechazó el mensaje."
    if code.startswith("4"):
        return "El servidor del destinatario lo aplazó durante tres días y no lo aceptó."
    return "El servidor de correo no lo aceptó."


def can_be_sent_again(mail):
    """Whether sending it again would mean anything."""
    return says_yes(check_can_send_again, mail)


def check_can_send_again(mail):
    """It failed, nobody attended it, and whoever owed it still wants it sent."""
    _check_open(mail)
    if not letters.still_applies(mail):
        raise Refused("Ese correo ya no aplica. Si hace falta, prepárelo de nuevo desde el caso.")


def _check_open(mail):
    if mail.state not in FAILED or mail.attended_at is not None:
        raise Refused("Ese incidente ya se atendió.")


def _held(mail, by):
    check_may_attend(by)
    return OutgoingMail.objects.select_for_update(of=("self",)).select_related("case_file").get(pk=mail.pk)


def _close(mail, state, *, by, at):
    values = {"state": state, "attended_at": at, "attended_by": by, **letters.without_text(mail.letter)}
    for name, value in values.items():
        setattr(mail, name, value)
    mail.save(update_fields=list(values))


def _write(mail, verb, *, by, at):
    if mail.case_file_id:
        timeline.write(mail.case_file, verb, by=by, at=at, mail=mail.pk)


@transaction.atomic
def attend(mail, *, by, at):
    """It was taken care of some other way: no longer an incident. What was not sent stays not sent."""
    mail = _held(mail, by)
    _check_open(mail)
    uncertain = mail.state == MailState.UNCERTAIN
    _close(mail, MailState.DEAD, by=by, at=at)
    _write(mail, "mail.attended", by=by, at=at)
    if uncertain:  # of a dead one it was already told
        letters.tell_outcome(mail, "on_dead", at=at)
    return mail


@transaction.atomic
def send_again(mail, *, by, at):
    """Owe it once more: same row, same Message-ID, so that a second copy can be recognised as one."""
    mail = _held(mail, by)
    check_can_send_again(mail)
    mail.state, mail.settled_at, mail.not_before, mail.owed_at = MailState.PENDING, None, at, at
    mail.doubts = 0
    mail.save(update_fields=["state", "settled_at", "not_before", "owed_at", "doubts"])
    _write(mail, "mail.sent_again", by=by, at=at)
    wake_on_commit()
    return mail


@transaction.atomic
def confirm_arrival(mail, *, by, at):
    """The addressee says that it arrived: an uncertain message counts as accepted when it was handed over."""
    mail = _held(mail, by)
    _check_open(mail)
    if mail.state != MailState.UNCERTAIN:
        raise Refused("Ese correo fue rechazado: no pudo haber llegado.")
    _close(mail, MailState.SENT, by=by, at=at)
    _write(mail, "mail.arrived", by=by, at=at)
    letters.tell_outcome(mail, "on_accepted", at=mail.handed_at or mail.settled_at)
    return mail
