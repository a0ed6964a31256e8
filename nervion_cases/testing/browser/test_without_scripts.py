"""Every job can be finished in a browser without JavaScript."""

import re

import pytest

from nervion_cases.testing.browser import jobs, photographs
from nervion_cases.testing.browser.story import facts, requests_of, running, wait_until

pytestmark = pytest.mark.xdist_group("browser")


def test_the_whole_story_without_scripts(data, visitor, tmp_path):
    from complaints.stages import Stage

    executive, coordinator = visitor("ejecutivo", scripts=False), visitor("coordinador", scripts=False)
    head, quality = visitor("jefe", scripts=False), visitor("calidad", scripts=False)

    files = [photographs.jpeg(tmp_path), photographs.heic(tmp_path)]
    folio = jobs.register(executive, description="La pintura llegó seca", files=files, scripts=False)
    complaint = facts(folio)
    assert complaint.case_file.customer.name == jobs.CUSTOMER
    assert complaint.product.name == jobs.PRODUCT
    assert complaint.contact is not None
    assert complaint.case_file.evidence.count() == 2

    jobs.triage(coordinator, folio)
    asked = requests_of(complaint)
    head.go(f"/solicitudes/{asked['ingenieria']}/")
    jobs.answer_request(head, asked["ingenieria"], action="Se revisó la fórmula.")
    jobs.rule(quality, folio, cause="Tapa mal cerrada", plan="Revisar el sellado; Calidad, 30/11/2026")
    for request in asked.values():
        jobs.accept(coordinator, request)

    jobs.draft_answer(executive, folio, subject=f"Sobre su reporte {folio}", body="Le enviamos otra cubeta.")
    jobs.approve_answer(coordinator, folio)
    data.post.wait_for(jobs.ADDRESS, f"Sobre su reporte {folio}")
    wait_until(lambda: facts(folio).stage == Stage.ANSWERED)
    jobs.record_conformity(executive, folio, note="Recibió la cubeta.")
    jobs.close(executive, folio, scripts=False)

    assert facts(folio).stage == Stage.CLOSED
    assert running(complaint, "closure").met_at


def test_without_scripts_an_error_keeps_what_was_typed_and_the_files(data, visitor, tmp_path):
    executive = visitor("ejecutivo", scripts=False)
    page = executive.page
    executive.go("/quejas/nueva/")
    page.get_by_label("Cliente", exact=True).fill("del")  # several are called so
    page.get_by_label("Descripción").fill("Huele a rancio")
    jobs.add_files(executive, [photographs.jpeg(tmp_path)], scripts=False)
    executive.press("Registrar queja")

    assert executive.reads("Hay un problema")
    assert page.title().startswith("Error:")
    assert page.get_by_label("Descripción").input_value() == "Huele a rancio"
    assert executive.reads("IMG_4711.jpg")

    page.get_by_role("radio", name="Carrocerías del Norte").check()
    page.get_by_role("radio", name="Queja", exact=True).check()
    page.get_by_role("radio", name="Empaque").check()
    page.get_by_label("El lote no aplica").check()
    executive.press("Registrar queja")
    page.wait_for_url("**/registrada/")

    complaint = facts(jobs.FOLIO.search(executive.text).group())
    assert complaint.case_file.customer.name == "Carrocerías del Norte"
    assert complaint.lote_not_applicable
    assert complaint.case_file.evidence.count() == 1


def test_an_area_can_ask_and_be_told_without_scripts(data, visitor):
    executive, coordinator = visitor("ejecutivo", scripts=False), visitor("coordinador", scripts=False)
    head = visitor("jefe", scripts=False)
    folio = jobs.register(executive, description="Falta brillo", scripts=False)
    jobs.triage(coordinator, folio)
    request = requests_of(facts(folio))["ingenieria"]

    head.go(f"/solicitudes/{request}/")
    head.press("Necesito más información")
    head.page.get_by_label("¿Qué le falta saber?").fill("¿Sobre qué superficie se aplicó?")
    head.press("Preguntar")
    executive.go(f"/solicitudes/{request}/")
    executive.press("Dar la información")
    executive.page.get_by_label("Respuesta").fill("Sobre yeso nuevo.")
    executive.press("Enviar al área")
    head.go(f"/solicitudes/{request}/")

    assert head.reads("Sobre yeso nuevo.")

    head.press("No corresponde a mi área")
    head.page.get_by_label("¿Por qué no corresponde a su área?").fill("Es de aplicación.")
    head.press("Devolver al coordinador")
    coordinator.go(f"/solicitudes/{request}/asignacion/")
    coordinator.page.get_by_label("Área").select_option(label="Producción")
    coordinator.press("Asignar", exact=False)

    assert coordinator.reads(re.compile("Producción"))
