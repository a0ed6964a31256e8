"""The one function by which anything leaves for a customer."""

from casework.mail import outbox
from casework.rules import Refused


def send(message, *, by, at):
    """Owe an approved message to the post. A retry cannot send it twice: the key is the message and its version.

    Runs in the caller's transaction. Raises `Refused` unless the approval holds for the text as it is.
    """
    if not message.approved:
        raise Refused("El mensaje no está aprobado tal como está escrito; pida la aprobación de nuevo.")
    message.mail = outbox.owe(
        message.letter,
        key=f"message:{message.pk}:v{message.version}",
        to=message.to,
        context={"subject": message.subject, "body": message.body, "folio": message.case_file.folio},
        at=at,
        case_file=message.case_file,
        subject_pk=message.pk,
    )
    message.save(update_fields=["mail"])
    return message


def send_template(letter, *, key, to, context, case_file, subject_pk, at):
    """Owe a pre-approved letter (the acuse, the survey): its text was approved once for all."""
    return outbox.owe(letter, key=key, to=to, context=context, at=at, case_file=case_file, subject_pk=subject_pk)
