"""The screens of a request between departments (flow B): each verb, and each no with what was typed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from casework.records.tests.files import jpeg, upload
from coordination import actions
from coordination.models import CoordinationRequest
from coordination.stages import Stage
from nervion_cases.testing.situations import area, channelled, request_of

pytestmark = pytest.mark.django_db

TYPED = "Revisamos el lote & <b>repusimos</b> doce cubetas «en Puebla»."


def of_the_warehouse(cast, **other):
    """A request to Almacén PT about a complaint that Beto channelled."""
    return request_of(channelled(cast, matter="logistic", areas=("almacen-pt",), **other))


def fresh(request):
    return CoordinationRequest.objects.select_related("case_file", "department").get(pk=request.pk)


def address(name, request, *more):
    return reverse(f"coordination:{name}", args=[request.folio, *more])


def send(browser, name, request, data, *more):
    return browser.post(address(name, request, *more), data)


def answered(cast):
    request = of_the_warehouse(cast)
    actions.answer(request, action=TYPED, by=cast.diego, at=timezone.now())
    return request


# --- The area ---------------------------------------------------------------------------------------------------------
def test_one_page_says_everything_and_has_three_buttons(cast, signed_in):
    request = of_the_warehouse(cast)

    page = signed_in(cast.diego).get(request.get_absolute_url())

    text = page.content.decode()
    assert request.question in text
    assert request.about.complaint.description in text
    assert [step.label for step in page.context["steps"]] == [
        "Responder",
        "Necesito más información",
        "No corresponde a mi área",
    ]
    assert page.context["next_sentence"] == "Le toca a usted: responder lo que se pide."
    assert address("seen", request) in text


def test_it_costs_the_same_however_much_was_said(cast, signed_in, django_assert_max_num_queries):
    request, at = of_the_warehouse(cast), timezone.now()
    for number in range(3):
        actions.ask_for_information(request, question=f"¿{number}?", by=cast.diego, at=at)
        actions.answer(request, action=f"Acción {number}", by=cast.diego, at=at)
        actions.return_for_rework(request, reason="Falta.", by=cast.beto, at=at + timedelta(seconds=number))
    browser = signed_in(cast.diego)
    browser.get(request.get_absolute_url())

    with django_assert_max_num_queries(14):
        browser.get(request.get_absolute_url())


def test_looking_is_recorded_without_a_click(cast, signed_in):
    request = of_the_warehouse(cast)
    browser = signed_in(cast.diego)

    assert browser.post(address("seen", request)).status_code == 204
    first = fresh(request).first_seen_at
    assert browser.post(address("seen", request)).status_code == 204

    assert first
    assert fresh(request).first_seen_at == first
    assert address("seen", request) not in browser.get(request.get_absolute_url()).content.decode()


def test_an_answer_with_its_photograph_leads_to_the_next_that_one_owes(cast, signed_in):
    following, request = of_the_warehouse(cast), of_the_warehouse(cast)
    tomorrow = timezone.localdate() + timedelta(days=1)

    response = signed_in(cast.diego).post(
        address("answer", request),
        {"action": TYPED, "cause": "Golpe", "commits_on": f"{tomorrow:%d/%m/%Y}", "files": upload(jpeg())},
        follow=True,
    )

    given = request.answers.get()
    assert (given.action, given.cause, given.commits_on, given.by) == (TYPED, "Golpe", tomorrow, cast.diego)
    assert request.about.evidence.count() == 1
    assert response.redirect_chain[-1][0] == following.get_absolute_url()
    assert "Le queda 1 por responder." in response.content.decode()


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"action": "  "}, "action", "Escriba qué se hizo"),
        ({"action": "x" * 4001}, "action", "4000"),
        ({"cause": "x" * 301}, "cause", "300"),
        ({"commits_on": "30/02/2027"}, "commits_on", "Escriba la fecha como dd/mm/aaaa."),
        ({"commits_on": "01/01/0001"}, "commits_on", "no puede ser anterior a hoy"),
        ({"commits_on": "9999-12-31"}, "commits_on", "demasiado lejos"),
        ({"commits_on": "31/12/9999"}, "commits_on", "demasiado lejos"),
        ({"commits_on": "2026-01-01T00:00:00+25:00"}, "commits_on", "Escriba la fecha como dd/mm/aaaa."),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_and_what_was_typed_is_kept(cast, signed_in, changed, field, sentence):
    request = of_the_warehouse(cast)

    response = send(
        signed_in(cast.diego),
        "answer",
        request,
        {"action": TYPED, "cause": "Golpe <i>", "files": upload(jpeg())} | changed,
    )

    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    text = response.content.decode()
    for name, kept in {"action": TYPED, "cause": "Golpe <i>"}.items():
        assert name in changed or escape(kept) in text
    assert len(response.context["evidence"].ids) == 1
    assert not request.answers.exists()


def test_an_answer_too_late_keeps_what_was_typed(cast, signed_in):
    request = answered(cast)

    response = send(signed_in(cast.diego), "answer", request, {"action": "Otra <cosa> que escribí"})

    assert response.status_code == 409
    text = response.content.decode()
    assert "«Respondida» no puede pasar a «Respondida»" in text
    assert escape("Otra <cosa> que escribí") in text
    assert request.answers.count() == 1


def test_fields_that_the_form_does_not_ask_are_ignored(cast, signed_in):
    request = of_the_warehouse(cast)
    extra = {
        "stage": "accepted",
        "department": area("calidad").pk,
        "responsible": cast.ana.pk,
        "by": cast.beto.pk,
        "at": "2020-01-01",
        "accepted": "1",
        "due_at": "2030-01-01",
        "is_staff": "1",
        "aceptar": "1",
    }

    send(signed_in(cast.diego), "answer", request, {"action": TYPED} | extra)

    now = fresh(request)
    assert (now.stage, now.department.code, now.case_file.responsible) == (Stage.ANSWERED, "almacen-pt", cast.diego)
    given = request.answers.get()
    assert given.by == cast.diego
    assert given.at.year == timezone.now().year
    assert now.case_file.deadlines.get().due_at.year < 2030
    cast.diego.refresh_from_db()
    assert not cast.diego.is_staff


def test_a_question_is_asked_and_answered(cast, signed_in):
    request = of_the_warehouse(cast)

    asked = send(signed_in(cast.diego), "ask_more", request, {"question": TYPED})
    question = request.questions.get()
    page = signed_in(cast.ana).get(address("reply", request, question.pk))
    replied = send(signed_in(cast.ana), "reply", request, {"reply": "Doce."}, question.pk)
    again = send(signed_in(cast.beto), "reply", request, {"reply": "Trece, creo."}, question.pk)

    assert asked.status_code == replied.status_code == 302
    assert escape(TYPED) in page.content.decode()
    assert "Doce." in signed_in(cast.diego).get(request.get_absolute_url()).content.decode()
    assert again.status_code == 409
    assert "Ana López ya respondió" in again.content.decode()
    assert "Trece, creo." in again.content.decode()


@pytest.mark.parametrize(("name", "field"), [("ask_more", "question"), ("reroute", "reason")])
def test_a_step_of_the_area_needs_its_words_and_its_moment(cast, signed_in, name, field):
    request, browser = of_the_warehouse(cast), signed_in(cast.diego)

    assert send(browser, name, request, {field: " "}).status_code == 422
    assert send(browser, name, request, {field: "x" * 2001}).status_code == 422
    actions.answer(request, action=TYPED, by=cast.diego, at=timezone.now())
    late = send(browser, name, request, {field: "Lo que yo quería saber"})
    assert late.status_code == 409
    assert "Lo que yo quería saber" in late.content.decode()


def test_a_question_of_another_request_is_not_found(cast, signed_in):
    request, other = of_the_warehouse(cast), of_the_warehouse(cast)
    asked = actions.ask_for_information(other, question="¿?", by=cast.diego, at=timezone.now())
    browser = signed_in(cast.beto)

    for number in (asked.pk, 0, 10**49):
        assert browser.get(address("reply", request, number)).status_code == 404
        assert send(browser, "reply", request, {"reply": "Doce."}, number).status_code == 404


def test_sent_back_and_on_twice_the_coordinator_reads_why(cast, signed_in):
    request, beto = of_the_warehouse(cast), signed_in(cast.beto)

    back = send(signed_in(cast.diego), "reroute", request, {"reason": TYPED, "suggested": area("calidad").pk})
    page = beto.get(request.get_absolute_url())
    assert back.status_code == 302
    assert fresh(request).stage == Stage.ASKED
    assert escape(TYPED) in page.content.decode()
    assert "Sugirió Calidad" in page.content.decode()
    assert send(beto, "assign", request, {"department": area("calidad").pk}).status_code == 302
    assert send(signed_in(cast.carla), "reroute", request, {"reason": "Tampoco."}).status_code == 302
    assert send(beto, "assign", request, {"department": area("ingenieria").pk}).status_code == 302

    assert fresh(request).case_file.responsible == cast.ivan
    assert request.legs.count() == 3
    assert "Tampoco." in beto.get(request.get_absolute_url()).content.decode()
    assert signed_in(cast.diego).get(address("answer", request)).status_code == 403


def test_ones_own_area_cannot_be_suggested(cast, signed_in):
    request = of_the_warehouse(cast)
    response = send(
        signed_in(cast.diego), "reroute", request, {"reason": "No es nuestro", "suggested": area("almacen-pt").pk}
    )
    assert response.status_code == 422
    assert "No es nuestro" in response.content.decode()


def test_it_is_handed_over_to_somebody_of_the_area(cast, signed_in):
    request, diego = of_the_warehouse(cast), signed_in(cast.diego)

    other = send(diego, "hand_over", request, {"person": cast.ivan.pk})
    done = diego.post(address("hand_over", request), {"person": cast.luz.pk}, follow=True)

    assert other.status_code == 422
    assert "a cargo de Luz Mora" in done.content.decode()
    assert send(signed_in(cast.luz), "answer", request, {"action": TYPED}).status_code == 302
    assert send(diego, "hand_over", request, {"person": cast.luz.pk}).status_code == 409


# --- The coordinator --------------------------------------------------------------------------------------------------
def test_an_answer_is_read_and_accepted_with_one_button(cast, signed_in):
    request, beto = answered(cast), signed_in(cast.beto)

    page = beto.get(address("verify", request)).content.decode()
    accepted = send(beto, "verify", request, {"aceptar": "1"})
    again = send(beto, "verify", request, {"aceptar": "1"})

    assert escape(TYPED) in page
    assert 'name="aceptar"' in page
    assert accepted.status_code == 302
    assert fresh(request).stage == Stage.ACCEPTED
    assert again.status_code == 409
    assert "No se puede aceptar" in again.content.decode()


def test_an_answer_is_returned_with_what_is_missing(cast, signed_in):
    request, beto = answered(cast), signed_in(cast.beto)

    assert send(beto, "verify", request, {"reason": "\n "}).status_code == 422
    assert send(beto, "verify", request, {"reason": "Falta la <foto>."}).status_code == 302
    again = send(beto, "verify", request, {"reason": "Falta también otra."})

    assert fresh(request).stage == Stage.ASSIGNED
    assert escape("Falta la <foto>.") in signed_in(cast.diego).get(request.get_absolute_url()).content.decode()
    assert again.status_code == 409
    assert "Falta también otra." in again.content.decode()


def test_what_has_an_area_is_not_assigned_again(cast, signed_in):
    request = of_the_warehouse(cast)
    response = send(signed_in(cast.beto), "assign", request, {"department": area("calidad").pk})
    assert response.status_code == 409
    assert "ya tiene área" in response.content.decode()
    assert fresh(request).department.code == "almacen-pt"


def test_an_area_without_a_head_is_said(cast, signed_in):
    request = of_the_warehouse(cast)
    actions.reroute(request, reason="No.", by=cast.diego, at=timezone.now())

    response = send(signed_in(cast.beto), "assign", request, {"department": area("transporte").pk})

    assert response.status_code == 422
    assert "no tiene jefe" in response.content.decode()
    for odd in ("", "x", "9" * 50, "-1"):
        assert send(signed_in(cast.beto), "assign", request, {"department": odd}).status_code == 422


# --- Who --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["answer", "ask_more", "reroute", "hand_over", "assign", "verify", "seen", "detail"])
def test_what_one_may_not_see_does_not_exist(cast, signed_in, name):
    request, browser = of_the_warehouse(cast), signed_in(cast.fermin)
    if name != "seen":
        assert browser.get(address(name, request)).status_code == 404
    if name != "detail":
        assert send(browser, name, request, {"action": TYPED, "reason": TYPED}).status_code == 404
    assert fresh(request).stage == Stage.ASSIGNED


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("ana", "answer"),
        ("beto", "answer"),
        ("beto", "ask_more"),
        ("beto", "reroute"),
        ("diego", "assign"),
        ("diego", "verify"),
        ("ana", "hand_over"),
        ("julia", "answer"),
        ("gil", "verify"),
    ],
)
def test_what_ones_post_does_not_allow_is_refused(cast, signed_in, who, name):
    request, browser = answered(cast), signed_in(getattr(cast, who))
    for response in (browser.get(address(name, request)), send(browser, name, request, {"aceptar": "1"})):
        assert response.status_code == 403
    assert fresh(request).stage == Stage.ANSWERED


def test_a_role_taken_away_holds_from_the_next_request(cast, signed_in):
    request, browser = of_the_warehouse(cast), signed_in(cast.diego)
    assert browser.get(address("answer", request)).status_code == 200

    cast.diego.groups.clear()
    refused = send(browser, "answer", request, {"action": TYPED})
    cast.diego.is_active = False
    cast.diego.save()
    out = send(browser, "answer", request, {"action": TYPED})

    assert refused.status_code in (403, 404)
    assert out.status_code == 302
    assert out.url.startswith(reverse("account_login"))
    assert not request.answers.exists()


@pytest.mark.parametrize("folio", ["CI-2026-99999", "Q-2026-00001", "' OR 1=1--", "%", "9" * 5000, "ñ🎨", "../../etc"])
def test_a_folio_that_is_not_there_is_not_found(cast, signed_in, folio):
    of_the_warehouse(cast)
    assert signed_in(cast.beto).get(f"/solicitudes/{folio}/").status_code == 404
