"""A complaint from the telephone to the close, lived by the people of the demo in their browsers."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from nervion_cases.testing.browser import jobs, photographs
from nervion_cases.testing.browser.postbox import link_in, text_of
from nervion_cases.testing.browser.story import facts, requests_of, running, timeline_of, told_in_order, wait_until

pytestmark = pytest.mark.xdist_group("browser")

DESCRIPTION = "La cubeta llegó cortada y el color no es el blanco que se pidió"
ANSWER = "Repondremos las cubetas el lunes.\nGracias por avisarnos."


THREE_BUTTONS = ["Responder", "Necesito más información", "No corresponde a mi área"]
TOLD = [
    "Mariana Solís registró la queja recibida por correo",
    "El servidor de correo del cliente aceptó el acuse de recibo",
    "Roberto Aguirre la clasificó como asunto técnico",
    "Roberto Aguirre la canalizó a",
    "Patricia Núñez emitió el dictamen: procede",
    "Mariana Solís redactó la respuesta al cliente",
    "Roberto Aguirre aprobó la respuesta al cliente",
    "La respuesta salió al cliente por correo",
    "Mariana Solís registró la conformidad del cliente: conforme",
    "Mariana Solís cerró el caso",
    "El cliente respondió la encuesta: 4 de 5",
]


def test_four_people_live_a_complaint_through_to_its_close(data, visitor, tmp_path):
    from complaints.stages import Stage

    executive, coordinator, quality = visitor("ejecutivo"), visitor("coordinador"), visitor("calidad")

    # The executive registers it, with two photographs as a telephone makes them
    photos = [photographs.jpeg(tmp_path), photographs.heic(tmp_path)]
    with jobs.measured("registrar una queja con dos fotografías"):
        folio = jobs.register(executive, description=DESCRIPTION, files=photos)
    complaint = facts(folio)
    assert complaint.lote_text == "l26 0117-a"

    # The acuse is met when the mail server took it, and not before
    acuse = data.post.wait_for(jobs.ADDRESS, folio)
    assert folio in text_of(acuse)
    wait_until(lambda: running(complaint, "acknowledgement").met_at)
    given = complaint.acknowledgements.get()
    assert running(complaint, "acknowledgement").met_at == given.accepted_at
    assert given.accepted_at > given.at

    # The shown copies stand upright and say nothing of the place
    executive.go(f"/quejas/{folio}/?pestana=evidencias")
    shown = executive.page.locator("#archivos").locator("xpath=ancestor::section").locator("img")
    assert shown.count() == 2
    for picture in shown.all():
        for address in {picture.get_attribute("src"), picture.locator("xpath=ancestor::a").get_attribute("href")}:
            answer = executive.context.request.get(address)
            photographs.upright_and_anonymous(Image.open(io.BytesIO(answer.body())))

    # The coordinator channels it
    with jobs.measured("clasificar y canalizar"):
        jobs.triage(coordinator, folio)
    asked = requests_of(complaint)
    assert set(asked) == {"calidad", "ingenieria"}

    # The head reads the alert in the mail, opens its link on the telephone, signs in and answers
    alert = data.post.wait_for("jefe@nervion.example", asked["ingenieria"])
    head = visitor(phone=True)
    with jobs.measured("responder como jefe, del correo a la respuesta"):
        head.go(link_in(alert, asked["ingenieria"]))
        head.fill_sign_in("jefe", data.password)
        head.page.wait_for_url(f"**/solicitudes/{asked['ingenieria']}/")
        assert [name for name in head.buttons() if name in THREE_BUTTONS] == THREE_BUTTONS
        jobs.answer_request(head, asked["ingenieria"], action="Se ajustó la fórmula y se apartó el lote.")

    # Calidad rules; the coordinator accepts what the areas answered
    jobs.rule(quality, folio, cause="Pigmento caduco", plan="Reponer las cubetas; responsable: Calidad, 30/11/2026")
    jobs.accept(coordinator, asked["ingenieria"])
    jobs.accept(coordinator, asked["calidad"])

    # The executive writes the answer, and cannot approve it
    jobs.draft_answer(executive, folio, subject=f"Respuesta a su reporte {folio}", body=ANSWER)
    assert "Usted la redactó; debe aprobarla otra persona" in executive.text
    assert executive.page.get_by_role("button", name="Aprobar").count() == 0
    assert facts(folio).stage == Stage.RULED

    # The coordinator does; it counts when the mail server took it
    jobs.approve_answer(coordinator, folio)
    letter = data.post.wait_for(jobs.ADDRESS, f"Respuesta a su reporte {folio}")
    assert "Repondremos las cubetas el lunes." in text_of(letter)
    wait_until(lambda: facts(folio).stage == Stage.ANSWERED)
    assert running(complaint, "customer_answer").met_at == facts(folio).answers.get().sent_at

    # Conformity, close
    jobs.record_conformity(executive, folio, note="Está de acuerdo con la reposición.")
    jobs.close(executive, folio)
    assert facts(folio).stage == Stage.CLOSED
    assert running(complaint, "closure").met_at

    # The survey is answered once
    survey = link_in(data.post.wait_for(jobs.ADDRESS, f"¿Cómo atendimos su reporte {folio}"), "/encuesta/")
    customer = visitor(phone=True)
    customer.go(survey)
    customer.page.get_by_role("radio", name="4 · Satisfecho").check()
    customer.press("Enviar", exact=False)
    assert customer.reads("Gracias")
    assert customer.go(survey).status == 404

    # All of it is told, in this order, and can be read
    assert told_in_order(story := timeline_of(facts(folio)), TOLD), story
    executive.go(f"/quejas/{folio}/?pestana=historial")
    for said in TOLD:
        assert said.lower() in executive.text.lower()


def test_a_deadline_that_passed_is_recorded_by_the_worker_and_its_mail_arrives(data, visitor):
    """Time is moved by the data: the deadline's instants go back, and the real sweep finds it."""
    from django.db import connection

    executive, coordinator = visitor("ejecutivo"), visitor("coordinador")
    folio = jobs.register(executive, description="Faltaron tres cubetas del pedido")
    jobs.triage(coordinator, folio, also=())
    asked = requests_of(facts(folio))["calidad"]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE deadlines_deadline d SET starts_at = starts_at - i, half_at = half_at - i,
              three_quarters_at = three_quarters_at - i, due_at = due_at - i, breaks_at = breaks_at - i,
              look_again_at = look_again_at - i, watched_since = watched_since - i
            FROM records_casefile c, (SELECT %s::interval AS i) moved WHERE c.id = d.case_file_id AND c.folio = %s
            """,
            [timedelta(days=10), asked],
        )

    data.sweep()

    letter = data.post.wait_for("calidad@nervion.example", f"[{asked}] Venció un plazo")
    quality = visitor("calidad")
    quality.go(link_in(letter, asked))
    assert "Venció el plazo" in quality.text
    assert "Vencida" in quality.text
