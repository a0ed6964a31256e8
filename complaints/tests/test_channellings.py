"""The coordinator's triage on one screen (MPC-SER-002 §5.3, §5.4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from casework.records import evidence as evidence_room
from casework.records.tests import files
from complaints.models import Reason
from complaints.stages import Stage
from complaints.tests.pages import address, fresh, read, send, text_of
from coordination.models import CoordinationRequest
from nervion_cases.testing.situations import area, channelled, complaint_at, registered


def triage(cast, **other):
    return {
        "matter": "technical",
        "severity": "medium",
        "responsible": cast.ana.pk,
        "departments": [area("calidad").pk],
        "question": "¿Qué pasó con el lote?",
    } | other


def areas_of(complaint):
    return sorted(CoordinationRequest.objects.filter(about=complaint.pk).values_list("department__code", flat=True))


def test_one_post_analyses_entrusts_and_channels(cast, signed_in):
    complaint = registered(cast)

    answer = send(signed_in(cast.beto), "channel", complaint, triage(cast))

    assert answer.url == complaint.get_absolute_url()
    now = fresh(complaint)
    assert (now.stage, now.matter, now.severity) == (Stage.CHANNELLED, "technical", "medium")
    assert now.case_file.responsible == cast.ana
    assert areas_of(complaint) == ["calidad"]


def test_everything_is_proposed_so_that_one_click_is_enough(cast, signed_in):
    complaint = registered(cast, reason=Reason.DELIVERY)

    page = read(signed_in(cast.beto), "channel", complaint)
    proposed = {name: page.context["form"][name].value() for name in ("matter", "severity", "responsible", "question")}
    ticked = [box.department.code for group in page.context["groups"] for box in group.areas if box.checked]
    answer = send(signed_in(cast.beto), "channel", complaint, proposed)  # without JavaScript and with no box ticked

    assert proposed["matter"] == "logistic"
    assert complaint.product.name in proposed["question"]
    assert ticked
    assert answer.status_code == 302
    assert areas_of(complaint) == sorted(ticked)


def test_asignar_y_siguiente_goes_to_the_next_and_counts(cast, signed_in):
    at = timezone.now() - timedelta(hours=3)
    first, second, third = (registered(cast, at=at + timedelta(hours=n)) for n in range(3))
    browser = signed_in(cast.beto)

    page = read(browser, "channel", first)
    one = browser.post(address("channel", first) + page.context["round"], triage(cast, next="1"))
    two = browser.get(one.url)
    after_two = browser.post(one.url, triage(cast, next="1"))
    after_three = browser.post(after_two.url, triage(cast, next="1"))

    assert "1 de 3" in text_of(page)
    assert one.url.startswith(address("channel", second))
    assert "2 de 3" in text_of(two)
    assert after_two.url.startswith(address("channel", third))
    assert after_three.url == reverse("complaints:triage")
    assert "No hay quejas por clasificar" in text_of(browser.get(after_three.url))


@pytest.mark.parametrize("query", ["va=9&de=3", "va=-1&de=x", "va=²&de=3", "va=99999999999&de=3"])
def test_a_count_in_the_address_is_never_believed_beyond_sense(cast, signed_in, query):
    complaint = registered(cast)

    assert "1 de 1" in text_of(signed_in(cast.beto).get(f"{address('channel', complaint)}?{query}"))


def test_the_queue_shows_the_first_with_its_form_and_the_others_in_order(cast, signed_in):
    at = timezone.now() - timedelta(hours=3)
    first = registered(cast, at=at, description="Llegó sin tapa")
    registered(cast, at=at + timedelta(hours=1), description="Huele a quemado")

    page = signed_in(cast.beto).get(reverse("complaints:triage"))

    assert f'action="{address("channel", first)}"' in text_of(page)
    assert "Llegó sin tapa" in text_of(page)
    assert "Huele a quemado" in text_of(page)


def test_the_queue_asks_the_database_the_same_however_many_wait(cast, signed_in, django_assert_max_num_queries):
    for _ in range(3):
        photo = evidence_room.receive(files.upload(files.jpeg(), "cubeta.jpg"), by=cast.ana, at=timezone.now())
        registered(cast, evidence=[photo.pk])
    browser = signed_in(cast.beto)
    browser.get(reverse("complaints:triage"))

    with django_assert_max_num_queries(24):
        page = text_of(browser.get(reverse("complaints:triage")))

    assert page.count("miniatura") == 3


def test_an_area_outside_the_route_needs_its_reason(cast, signed_in):
    complaint = registered(cast)
    data = triage(cast, departments=[area("compras").pk])
    browser = signed_in(cast.beto)

    without = send(browser, "channel", complaint, data)

    assert without.status_code == 422
    assert "Un área fuera de la ruta de MPC-SER-002 §5.4 necesita un motivo." in text_of(without)
    assert "¿Qué pasó con el lote?" in text_of(without)
    assert [box.department.code for group in without.context["groups"] for box in group.areas if box.checked] == [
        "compras"
    ]
    assert send(browser, "channel", complaint, data, override_reason="Fue la materia prima.").status_code == 302
    assert areas_of(complaint) == ["compras"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("matter", "", "Elija si es técnico, logístico o administrativo."),
        ("matter", "mágico", "Elija si es técnico, logístico o administrativo."),
        ("severity", "", "Elija la gravedad."),
        ("responsible", "", "Elija quién es responsable."),
        ("responsible", "999999", "Elija a una persona de la lista."),
        ("question", "", "Escriba qué se les pide a las áreas."),
        ("urgent_hours", "0", "Una urgencia se atiende entre 1 y 48 horas."),
        ("urgent_hours", "49", "Una urgencia se atiende entre 1 y 48 horas."),
        ("urgent_hours", "1e400", "Escriba las horas con números, de 1 a 48."),
        ("departments", ["x"], "Elija áreas de la lista."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_channelled(cast, signed_in, field, value, sentence):
    complaint = registered(cast)

    answer = send(signed_in(cast.beto), "channel", complaint, triage(cast, **{field: value}))

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert fresh(complaint).stage == Stage.REGISTERED


def test_an_auditor_or_an_administrator_is_never_made_responsible(cast, signed_in):
    complaint = registered(cast)
    browser = signed_in(cast.beto)

    assert send(browser, "channel", complaint, triage(cast, responsible=cast.irma.pk)).status_code == 422
    assert send(browser, "channel", complaint, triage(cast, responsible=cast.julia.pk)).status_code == 422
    assert send(browser, "channel", complaint, triage(cast, responsible=cast.ana.pk)).status_code == 302


def test_only_the_coordinator_and_direccion_comercial_triage(cast, signed_in):
    complaint = registered(cast)

    assert send(signed_in(cast.ana), "channel", complaint, triage(cast)).status_code == 403
    assert read(signed_in(cast.ana), "channel", complaint).status_code == 403
    assert signed_in(cast.ana).get(reverse("complaints:triage")).status_code == 403
    assert send(signed_in(cast.diego), "channel", complaint, triage(cast)).status_code == 404
    assert fresh(complaint).stage == Stage.REGISTERED
    assert send(signed_in(cast.elena), "channel", complaint, triage(cast)).status_code == 302


@pytest.mark.parametrize("stage", [Stage.TO_CONFIRM, Stage.RULED, Stage.ANSWERED, Stage.CLOSED, Stage.CANCELLED])
def test_a_case_that_is_elsewhere_answers_409(cast, signed_in, stage):
    complaint = complaint_at(stage, cast=cast)

    answer = send(signed_in(cast.beto), "channel", complaint, triage(cast, question="Un texto que no se pierde"))

    assert answer.status_code == 409
    assert "Un texto que no se pierde" in text_of(answer)
    assert fresh(complaint).stage == stage


def test_the_database_refuses_a_jump_as_well(cast):
    complaint = registered(cast)

    with pytest.raises(IntegrityError, match="no puede pasar"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complaint SET stage = 'closed', matter = 'technical' WHERE case_file_id = %s",
            [complaint.pk],
        )


def test_back_to_the_analysis_withdraws_what_the_areas_owe(cast, signed_in):
    complaint = channelled(cast)
    browser = signed_in(cast.beto)

    assert send(browser, "triage_again", complaint).status_code == 422
    answer = send(browser, "triage_again", complaint, reason="Era logístico.")

    assert answer.url == address("channel", complaint)
    assert fresh(complaint).stage == Stage.REGISTERED
    assert CoordinationRequest.objects.get(about=complaint.pk).stage == "withdrawn"


def test_investigating_again_opens_a_cycle_and_asks_for_areas(cast, signed_in):
    complaint = complaint_at(Stage.RULED, cast=cast)

    assert send(signed_in(cast.carla), "investigate_again", complaint, reason="No basta").status_code == 403
    answer = send(signed_in(cast.beto), "investigate_again", complaint, reason="El dictamen no explica el olor.")

    assert answer.url == address("channel", complaint)
    now = fresh(complaint)
    assert (now.stage, now.cycle) == (Stage.CHANNELLED, 2)
    assert send(signed_in(cast.beto), "investigate_again", complaint, reason="Otra vez").status_code == 409


def test_another_responsible_is_designated(cast, signed_in):
    complaint = registered(cast)

    assert send(signed_in(cast.ana), "assign", complaint, person=cast.ana.pk).status_code == 403
    assert send(signed_in(cast.beto), "assign", complaint, person=cast.elena.pk).status_code == 302
    assert fresh(complaint).case_file.responsible == cast.elena
    assert send(signed_in(cast.beto), "assign", complaint, person="").status_code == 422


def test_nobody_is_designated_for_a_case_that_is_over(cast, signed_in):
    complaint = complaint_at(Stage.CLOSED, cast=cast)
    before = complaint.case_file.responsible

    assert send(signed_in(cast.beto), "assign", complaint, person=cast.elena.pk).status_code == 409
    assert fresh(complaint).case_file.responsible == before
