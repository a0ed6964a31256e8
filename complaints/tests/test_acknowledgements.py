"""The page of the acuse (MPC-SER-002 §3)."""

from datetime import timedelta

from django.utils import timezone

from casework.deadlines.models import PromiseKey
from complaints import letters
from complaints.models import Acknowledgement
from complaints.stages import Stage
from complaints.tests.pages import fresh, read, send, text_of
from nervion_cases.testing.situations import complaint_at, registered


def spoken(at, **other):
    return {"channel": "phone", "text": "Le dije que lo recibimos.", "happened_at": f"{at:%d/%m/%Y %H:%M}"} | other


def promise_of(complaint):
    return complaint.case_file.deadlines.get(key=PromiseKey.ACKNOWLEDGEMENT)


def test_an_acuse_by_telephone_is_recorded_with_what_was_said_and_when(cast, signed_in):
    complaint = registered(cast, at=timezone.now() - timedelta(hours=2))

    answer = send(signed_in(cast.ana), "acknowledge", complaint, spoken(timezone.localtime()))

    assert answer.status_code == 302
    given = complaint.acknowledgements.get()
    assert (given.text, given.by) == ("Le dije que lo recibimos.", cast.ana)
    assert promise_of(complaint).met_at == given.accepted_at


def test_the_minute_of_the_reception_itself_is_not_before_it(cast, signed_in):
    complaint = registered(cast)

    answer = send(signed_in(cast.ana), "acknowledge", complaint, spoken(timezone.localtime(complaint.received_at)))

    assert answer.status_code == 302


def test_by_mail_the_page_shows_the_exact_text_that_leaves(cast, signed_in):
    complaint = registered(cast, contact=cast.contact)
    first = complaint.acknowledgements.get()
    Acknowledgement.objects.filter(pk=first.pk).update(failed_at=timezone.now())

    page = read(signed_in(cast.ana), "acknowledge", complaint)
    answer = send(signed_in(cast.ana), "acknowledge", complaint, channel="mail")

    assert page.context["letter"] == letters.acknowledgement_text(complaint)
    assert "no se pudo entregar" in text_of(page)
    assert answer.status_code == 302
    second = complaint.acknowledgements.get(failed_at=None)
    assert second.mail.body.strip() == page.context["letter"].strip()
    assert promise_of(complaint).met_at is None  # until the server takes it


def test_without_an_address_the_letter_is_refused_in_words(cast, signed_in):
    complaint = registered(cast)

    answer = send(signed_in(cast.ana), "acknowledge", complaint, channel="mail")

    assert answer.status_code == 422
    assert "El contacto no tiene correo" in text_of(answer)
    assert not complaint.acknowledgements.exists()


def test_what_is_missing_or_impossible_keeps_what_was_typed(cast, signed_in):
    complaint = registered(cast)
    browser = signed_in(cast.ana)

    empty = send(browser, "acknowledge", complaint, spoken(timezone.localtime(), text="", happened_at=""))
    odd = send(browser, "acknowledge", complaint, spoken(timezone.localtime(), happened_at="31/02/2026 10:00"))
    future = send(browser, "acknowledge", complaint, spoken(timezone.localtime() + timedelta(days=1)))
    early = send(browser, "acknowledge", complaint, spoken(timezone.localtime() - timedelta(days=1)))

    for answer, sentence in (
        (empty, "Escriba lo que se le dijo al cliente."),
        (empty, "Escriba cuándo se le dijo."),
        (odd, "Escriba la fecha y la hora como 21/11/2026 16:05."),
        (future, "La fecha del acuse no puede ser futura."),
        (early, "El acuse no puede ser anterior a la recepción de la queja."),
    ):
        assert answer.status_code == 422
        assert sentence in text_of(answer)
    assert "Le dije que lo recibimos." in text_of(future)
    assert not complaint.acknowledgements.exists()


def test_a_second_acuse_answers_409_and_gives_back_what_was_typed(cast, signed_in):
    complaint = registered(cast, at=timezone.now() - timedelta(hours=1))
    browser = signed_in(cast.ana)
    assert send(browser, "acknowledge", complaint, spoken(timezone.localtime())).status_code == 302

    again = send(browser, "acknowledge", complaint, spoken(timezone.localtime(), text="Se lo repetí hoy mismo."))

    assert again.status_code == 409
    assert "Esta queja ya tiene acuse de recibo." in text_of(again)
    assert "Se lo repetí hoy mismo." in text_of(again)
    assert complaint.acknowledgements.count() == 1


def test_only_servicio_al_cliente_gives_it(cast, signed_in):
    complaint = registered(cast)
    data = spoken(timezone.localtime())

    assert send(signed_in(cast.elena), "acknowledge", complaint, data).status_code == 403
    assert send(signed_in(cast.fermin), "acknowledge", complaint, data).status_code == 404
    assert not complaint.acknowledgements.exists()
    assert send(signed_in(cast.beto), "acknowledge", complaint, data).status_code == 302


def test_extra_fields_are_ignored(cast, signed_in):
    complaint = registered(cast, at=timezone.now() - timedelta(hours=1))
    extra = {"stage": "closed", "by": cast.beto.pk, "accepted_at": "2020-01-01", "complaint": 999, "is_staff": "1"}

    send(signed_in(cast.ana), "acknowledge", complaint, spoken(timezone.localtime(), **extra))

    assert fresh(complaint).stage == Stage.REGISTERED
    assert complaint.acknowledgements.get().by == cast.ana


def test_reading_the_page_writes_nothing(cast, signed_in):
    complaint = complaint_at(Stage.REGISTERED, cast=cast)
    for method in ("get", "head", "options"):
        getattr(signed_in(cast.ana), method)(f"/quejas/{complaint.folio}/acuse/", {"channel": "phone", "text": "x"})

    assert not complaint.acknowledgements.exists()
