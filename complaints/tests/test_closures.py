"""The close (MPC-SER-002 §5.8), and what reopens, cancels or duplicates a case."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from casework.catalogue.models import Customer
from casework.people.roles import Role
from complaints import actions
from complaints.models import Acknowledgement
from complaints.stages import OVER, Stage
from complaints.tests.pages import address, fresh, read, send, text_of
from nervion_cases.testing.cast import Part, make_person
from nervion_cases.testing.situations import answered, channelled, closed, complaint_at, registered


def agreed(cast, **other):
    complaint = answered(cast, **other)
    actions.record_conformity(complaint, result="satisfied", note="Sí.", by=cast.ana, at=timezone.now())
    Acknowledgement.objects.filter(complaint=complaint, accepted_at=None).update(accepted_at=timezone.now())
    return complaint


def test_what_is_complete_is_closed_and_the_survey_leaves(cast, signed_in):
    complaint = agreed(cast, contact=cast.contact)

    page = text_of(read(signed_in(cast.ana), "close", complaint))
    answer = send(signed_in(cast.ana), "close", complaint)

    assert f"¿Cerrar el caso {complaint.folio}? El cliente recibirá la encuesta." in page
    assert answer.status_code == 302
    assert fresh(complaint).stage == Stage.CLOSED
    assert complaint.surveys.get().mail.to == cast.contact.email


def test_without_an_address_there_is_no_survey_and_the_page_says_so(cast, signed_in):
    complaint = agreed(cast)

    page = text_of(read(signed_in(cast.ana), "close", complaint))
    send(signed_in(cast.ana), "close", complaint)

    assert "no se enviará encuesta" in page
    assert "recibirá la encuesta" not in page
    assert not complaint.surveys.exists()


def test_what_is_missing_is_listed_each_with_its_link(cast, signed_in):
    complaint = channelled(cast)

    page = text_of(read(signed_in(cast.ana), "close", complaint))
    jump = send(signed_in(cast.ana), "close", complaint)

    for name in ("acknowledge", "answer", "conformity", "detail"):
        assert f'href="{address(name, complaint)}"' in page
    assert "Dictamen emitido (lo emite Calidad, o el jefe del área)" in page
    assert "Cerrar el caso</button>" not in page
    assert jump.status_code == 409
    assert fresh(complaint).stage == Stage.CHANNELLED


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.ANSWERED])
def test_no_stage_jumps_to_closed_by_a_direct_post(cast, signed_in, stage):
    complaint = complaint_at(stage, cast=cast)

    assert send(signed_in(cast.beto), "close", complaint, stage="closed").status_code == 409
    assert fresh(complaint).stage == stage


@pytest.mark.parametrize("stage", [Stage.TO_CONFIRM, Stage.REGISTERED, Stage.CHANNELLED, Stage.RULED, Stage.CANCELLED])
def test_no_stage_jumps_to_closed_by_raw_sql(cast, stage):
    complaint = complaint_at(stage, cast=cast)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complaint SET stage = 'closed', matter = 'technical' WHERE case_file_id = %s",
            [complaint.pk],
        )


def test_an_executive_closes_only_his_or_her_own(cast, signed_in):
    nora = make_person(Part("nora", "Nora", "Paz", "servicio", (Role.EXECUTIVE,)))
    complaint = agreed(cast)

    assert send(signed_in(nora), "close", complaint).status_code == 403
    assert send(signed_in(cast.carla), "close", complaint).status_code == 403
    assert fresh(complaint).stage == Stage.ANSWERED
    assert send(signed_in(cast.ana), "close", complaint).status_code == 302


def test_it_closes_once(cast, signed_in):
    complaint = agreed(cast)

    assert send(signed_in(cast.ana), "close", complaint).status_code == 302
    assert send(signed_in(cast.beto), "close", complaint).status_code == 409
    assert complaint.closures.count() == 1


def test_a_closed_case_is_reopened_in_a_new_cycle(cast, signed_in):
    complaint = closed(cast)

    assert send(signed_in(cast.elena), "reopen", complaint).status_code == 422
    assert send(signed_in(cast.carla), "reopen", complaint, reason="Falló").status_code == 403
    assert send(signed_in(cast.beto), "reopen", complaint, reason="Volvió a fallar.").status_code == 302

    now = fresh(complaint)
    assert (now.stage, now.cycle) == (Stage.CHANNELLED, 2)
    assert complaint.reopenings.get().reason == "Volvió a fallar."
    assert send(signed_in(cast.beto), "reopen", complaint, reason="Otra vez más").status_code == 409


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.CLOSED])
def test_only_what_is_closed_is_reopened(cast, signed_in, stage):
    complaint = complaint_at(stage, cast=cast)

    assert send(signed_in(cast.beto), "reopen", complaint, reason="Porque sí").status_code == 409
    assert fresh(complaint).stage == stage


def test_what_was_no_complaint_is_cancelled_with_its_reason(cast, signed_in):
    complaint = registered(cast)

    assert send(signed_in(cast.ana), "cancel", complaint, reason="No").status_code == 403
    assert send(signed_in(cast.beto), "cancel", complaint, reason="  ").status_code == 422
    assert send(signed_in(cast.beto), "cancel", complaint, reason="Era una pregunta.").status_code == 302

    assert fresh(complaint).stage == Stage.CANCELLED
    assert complaint.cancellation.reason == "Era una pregunta."


@pytest.mark.parametrize("stage", [Stage.RULED, Stage.ANSWERED, *OVER])
@pytest.mark.parametrize("name", ["cancel", "duplicate"])
def test_after_the_dictamen_nothing_is_cancelled_or_duplicated(cast, signed_in, stage, name):
    complaint = complaint_at(stage, cast=cast)
    original = registered(cast)

    data = {"reason": "Un motivo escrito", "folio": original.folio}
    assert send(signed_in(cast.beto), name, complaint, data).status_code == 409
    assert fresh(complaint).stage == stage


def test_a_duplicate_is_linked_to_the_one_chosen(cast, signed_in):
    original, complaint = registered(cast), registered(cast)

    page = text_of(read(signed_in(cast.beto), "duplicate", complaint))
    answer = send(signed_in(cast.beto), "duplicate", complaint, original=original.folio, reason="Es la misma.")

    assert original.folio in page
    assert answer.status_code == 302
    assert complaint.duplication.original == original
    assert fresh(complaint).stage == Stage.DUPLICATE
    assert fresh(original).stage == Stage.REGISTERED


def test_the_folio_may_be_typed_as_people_write_it(cast, signed_in):
    original, complaint = closed(cast), registered(cast)
    typed = original.folio.lower().replace("-", " ").replace(" 000", " ")

    assert send(signed_in(cast.beto), "duplicate", complaint, folio=typed, reason="Igual.").status_code == 302
    assert complaint.duplication.original == original


@pytest.mark.parametrize(
    ("folio", "sentence"),
    [
        ("", "Elija la queja que sigue o escriba su folio."),
        ("Q-2026-99999", "No encontramos el folio Q-2026-99999. Revise que esté completo."),
        ("CI-2026-00001", "No encontramos el folio CI-2026-00001."),
        ("' OR 1=1--", "No encontramos el folio"),
    ],
)
def test_a_folio_that_is_not_there_is_said(cast, signed_in, folio, sentence):
    complaint = registered(cast)

    answer = send(signed_in(cast.beto), "duplicate", complaint, folio=folio, reason="Un motivo que se conserva")

    assert answer.status_code == 422
    assert sentence in text_of(answer).replace("&#x27;", "'")
    assert "Un motivo que se conserva" in text_of(answer)
    assert fresh(complaint).stage == Stage.REGISTERED


def test_neither_itself_nor_a_stranger_nor_one_that_ended_is_its_original(cast, signed_in):
    complaint, ended = registered(cast), complaint_at(Stage.CANCELLED, cast=cast)
    stranger = Customer.objects.create(key="C-0202", name="Otra")
    foreign = registered(cast, customer=stranger, contact=None, at=timezone.now() - timedelta(minutes=5))
    browser = signed_in(cast.beto)

    for other, sentence in (
        (complaint, "Una queja no puede ser duplicada de sí misma."),
        (ended, "elija el caso que sigue."),
        (foreign, "es de otro cliente"),
    ):
        answer = send(browser, "duplicate", complaint, folio=other.folio, reason="Igual")
        assert answer.status_code == 422
        assert sentence in text_of(answer)
    assert fresh(complaint).stage == Stage.REGISTERED
