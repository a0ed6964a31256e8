"""A text for a customer is a draft until somebody else approves exactly it (MPC-SER-009 §3.5)."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.alerts.models import Alert
from casework.correspondence import approving
from casework.correspondence.models import Channel, CustomerMessage
from casework.correspondence.policies import on_its_way
from casework.correspondence.sending import send
from casework.mail import outbox
from casework.mail.models import MailState, OutgoingMail
from casework.rules import Conflict, Forbidden, Refused
from nervion_cases.testing.situations import registered


def words(cast, **other):
    """What is written: by mail, unless said otherwise."""
    return {
        "channel": Channel.MAIL,
        "contact": cast.contact,
        "subject": "Respuesta",
        "body": "Repondremos.",
        "by": cast.ana,
        "at": timezone.now(),
    } | other


def written(cast, *, offered=True, **other):
    """A message about a new case."""
    case_file = registered(cast).case_file
    message = approving.write(case_file, letter="complaint.answer", **words(cast, **other))
    return approving.submit(message, by=message.written_by, at=timezone.now()) if offered else message


def approve(message, by, *, version=1):
    return approving.approve(message, version=version, by=by, at=timezone.now())


def test_approving_a_mail_lets_it_leave_once(cast):
    message = approve(written(cast), cast.beto)

    mail = OutgoingMail.objects.get(customer_message=message)
    assert (mail.to, mail.subject, mail.state) == (cast.contact.email, "Respuesta", MailState.PENDING)
    assert "Repondremos." in mail.body
    assert message.approved
    assert on_its_way(message)
    with pytest.raises(Refused, match="ya salió"):
        approve(message, cast.elena)
    assert send(message, by=cast.beto, at=timezone.now()).mail == mail  # the key is the text's: no second mail
    assert OutgoingMail.objects.filter(to_customer=True).count() == 1


def test_what_is_told_in_person_waits_for_its_record(cast):
    message = approve(written(cast, channel=Channel.PHONE), cast.beto)

    assert message.mail is None
    assert not on_its_way(message)
    assert not OutgoingMail.objects.filter(to_customer=True).exists()


@pytest.mark.parametrize("who", ["ana", "carla", "diego", "luz", "gil", "hugo", "irma", "julia"])
def test_who_does_not_approve(cast, who):
    message = written(cast)

    with pytest.raises(Forbidden):
        approve(message, getattr(cast, who))
    with pytest.raises(Forbidden):
        approving.send_back(message, reason="No.", by=getattr(cast, who), at=timezone.now())
    assert approve(message, cast.elena).approved


def test_nobody_approves_what_he_or_she_wrote(cast):
    message = written(cast, by=cast.beto)

    with pytest.raises(Forbidden, match="Usted redactó"):
        approve(message, cast.beto)
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerMessage.objects.filter(pk=message.pk).update(
            approved_by=cast.beto, approved_at=timezone.now(), approved_hash="x"
        )
    assert approve(message, cast.elena).approved


def test_whoever_rewrites_becomes_its_author(cast):
    message = written(cast)

    approving.rewrite(message, **words(cast, body="Otra cosa.", by=cast.beto), version=1)
    approving.submit(message, by=cast.ana, at=timezone.now())

    with pytest.raises(Forbidden):
        approve(message, cast.beto, version=2)
    assert approve(message, cast.elena, version=2).body == "Otra cosa."


@pytest.mark.parametrize(
    "change", [{"body": "Otra cosa."}, {"subject": "Otro"}, {"to": "otra@nandu.example"}, {"channel": Channel.LETTER}]
)
def test_an_approval_holds_for_exactly_what_was_read(cast, change):
    message = approve(written(cast, channel=Channel.PHONE), cast.beto)

    CustomerMessage.objects.filter(pk=message.pk).update(**change)
    message.refresh_from_db()

    assert not message.approved
    with pytest.raises(Refused, match="no está aprobado tal como está escrito"):
        send(message, by=cast.beto, at=timezone.now())


def test_what_changed_while_it_was_read_is_read_again(cast):
    message = written(cast)
    approving.rewrite(message, **words(cast, body="Otra cosa."), version=1)

    with pytest.raises(Refused, match="todavía no ha pedido"):
        approve(message, cast.beto)
    approving.submit(message, by=cast.ana, at=timezone.now())
    with pytest.raises(Conflict, match="cambió mientras usted lo leía"):
        approve(message, cast.beto)
    with pytest.raises(Conflict, match="cambió este mensaje"):
        approving.rewrite(message, **words(cast), version=1)

    assert approve(message, cast.beto, version=2).approved


def test_what_is_sent_back_says_why_and_to_whom(cast):
    message = written(cast)

    approving.send_back(message, reason="Falta la fecha.", by=cast.beto, at=timezone.now())

    message.refresh_from_db()
    assert (message.submitted_at, message.returned_reason) == (None, "Falta la fecha.")
    alert = Alert.objects.get(reason="approval.returned")
    assert (alert.person, alert.facts["reason"]) == (cast.ana, "Falta la fecha.")
    with pytest.raises(Refused, match="todavía no ha pedido"):
        approve(message, cast.beto)
    approving.submit(message, by=cast.ana, at=timezone.now())
    message.refresh_from_db()
    assert message.returned_reason == ""


def test_only_a_whole_text_is_offered_and_to_those_who_may_approve(cast):
    empty = written(cast, offered=False, body="  ")

    with pytest.raises(Refused, match="Escriba el asunto y el texto"):
        approving.submit(empty, by=cast.ana, at=timezone.now())
    written(cast, by=cast.luz)

    written(cast, by=cast.beto)

    asked = Alert.objects.filter(reason="approval.asked").order_by("pk")
    assert list(asked.values_list("person__username", flat=True)) == ["beto", "elena"]


@pytest.mark.parametrize(
    ("state", "bounced", "changes"),
    [
        (MailState.SENT, False, False),
        (MailState.UNCERTAIN, False, False),
        (MailState.SENT, True, True),
        (MailState.DEAD, False, True),
        (MailState.CANCELLED, False, True),
    ],
)
def test_what_left_stays_as_it_was_and_what_did_not_arrive_may_change(cast, state, bounced, changes):
    at = timezone.now()
    message = approve(written(cast), cast.beto)
    OutgoingMail.objects.update(state=state, settled_at=at, bounced_at=at if bounced else None)

    if not changes:
        with pytest.raises(Refused, match="ya salió al cliente"):
            approving.rewrite(message, **words(cast), version=1)
        return
    approving.rewrite(message, **words(cast), version=1)
    approving.submit(message, by=cast.ana, at=at)
    approve(message, cast.beto, version=2)

    assert OutgoingMail.objects.filter(letter="complaint.answer").count() == 2
    outbox.cancel(OutgoingMail.objects.all(), at=at)


def test_a_mail_needs_an_address(cast):
    for contact in (cast.quiet, None):
        with pytest.raises(Refused, match="no tiene correo"):
            written(cast, contact=contact)

    assert written(cast, contact=cast.quiet, channel=Channel.VISIT).to == ""


@pytest.mark.parametrize("step", ["approve", "send_back", "rewrite"])
def test_who_was_asked_to_approve_need_not_look_any_more(cast, step):
    message, now = written(cast), timezone.now()
    asked = Alert.objects.filter(reason="approval.asked", seen_at=None)
    assert asked.exists()

    if step == "approve":
        approve(message, cast.beto)
    elif step == "send_back":
        approving.send_back(message, reason="Falta la fecha.", by=cast.beto, at=now)
    else:
        approving.rewrite(message, version=1, **words(cast, body="Repondremos mañana."))

    assert not asked.exists()
    assert Alert.objects.filter(reason="approval.returned", seen_at=None).exists() == (step == "send_back")
