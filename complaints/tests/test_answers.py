"""The answer to the customer: written by one, approved by another (MPC-SER-002 §5.7, MPC-SER-009 §3.5)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from casework.correspondence.models import CustomerMessage
from casework.desk import drafts
from casework.mail import outbox
from casework.mail.models import MailState, OutgoingMail
from complaints import actions
from complaints.outcomes import answer_accepted
from complaints.policies import current_answer
from complaints.stages import Stage
from complaints.tests.pages import address, fresh, read, send, text_of
from nervion_cases.testing.situations import channelled, closed, ruled


def text(cast, **other):
    return {
        "channel": "phone",
        "contact": cast.quiet.pk,
        "subject": "Respuesta a su reporte",
        "body": "Repondremos el producto.",
    } | other


def by_mail(cast, **other):
    return text(cast, channel="mail", contact=cast.contact.pk, **other)


def message_of(complaint):
    return current_answer(complaint).message


def offered(cast, signed_in, **other):
    """An answer that Ana wrote and offered."""
    complaint = ruled(cast, at=timezone.now() - timedelta(hours=1))
    answer = send(signed_in(cast.ana), "answer", complaint, text(cast, submit="1", **other))
    assert answer.status_code == 302
    return complaint


def version(complaint):
    return {"version": message_of(complaint).version}


def test_a_proposal_by_verdict_stands_in_the_form(cast, signed_in):
    complaint = ruled(cast)

    form = read(signed_in(cast.ana), "answer", complaint).context["form"]

    assert form["subject"].value() == f"Respuesta a su reporte {complaint.folio}"
    assert "procede" in form["body"].value()
    assert "Pigmento caduco" in form["body"].value()
    assert form["channel"].value() == "phone"  # the contact has no address


def test_it_is_saved_without_being_offered(cast, signed_in):
    complaint = ruled(cast)

    send(signed_in(cast.ana), "answer", complaint, text(cast))

    assert message_of(complaint).submitted_at is None
    assert "Repondremos el producto." in text_of(read(signed_in(cast.ana), "answer", complaint))


def test_the_proposal_never_overwrites_what_somebody_wrote(cast, signed_in):
    complaint = ruled(cast)
    send(signed_in(cast.ana), "answer", complaint, text(cast, body="Lo mío"))

    assert read(signed_in(cast.ana), "answer", complaint).context["form"]["body"].value() == "Lo mío"


def test_the_draft_of_the_desk_comes_back_and_ends_with_the_save(cast, signed_in):
    complaint = ruled(cast)
    browser = signed_in(cast.ana)
    url = read(browser, "answer", complaint).context["draft_url"]
    assert browser.post(url, text(cast, body="A medio escrib")).status_code == 200

    assert read(browser, "answer", complaint).context["form"]["body"].value() == "A medio escrib"
    assert read(signed_in(cast.beto), "answer", complaint).context["form"]["body"].value() != "A medio escrib"
    send(browser, "answer", complaint, text(cast))
    assert drafts.find(cast.ana, "respuesta", complaint.folio) is None


def test_the_whole_way_by_telephone(cast, signed_in):
    complaint = offered(cast, signed_in)
    beto, ana = signed_in(cast.beto), signed_in(cast.ana)

    page = text_of(read(beto, "answer", complaint))
    approved = send(beto, "approve_answer", complaint, version(complaint))
    waiting = text_of(read(ana, "answer", complaint))
    given = send(ana, "deliver_answer", complaint, happened_at=f"{timezone.localtime():%d/%m/%Y %H:%M}")

    assert "Repondremos el producto." in page
    assert approved.url == address("answer", complaint)
    assert "Registrar entrega" in waiting
    assert given.status_code == 302
    assert fresh(complaint).stage == Stage.ANSWERED
    assert current_answer(complaint).sent_at >= message_of(complaint).approved_at


def test_by_mail_it_leaves_when_approved_and_counts_when_accepted(cast, signed_in):
    complaint = offered(cast, signed_in, channel="mail", contact=cast.contact.pk)

    send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))
    mail = message_of(complaint).mail
    leaving = text_of(read(signed_in(cast.ana), "answer", complaint))

    assert (mail.to, mail.body.strip()) == (cast.contact.email, "Repondremos el producto.")
    assert "va en camino" in leaving
    assert fresh(complaint).stage == Stage.RULED
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, settled_at=timezone.now())
    answer_accepted(mail, at=timezone.now())
    assert fresh(complaint).stage == Stage.ANSWERED
    assert "ya está con el cliente" in text_of(read(signed_in(cast.ana), "answer", complaint))


def test_the_author_does_not_approve_although_the_coordinator(cast, signed_in):
    complaint = ruled(cast)
    send(signed_in(cast.beto), "answer", complaint, text(cast, submit="1"))

    page = text_of(read(signed_in(cast.beto), "answer", complaint))
    refused = send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))

    assert "Aprobar" not in page.split("<main")[1].split("</main>")[0].replace("Aprobarla", "")
    assert refused.status_code == 403
    assert "Usted redactó este mensaje; debe aprobarlo otra persona" in text_of(refused)
    assert message_of(complaint).approved_at is None
    assert send(signed_in(cast.elena), "approve_answer", complaint, version(complaint)).status_code == 302


def test_the_author_does_not_approve_by_raw_sql_either(cast, signed_in):
    complaint = offered(cast, signed_in)
    sql = (
        "UPDATE correspondence_customermessage SET approved_by_id = %s, approved_at = now(), approved_hash = 'x' "
        "WHERE id = %s"
    )
    pk = message_of(complaint).pk

    with pytest.raises(IntegrityError, match="message_approved_by_someone_else"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, [cast.ana.pk, pk])
    with connection.cursor() as cursor:
        cursor.execute(sql, [cast.beto.pk, pk])  # somebody else could


def test_only_coordinator_and_direccion_comercial_approve(cast, signed_in):
    complaint = offered(cast, signed_in)

    for person in (cast.ana, cast.carla):
        assert send(signed_in(person), "approve_answer", complaint, version(complaint)).status_code == 403
    assert send(signed_in(cast.fermin), "approve_answer", complaint, version(complaint)).status_code == 404
    assert message_of(complaint).approved_at is None
    assert send(signed_in(cast.beto), "approve_answer", complaint, version(complaint)).status_code == 302


def test_what_was_not_offered_or_changed_meanwhile_is_not_approved(cast, signed_in):
    complaint = ruled(cast)
    send(signed_in(cast.ana), "answer", complaint, text(cast))
    beto = signed_in(cast.beto)
    assert send(beto, "approve_answer", complaint, version=1).status_code == 409

    send(signed_in(cast.ana), "answer", complaint, text(cast, submit="1", version=1, body="Otro texto"))
    stale = send(beto, "approve_answer", complaint, version=1)

    assert stale.status_code == 409
    assert "El mensaje cambió mientras usted lo leía." in text_of(stale)
    assert message_of(complaint).approved_at is None
    assert send(beto, "approve_answer", complaint, version=2).status_code == 302


def test_any_change_voids_the_approval(cast, signed_in):
    complaint = offered(cast, signed_in)
    send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))
    assert message_of(complaint).approved

    form = signed_in(cast.ana).get(f"{address('answer', complaint)}?cambiar=1").context
    send(signed_in(cast.ana), "answer", complaint, text(cast, version=1, body="Cambiado"))

    assert form["writing"]
    assert not message_of(complaint).approved
    assert send(signed_in(cast.ana), "deliver_answer", complaint, happened_at="01/01/2026 10:00").status_code == 409


def test_it_is_returned_with_a_reason_that_its_author_reads(cast, signed_in):
    complaint = offered(cast, signed_in)

    assert send(signed_in(cast.ana), "return_answer", complaint, reason="No me gusta").status_code == 403
    assert send(signed_in(cast.beto), "return_answer", complaint).status_code == 422
    assert send(signed_in(cast.beto), "return_answer", complaint, reason="Falta la fecha.").status_code == 302

    assert "Falta la fecha." in text_of(read(signed_in(cast.ana), "answer", complaint))


def test_two_who_write_at_once_lose_nothing(cast, signed_in):
    complaint = ruled(cast)
    send(signed_in(cast.ana), "answer", complaint, text(cast, body="Borrador"))
    send(signed_in(cast.beto), "answer", complaint, text(cast, version=1, body="Lo que escribió Beto"))

    late = send(signed_in(cast.ana), "answer", complaint, text(cast, version=1, body="Lo que escribió Ana"))
    again = send(
        signed_in(cast.ana),
        "answer",
        complaint,
        text(cast, version=late.context["form"]["version"].value(), body="Los dos juntos"),
    )

    assert late.status_code == 409
    assert f"{cast.beto} cambió esta respuesta a las" in text_of(late)
    assert "Lo que escribió Beto" in text_of(late)
    assert late.context["form"]["body"].value() == "Lo que escribió Ana"
    assert again.status_code == 302
    assert message_of(complaint).body == "Los dos juntos"


def test_two_who_begin_at_once_lose_nothing(cast, signed_in):
    complaint = ruled(cast)
    send(signed_in(cast.beto), "answer", complaint, text(cast, body="Beto fue primero"))

    late = send(signed_in(cast.ana), "answer", complaint, text(cast, body="Ana empezó a la vez"))

    assert late.status_code == 409
    assert "Beto fue primero" in text_of(late)
    assert "Ana empezó a la vez" in text_of(late)


def test_a_dead_mail_can_be_changed_and_offered_again(cast, signed_in):
    complaint = offered(cast, signed_in, channel="mail", contact=cast.contact.pk)
    send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))
    OutgoingMail.objects.filter(pk=message_of(complaint).mail_id).update(
        state=MailState.DEAD, settled_at=timezone.now()
    )

    page = text_of(read(signed_in(cast.ana), "answer", complaint))
    again = send(signed_in(cast.ana), "answer", complaint, text(cast, submit="1", version=1))

    assert "no se pudo entregar" in page
    assert again.status_code == 302
    assert message_of(complaint).mail is None
    assert not message_of(complaint).approved


def test_a_mail_that_came_back_is_told_and_the_clock_runs_on(cast, signed_in):
    complaint = offered(cast, signed_in, channel="mail", contact=cast.contact.pk)
    send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))
    mail = message_of(complaint).mail
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, settled_at=timezone.now())
    answer_accepted(mail, at=timezone.now())
    outbox.bounced(mail, at=timezone.now())

    page = text_of(read(signed_in(cast.ana), "answer", complaint))
    case = text_of(signed_in(cast.ana).get(complaint.get_absolute_url()))
    again = send(signed_in(cast.ana), "answer", complaint, text(cast, submit="1", version=1))

    assert "fue devuelto" in page
    assert "el correo no llegó al cliente" in case
    assert "Corregir la respuesta" in case
    assert current_answer(complaint).sent_at is None
    assert again.status_code == 302
    assert message_of(complaint).mail is None


def test_what_left_is_not_changed(cast, signed_in):
    complaint = offered(cast, signed_in, channel="mail", contact=cast.contact.pk)
    send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))

    late = send(signed_in(cast.ana), "answer", complaint, by_mail(cast, version=1, body="Un cambio que llega tarde"))

    assert late.status_code == 409
    assert "El mensaje ya salió al cliente" in text_of(late)
    assert "Un cambio que llega tarde" in text_of(late)
    assert message_of(complaint).body == "Repondremos el producto."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"channel": "mail"}, "El contacto no tiene correo."),
        ({"channel": "fax"}, "Elija el medio."),
        ({"contact": ""}, "Elija a quién se responde."),
        ({"contact": "999999"}, "Elija un contacto del cliente."),
        ({"subject": " "}, "Escriba el asunto."),
        ({"body": ""}, "Escriba el texto de la respuesta."),
    ],
)
def test_what_is_wrong_is_said_and_the_text_is_kept(cast, signed_in, changes, sentence):
    complaint = ruled(cast)

    answer = send(signed_in(cast.ana), "answer", complaint, text(cast) | {"subject": "Mi asunto"} | changes)

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert current_answer(complaint) is None


def test_a_subject_never_carries_another_header(cast, signed_in):
    complaint = ruled(cast)

    send(signed_in(cast.ana), "answer", complaint, by_mail(cast, subject="Hola\r\nBcc: todos@example.com"))

    assert message_of(complaint).subject == "Hola Bcc: todos@example.com"


def test_before_the_dictamen_there_is_nothing_to_answer(cast, signed_in):
    complaint = channelled(cast)

    page = read(signed_in(cast.ana), "answer", complaint)
    jump = send(signed_in(cast.ana), "answer", complaint, text(cast, submit="1"))

    assert page.context["why_not"]
    assert jump.status_code == 409
    assert not CustomerMessage.objects.exists()


def test_extra_fields_neither_approve_nor_deliver(cast, signed_in):
    complaint = ruled(cast)
    extra = {"approved_by": cast.beto.pk, "approved_at": "2026-01-01", "delivered_at": "2026-01-01", "to": "x@evil.mx"}

    send(signed_in(cast.ana), "answer", complaint, by_mail(cast, **extra))

    message = message_of(complaint)
    assert (message.approved_by, message.delivered_at, message.to) == (None, None, cast.contact.email)


def test_a_delivery_is_neither_future_nor_before_the_approval(cast, signed_in):
    complaint = offered(cast, signed_in)
    send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))
    ana = signed_in(cast.ana)

    for moment in (timezone.localtime() + timedelta(days=1), timezone.localtime() - timedelta(days=1)):
        answer = send(ana, "deliver_answer", complaint, happened_at=f"{moment:%d/%m/%Y %H:%M}")
        assert answer.status_code == 422
        assert "La entrega ocurre después de la aprobación y no en el futuro." in text_of(answer)
    assert send(signed_in(cast.carla), "deliver_answer", complaint, happened_at="x").status_code == 403
    assert fresh(complaint).stage == Stage.RULED


def test_who_waits_sees_it_in_mi_dia(cast, signed_in):
    complaint = offered(cast, signed_in)

    assert "Respuestas por aprobar" in text_of(signed_in(cast.beto).get(reverse("my_day")))
    assert "Respuestas por aprobar" not in text_of(signed_in(cast.ana).get(reverse("my_day")))
    send(signed_in(cast.beto), "return_answer", complaint, reason="Falta la fecha.")
    assert "Falta la fecha." in text_of(signed_in(cast.ana).get(reverse("my_day")))
    send(signed_in(cast.ana), "answer", complaint, text(cast, version=1, submit="1"))
    send(signed_in(cast.beto), "approve_answer", complaint, version(complaint))
    assert "Aprobada; se da por teléfono" in text_of(signed_in(cast.ana).get(reverse("my_day")))


def test_a_reopened_case_is_answered_anew(cast, signed_in):
    complaint = closed(cast)
    actions.reopen(complaint, reason="Volvió a fallar", by=cast.beto, at=timezone.now())
    actions.issue_dictamen(
        fresh(complaint), upheld=False, root_cause="Otra cosa", plan="Nada", by=cast.carla, at=timezone.now()
    )

    assert "no procede" in read(signed_in(cast.ana), "answer", complaint).context["form"]["body"].value()
