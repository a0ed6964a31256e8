"""Respuesta al cliente: MPC-SER-002 §5.7. Its approval and its post belong to correspondence."""

from django.db import transaction

from casework.correspondence import approving
from casework.correspondence.models import Channel
from casework.deadlines import running
from casework.deadlines.models import PromiseKey
from casework.records import timeline
from casework.rules import Refused
from complaints import letters, permissions, policies
from complaints.actions.common import locked, move
from complaints.models import CustomerAnswer
from complaints.stages import Stage


@transaction.atomic
def draft_answer(complaint, *, channel, contact, subject, body, submit, by, at):
    """Write the answer to the customer, and ask for its approval if `submit`. MPC-SER-002 §5.7."""
    complaint = locked(complaint)
    policies.check_can_answer(complaint)
    if policies.current_answer(complaint):
        raise Refused("Este caso ya tiene una respuesta en preparación; ábrala para cambiarla.")
    message = approving.write(
        complaint.case_file,
        letter=letters.ANSWER,
        channel=channel,
        contact=contact,
        subject=subject,
        body=body,
        by=by,
        at=at,
    )
    answer = CustomerAnswer.objects.create(complaint=complaint, message=message, cycle=complaint.cycle)
    if submit:
        approving.submit(message, by=by, at=at)
    return answer


@transaction.atomic
def redraft_answer(answer, *, channel, contact, subject, body, submit, version, by, at):
    """Change the answer before it leaves; the approval it had is void. MPC-SER-009 §3.5."""
    complaint = locked(answer.complaint)
    policies.check_can_answer(complaint)
    policies.check_of_this_cycle(answer, complaint)
    message = approving.rewrite(
        answer.message, channel=channel, contact=contact, subject=subject, body=body, version=version, by=by, at=at
    )
    if submit:
        approving.submit(message, by=by, at=at)
    return answer


@transaction.atomic
def answer_delivered(answer, *, happened_at, by, at):
    """Record that an approved answer was given by telephone, letter or visit. MPC-SER-002 §5.7."""
    permissions.check_may_speak_with_customer(by)
    complaint = locked(answer.complaint)
    policies.check_can_answer(complaint)
    policies.check_of_this_cycle(answer, complaint)
    message = approving.locked(answer.message)
    if message.channel == Channel.MAIL:
        raise Refused("La respuesta por correo cuenta cuando el servidor la acepta; no se registra a mano.")
    if not message.approved:
        raise Refused("La respuesta todavía no está aprobada (MPC-SER-009 §3.5).")
    if message.delivered_at:
        raise Refused("La entrega de la respuesta ya está registrada.")
    if not message.approved_at <= happened_at <= at:
        raise Refused("La entrega ocurre después de la aprobación y no en el futuro.")
    message.delivered_at = happened_at
    message.save(update_fields=["delivered_at"])
    reached_customer(answer, complaint, channel=message.get_channel_display(), by=by, at=happened_at, recorded_at=at)
    return answer


def reached_customer(answer, complaint, *, channel, by, at, recorded_at=None):
    """The answer is with the customer: the promise is met and the case waits for the customer's word."""
    answer.sent_at = at
    answer.save(update_fields=["sent_at"])
    if complaint.stage == Stage.RULED:
        move(complaint, Stage.ANSWERED)
    timeline.write(complaint.case_file, "answer.sent", by=by, at=at, channel=channel)
    running.meet(complaint.case_file, PromiseKey.CUSTOMER_ANSWER, at=at, by=by, recorded_at=recorded_at)
