"""What may happen to a message to a customer, whoever asks."""

from casework.mail.models import MailState
from casework.rules import Refused


def on_its_way(message):
    """Whether the text left or is leaving: then nothing of it can change. What came back did not leave."""
    if message.delivered_at:
        return True
    mail = message.mail
    return mail is not None and mail.bounced_at is None and mail.state not in (MailState.DEAD, MailState.CANCELLED)


def check_can_change(message):
    """A text that left stays as it was."""
    if on_its_way(message):
        raise Refused("El mensaje ya salió al cliente; no se puede cambiar.")


def check_can_submit(message):
    """Only a complete text is offered for approval."""
    check_can_change(message)
    if not message.body.strip() or not message.subject.strip():
        raise Refused("Escriba el asunto y el texto antes de pedir la aprobación.")


def check_can_approve(message):
    """MPC-SER-009 §3.5: what is approved is exactly what was offered."""
    check_can_change(message)
    if message.submitted_at is None:
        raise Refused("Quien lo redacta todavía no ha pedido la aprobación.")
    if message.approved:
        raise Refused("El mensaje ya está aprobado.")
