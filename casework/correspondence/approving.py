"""Writing to a customer, step by step: written, offered, approved. Any edit voids the approval (MPC-SER-009 §3.5)."""

from django.db import transaction

from casework.alerts import bell
from casework.correspondence.models import Channel, CustomerMessage
from casework.correspondence.permissions import APPROVERS, check_may_approve, check_may_write
from casework.correspondence.policies import check_can_approve, check_can_change, check_can_submit
from casework.correspondence.sending import send
from casework.people.models import User
from casework.records import timeline
from casework.rules import Conflict, Refused


def locked(message):
    """The row, held until the transaction ends, and its mail as it is once nobody else holds it."""
    CustomerMessage.objects.select_for_update().only("pk").get(pk=message.pk)
    return CustomerMessage.objects.select_related("case_file", "mail").get(pk=message.pk)


def _recipient(case_file, channel, contact):
    """The address a message goes to, none if it is not by mail; only ever somebody of the customer of the case."""
    if contact and contact.customer_id != case_file.customer_id:
        raise Refused("El contacto elegido no es de ese cliente.")
    if channel != Channel.MAIL:
        return ""
    if not contact or not contact.email:
        raise Refused("El contacto no tiene correo. Elija otro medio o agregue su correo en el catálogo.")
    return contact.email


@transaction.atomic
def write(case_file, *, letter, channel, contact, subject, body, by, at):
    """Begin a message to the customer; it is a draft until somebody else approves it."""
    check_may_write(by)
    message = CustomerMessage.objects.create(
        case_file=case_file,
        letter=letter,
        channel=channel,
        contact=contact,
        to=_recipient(case_file, channel, contact),
        subject=subject,
        body=body,
        written_by=by,
        written_at=at,
    )
    timeline.write(case_file, "answer.drafted", by=by, at=at)
    return message


@transaction.atomic
def rewrite(message, *, channel, contact, subject, body, version, by, at):
    """Change a draft. The approval it had is void. Raises `Conflict` if somebody changed it meanwhile."""
    check_may_write(by)
    message = locked(message)
    check_can_change(message)
    if message.version != version:
        raise Conflict(
            f"{message.written_by} cambió este mensaje mientras usted escribía. Revise sus cambios antes de guardar."
        )
    to = _recipient(message.case_file, channel, contact)
    was_approved = message.approved_at is not None
    message.channel, message.contact, message.to = channel, contact, to
    message.subject, message.body = subject, body
    message.written_by, message.written_at = by, at
    message.submitted_at = None
    message.approved_at, message.approved_by, message.approved_hash = None, None, ""
    message.mail = None
    message.version += 1
    message.save()
    _settle(message, at=at)
    if was_approved:
        timeline.write(message.case_file, "answer.edited", by=by, at=at)
    return message


@transaction.atomic
def submit(message, *, by, at):
    """Ask for approval: those who may give it are told at once."""
    check_may_write(by)
    message = locked(message)
    check_can_submit(message)
    message.submitted_at, message.returned_reason = at, ""
    message.save(update_fields=["submitted_at", "returned_reason"])
    _settle(message, at=at)
    bell.tell(
        _who_approves(message),
        "approval.asked",
        occasion=f"message:{message.pk}:{message.version}",
        at=at,
        case_file=message.case_file,
        facts={"by": str(by)},
        at_once=True,
    )
    return message


def _settle(message, *, at):
    """Whoever was asked to approve or to correct this text need not any more."""
    bell.settle(message.case_file, f"message:{message.pk}:", at=at)


def _who_approves(message):
    """The coordinators; when none but the author is one, Dirección Comercial as their backup (trust §6)."""
    for role in APPROVERS:
        if people := list(User.objects.in_role(role).exclude(pk=message.written_by_id)):
            return people
    return []


@transaction.atomic
def approve(message, *, version, by, at):
    """Approve exactly this text and let it leave. MPC-SER-009 §3.5."""
    message = locked(message)
    check_may_approve(by, message)
    check_can_approve(message)
    if message.version != version:
        raise Conflict("El mensaje cambió mientras usted lo leía. Léalo de nuevo antes de aprobarlo.")
    message.approved_at, message.approved_by, message.approved_hash = at, by, message.fingerprint()
    message.save(update_fields=["approved_at", "approved_by", "approved_hash"])
    _settle(message, at=at)
    timeline.write(message.case_file, "answer.approved", by=by, at=at)
    if message.channel == Channel.MAIL:
        send(message, by=by, at=at)
    return message


@transaction.atomic
def send_back(message, *, reason, by, at):
    """Return a text to whoever wrote it, saying why."""
    message = locked(message)
    check_may_approve(by, message)
    check_can_approve(message)
    message.submitted_at, message.returned_reason = None, reason
    message.save(update_fields=["submitted_at", "returned_reason"])
    _settle(message, at=at)
    timeline.write(message.case_file, "answer.returned", by=by, at=at, reason=reason)
    bell.tell(
        [message.written_by],
        "approval.returned",
        occasion=f"message:{message.pk}:{message.version}:{at.isoformat()}",
        at=at,
        case_file=message.case_file,
        facts={"by": str(by), "reason": reason},
        at_once=True,
    )
    return message
