"""The page of a complaint: what it costs, what it says is next, what it offers to whom, and what it hides."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.people.roles import Role
from casework.records import timeline
from casework.records.models import TimelineEntry
from complaints import actions
from complaints.doors import complaint_in_full
from complaints.models import Complaint
from complaints.next_step import next_sentence
from complaints.queries import ball_is_with
from complaints.stages import OVER, Holder, Stage
from complaints.steps import PROCEDURE, step_now, steps_of
from coordination import actions as coordination
from nervion_cases.testing.situations import channelled, complaint_at, registered, request_of, ruled

PARTS = ("resumen", "evidencias", "mensajes", "historial")


def detail(complaint, part=""):
    url = reverse("complaints:detail", args=[complaint.folio])
    return f"{url}?pestana={part}" if part else url


def seen_by(person, complaint):
    """The complaint as its page has it."""
    return complaint_in_full(type(person).objects.with_roles().get(pk=person.pk), complaint.folio)


def keys(complaint, person, **wanted):
    person = type(person).objects.with_roles().get(pk=person.pk)
    steps = steps_of(complaint_in_full(person, complaint.folio), person)
    return [step.key for step in steps if all(bool(getattr(step, name)) is value for name, value in wanted.items())]


# --- Cost -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("who", ["ana", "beto", "diego", "gil"])
def test_a_case_with_forty_events_costs_twelve_queries(cast, signed_in, django_assert_max_num_queries, part, who):
    complaint = complaint_at(Stage.ANSWERED, cast=cast, matter="logistic", areas=("almacen-pt", "calidad"))
    actions.correct(
        complaint, changes={"invoice": "F-2"}, reason="Era otra.", version=1, by=cast.beto, at=timezone.now()
    )
    while TimelineEntry.objects.filter(case_file=complaint.pk).count() < 40:
        timeline.write(complaint.case_file, "request.seen", by=cast.beto, at=timezone.now())
    browser = signed_in(getattr(cast, who))
    browser.get(detail(complaint))

    with django_assert_max_num_queries(12):
        response = browser.get(detail(complaint, part))

    assert response.status_code == 200
    assert response.context["part"] == part


@pytest.mark.parametrize("part", ["", "otra", "resumen'--", "historial&que=%27", "historial&que=plazos", "../etc"])
def test_any_tab_in_the_address_is_a_page(cast, signed_in, part):
    assert signed_in(cast.ana).get(detail(registered(cast), part)).status_code == 200


# --- Who sees it ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ana", 200),
        ("beto", 200),
        ("carla", 404),
        ("diego", 200),
        ("luz", 404),
        ("elena", 200),
        ("gil", 200),
        ("fermin", 404),
        ("hugo", 404),
        ("irma", 404),
        ("julia", 200),
    ],
)
def test_a_logistic_case_of_the_warehouse_is_seen_by(cast, signed_in, who, status):
    complaint = complaint_at(Stage.CHANNELLED, cast=cast, matter="logistic", areas=("almacen-pt",))

    assert signed_in(getattr(cast, who)).get(detail(complaint)).status_code == status


def test_a_folio_that_does_not_exist_is_not_found(cast, signed_in):
    for folio in ("Q-2026-99999", "'", "9" * 300, "Q-2026-00001%20"):
        assert signed_in(cast.beto).get(f"/quejas/{folio}/").status_code == 404


def test_contact_data_are_for_whoever_speaks_with_the_customer(cast, signed_in):
    said = f"{cast.contact.name} de {cast.customer.name} dice que llegó abollado; su número es {cast.contact.phone}."
    complaint = complaint_at(
        Stage.CHANNELLED,
        cast=cast,
        contact=cast.contact,
        description=said,
        matter="logistic",
        areas=("almacen-pt",),
    )

    for who in ("ana", "beto", "elena", "julia"):
        page = signed_in(getattr(cast, who)).get(detail(complaint)).content.decode()
        assert cast.contact.email in page, who
        assert cast.contact.name in page, who
    for who in ("diego", "gil"):
        for part in PARTS:
            page = signed_in(getattr(cast, who)).get(detail(complaint, part)).content.decode()
            assert cast.contact.email not in page, who
            assert cast.contact.phone not in page, who
            assert cast.contact.name not in page, who
    assert cast.customer.name in signed_in(cast.diego).get(detail(complaint)).content.decode()
    assert cast.customer.name not in signed_in(cast.gil).get(detail(complaint)).content.decode()


# --- Whose turn -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stage", "holder"),
    [
        (Stage.TO_CONFIRM, Holder.EXECUTIVE),
        (Stage.REGISTERED, Holder.COORDINATOR),
        (Stage.CHANNELLED, Holder.DEPARTMENTS),
        (Stage.RULED, Holder.EXECUTIVE),
        (Stage.ANSWERED, Holder.EXECUTIVE),
        (Stage.CLOSED, Holder.NOBODY),
        (Stage.CANCELLED, Holder.NOBODY),
        (Stage.DUPLICATE, Holder.NOBODY),
    ],
)
def test_somebody_holds_the_ball_in_every_stage(cast, stage, holder):
    complaint = complaint_at(stage, cast=cast)

    assert ball_is_with(complaint) == holder


def test_in_investigation_the_ball_goes_from_the_areas_to_the_coordinator(cast):
    complaint = channelled(cast)
    assert ball_is_with(complaint) == Holder.DEPARTMENTS

    coordination.answer(request_of(complaint), action="Se revisó.", by=cast.carla, at=timezone.now())

    assert ball_is_with(Complaint.objects.get(pk=complaint.pk)) == Holder.COORDINATOR


def test_an_answer_that_waits_for_approval_is_with_the_coordinator(cast):
    complaint = ruled(cast)
    words = {"channel": "phone", "contact": cast.quiet, "subject": "Respuesta", "body": "Repondremos."}
    actions.draft_answer(complaint, **words, submit=True, by=cast.ana, at=timezone.now())

    assert ball_is_with(complaint) == Holder.COORDINATOR
    assert next_sentence(complaint, cast.beto) == "Le toca a usted: revisar y aprobar la respuesta al cliente."
    assert (
        next_sentence(complaint, cast.ana)
        == "Toca al coordinador de Servicio al Cliente: revisar y aprobar la respuesta al cliente."
    )


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (Stage.TO_CONFIRM, "Toca a Servicio al Cliente: confirmar si es queja o reclamación."),
        (Stage.REGISTERED, "Toca al coordinador de Servicio al Cliente: clasificar el caso y canalizarlo a un área."),
        (Stage.CHANNELLED, "Toca a Calidad: responder lo que se le pidió."),
        (Stage.RULED, "Toca a Ana López: redactar la respuesta al cliente."),
        (Stage.ANSWERED, "Toca a Ana López: preguntar al cliente si está conforme con la respuesta."),
    ],
)
def test_the_first_sentence_says_what_is_next_and_by_whom(cast, stage, sentence):
    complaint = complaint_at(stage, cast=cast)

    shown = next_sentence(complaint, cast.julia)

    acuse = "" if stage in (Stage.RULED, Stage.ANSWERED) else " Falta dar el acuse de recibo."
    assert shown == sentence.replace("Calidad", cast.carla.department.name) + acuse


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_its_page_its_sentence_and_its_step(cast, signed_in, stage):
    complaint = complaint_at(stage, cast=cast)

    response = signed_in(cast.beto).get(detail(complaint))

    assert response.status_code == 200
    assert response.context["next_sentence"].endswith(".")
    assert 0 <= step_now(complaint) <= len(PROCEDURE) + 1
    assert (step_now(complaint) == 0) is (stage in (Stage.CANCELLED, Stage.DUPLICATE))


# --- Steps ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("who", ["beto", "elena", "gil", "julia"])
def test_at_most_one_step_is_the_main_one_and_each_no_is_a_sentence(cast, stage, who):
    complaint = complaint_at(stage, cast=cast)
    person = type(cast.ana).objects.with_roles().get(pk=getattr(cast, who).pk)
    steps = steps_of(complaint_in_full(person, complaint.folio), person)

    assert sum(step.primary for step in steps) <= 1
    assert all(step.why_not.endswith(".") for step in steps if step.why_not)
    assert not any("puede pasar a" in step.why_not for step in steps)
    assert not any(step.now and step.why_not for step in steps)
    if person.has_role(Role.DIRECTION, Role.AUDITOR):
        assert steps == []


@pytest.mark.parametrize(
    ("stage", "who", "main"),
    [
        (Stage.TO_CONFIRM, "ana", "confirm"),
        (Stage.REGISTERED, "beto", "channel"),
        (Stage.REGISTERED, "ana", "acknowledge"),
        (Stage.CHANNELLED, "carla", "answer_request"),
        (Stage.RULED, "ana", "answer"),
        (Stage.ANSWERED, "ana", "conformity"),
        (Stage.CLOSED, "beto", None),
    ],
)
def test_the_main_step_is_what_the_person_should_do(cast, stage, who, main):
    complaint = complaint_at(stage, cast=cast)

    assert keys(complaint, getattr(cast, who), primary=True) == ([main] if main else [])


def test_a_step_that_must_wait_says_for_what(cast):
    complaint = channelled(cast)
    person = type(cast.ana).objects.with_roles().get(pk=cast.ana.pk)

    steps = {step.key: step for step in steps_of(complaint_in_full(person, complaint.folio), person)}

    assert steps["answer"].why_not == "Falta el dictamen (MPC-SER-002 §5.6)."
    assert steps["close"].why_not == "Falta el acuse de recibo (MPC-SER-002 §3)."
    assert "channel" not in steps
    assert "cancel" not in steps
    assert "assign" in keys(complaint, cast.beto, why_not=False)


def test_nothing_is_offered_on_what_is_over_but_reopening(cast):
    for stage in OVER:
        complaint = complaint_at(stage, cast=cast)
        allowed = keys(complaint, cast.beto, why_not=False)
        assert allowed == (["reopen"] if stage == Stage.CLOSED else []), stage


# --- Its parts --------------------------------------------------------------------------------------------------------
def test_the_history_is_told_newest_first_and_by_kind(cast, signed_in):
    complaint = complaint_at(Stage.CHANNELLED, cast=cast, at=timezone.now() - timedelta(hours=2))
    actions.acknowledge(complaint, channel="phone", text="Recibimos.", by=cast.ana, at=timezone.now())
    browser = signed_in(cast.beto)

    lines = browser.get(detail(complaint, "historial")).context["lines"]
    about_customer = browser.get(detail(complaint, "historial&que=cliente")).context["lines"]

    assert [line["at"] for line in lines] == sorted((line["at"] for line in lines), reverse=True)
    assert [line["sentence"] for line in about_customer] == ["Ana López dio el acuse de recibo por teléfono"]
    folio = request_of(complaint).folio
    assert any(line["sentence"].startswith(f"{folio}: ") for line in lines)


def test_a_correction_shows_what_it_said_before(cast, signed_in):
    complaint = registered(cast, invoice="F-1")
    actions.correct(
        complaint, changes={"invoice": "F-2"}, reason="Era otra.", version=1, by=cast.ana, at=timezone.now()
    )

    page = signed_in(cast.ana).get(detail(complaint)).content.decode()

    assert "<del>F-1</del>" in page
    assert "Era otra." in page


def test_a_corrected_contact_is_personal_data(cast, signed_in):
    complaint = complaint_at(Stage.CHANNELLED, cast=cast, matter="logistic", areas=("almacen-pt",))
    actions.correct(
        complaint, changes={"contact": cast.contact}, reason="Habló ella.", version=1, by=cast.ana, at=timezone.now()
    )

    assert cast.contact.name in signed_in(cast.ana).get(detail(complaint)).content.decode()
    assert cast.contact.name not in signed_in(cast.diego).get(detail(complaint)).content.decode()


def test_a_request_links_to_its_page_only_for_whoever_may_open_it(cast, signed_in):
    complaint = complaint_at(Stage.CHANNELLED, cast=cast, matter="logistic", areas=("almacen-pt", "calidad"))
    first = request_of(complaint)
    url = reverse("coordination:detail", args=[first.folio])

    assert url in signed_in(cast.diego).get(detail(complaint)).content.decode()
    assert url not in signed_in(cast.carla).get(detail(complaint)).content.decode()
    assert first.folio in signed_in(cast.carla).get(detail(complaint)).content.decode()


def test_duplicates_point_at_each_other(cast, signed_in):
    complaint = complaint_at(Stage.DUPLICATE, cast=cast)
    original = complaint.duplication.original
    browser = signed_in(cast.beto)

    assert original.get_absolute_url() in browser.get(detail(complaint)).content.decode()
    assert complaint.get_absolute_url() in browser.get(detail(original)).content.decode()


def test_markup_in_what_a_customer_said_is_shown_as_text(cast, signed_in):
    complaint = registered(cast, description="<script>alert(1)</script>")

    page = signed_in(cast.ana).get(detail(complaint)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_in_investigation_the_sentence_follows_the_requests(cast):
    complaint, at = channelled(cast), timezone.now()
    request = request_of(complaint)
    beto = type(cast.beto).objects.with_roles().get(pk=cast.beto.pk)

    def now():
        seen = complaint_in_full(beto, complaint.folio)
        return step_now(seen), next_sentence(seen, beto).replace(" Falta dar el acuse de recibo.", "")

    coordination.reroute(request, reason="No es nuestro.", suggested=None, by=cast.carla, at=at)
    assert now() == (4, f"Le toca a usted: elegir el área que debe atender {request.folio}.")
    assert keys(complaint, cast.beto, primary=True) == ["assign_request"]

    coordination.assign(request, department=cast.carla.department, by=cast.beto, at=at)
    assert now() == (5, f"Toca a {cast.carla.department}: responder lo que se le pidió.")

    coordination.answer(request, action="Se revisó.", by=cast.carla, at=at)
    assert now()[0] == 5
    assert now()[1].startswith("Le toca a usted: verificar lo que las áreas respondieron")
    assert keys(complaint, cast.beto, primary=True) == ["verify"]

    coordination.accept(request, by=cast.beto, at=at)
    assert now() == (6, "Le toca a usted: ver que se emita el dictamen, que corresponde a Control de Calidad.")
    assert keys(complaint, cast.carla, primary=True) == ["rule"]


def test_a_new_cycle_begins_by_asking_the_areas_again(cast):
    complaint = complaint_at(Stage.CLOSED, cast=cast, at=timezone.now() - timedelta(days=1))
    actions.reopen(complaint, reason="Volvió a fallar.", by=cast.beto, at=timezone.now())

    seen = seen_by(cast.beto, complaint)

    assert step_now(seen) == 4
    assert next_sentence(seen, cast.beto) == "Le toca a usted: pedir a las áreas que lo investiguen otra vez."
    assert keys(complaint, cast.beto, primary=True) == ["more_areas"]
