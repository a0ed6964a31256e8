"""The page of the dictamen (MPC-SER-002 §5.6)."""

import pytest

from complaints.models import Matter
from complaints.stages import Stage
from complaints.tests.pages import fresh, read, send, text_of
from coordination import actions as coordination
from nervion_cases.testing.situations import channelled, complaint_at, request_of


def verdict(**other):
    return {"upheld": "yes", "manufacturing_defect": "on", "root_cause": "Pigmento caduco", "plan": "Reponer"} | other


def test_calidad_rules_on_a_technical_matter(cast, signed_in):
    complaint = channelled(cast)

    answer = send(signed_in(cast.carla), "rule", complaint, verdict())

    assert answer.url == complaint.get_absolute_url()
    dictamen = complaint.dictamenes.get()
    assert (dictamen.upheld, dictamen.manufacturing_defect, dictamen.by) == (True, True, cast.carla)
    assert fresh(complaint).stage == Stage.RULED


def test_no_procede_is_kept_as_no(cast, signed_in):
    complaint = channelled(cast)

    send(signed_in(cast.carla), "rule", complaint, {"upheld": "no", "root_cause": "Mal uso", "plan": "Explicarlo"})

    dictamen = complaint.dictamenes.get()
    assert (dictamen.upheld, dictamen.manufacturing_defect) == (False, False)


def test_the_head_of_an_area_rules_on_its_matters_and_nobody_else(cast, signed_in):
    complaint = channelled(cast, matter=Matter.LOGISTIC, areas=("almacen-pt",))

    assert send(signed_in(cast.beto), "rule", complaint, verdict()).status_code == 403
    assert send(signed_in(cast.carla), "rule", complaint, verdict()).status_code == 404
    assert send(signed_in(cast.ivan), "rule", complaint, verdict()).status_code == 404
    assert fresh(complaint).stage == Stage.CHANNELLED
    assert send(signed_in(cast.diego), "rule", complaint, verdict()).status_code == 302


def test_a_technical_matter_is_not_for_the_head_of_an_area(cast, signed_in):
    complaint = channelled(cast, areas=("calidad", "ingenieria"))

    refused = send(signed_in(cast.ivan), "rule", complaint, verdict())

    assert refused.status_code == 403
    assert "lo emite Control de Calidad" in text_of(refused)
    assert read(signed_in(cast.ana), "rule", complaint).status_code == 403
    assert send(signed_in(cast.carla), "rule", complaint, verdict()).status_code == 302


def test_it_sees_what_the_areas_answered(cast, signed_in):
    complaint = channelled(cast, areas=("calidad", "ingenieria"))
    asked = complaint.case_file.requests.get(department__code="ingenieria")
    coordination.answer(asked, action="La formulación está bien", by=cast.ivan, at=complaint.received_at)

    page = text_of(read(signed_in(cast.carla), "rule", complaint))

    assert "La formulación está bien" in page
    assert request_of(complaint).folio in page


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("upheld", "Elija si la queja procede o no."),
        ("root_cause", "Escriba la causa raíz."),
        ("plan", "Escriba el plan de acción."),
    ],
)
def test_nothing_is_ruled_without(cast, signed_in, field, sentence):
    complaint = channelled(cast)

    answer = send(signed_in(cast.carla), "rule", complaint, verdict(**{field: " "}))

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert fresh(complaint).stage == Stage.CHANNELLED


def test_a_long_text_is_refused_with_its_limit_and_kept(cast, signed_in):
    complaint = channelled(cast)

    answer = send(signed_in(cast.carla), "rule", complaint, verdict(root_cause="á" * 4001))

    assert answer.status_code == 422
    assert "Escriba como máximo 4000 caracteres (tiene 4001)." in text_of(answer)
    assert "á" * 4001 in text_of(answer)


@pytest.mark.parametrize("stage", [Stage.RULED, Stage.ANSWERED, Stage.CLOSED])
def test_a_second_dictamen_answers_409(cast, signed_in, stage):
    complaint = complaint_at(stage, cast=cast)

    answer = send(signed_in(cast.carla), "rule", complaint, verdict(root_cause="Otra causa distinta"))

    assert answer.status_code == 409
    assert "Otra causa distinta" in text_of(answer)
    assert complaint.dictamenes.count() == 1
