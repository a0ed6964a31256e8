"""The form on which a complaint is registered: keyboard, double click, draft, hostile text."""

import re

import pytest
from playwright.sync_api import expect

from nervion_cases.testing.browser import jobs
from nervion_cases.testing.browser.story import facts

pytestmark = pytest.mark.xdist_group("browser")

SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = '"><img src=x onerror=alert(2)>'
TEMPLATE = "{{7*7}} {% debug %} ${7*7}"


def how_many():
    from complaints.models import Complaint

    return Complaint.objects.count()


def tab_to(page, name, limit=60):
    """Press Tab until a control with this accessible name has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        words = page.evaluate(
            "() => { const e = document.activeElement; "
            "return [...(e.labels || [])].map((l) => l.innerText).join(' ') || e.innerText || ''; }"
        )
        if name in words:
            return
    raise AssertionError(f"Tab never came to «{name}»")


def test_a_complaint_is_registered_by_keyboard_alone(data, visitor):
    executive = visitor("ejecutivo")
    page, keys = executive.page, executive.page.keyboard
    executive.go("/")

    with jobs.measured("registrar una queja solo con el teclado"):
        keys.press("n")
        page.wait_for_url("**/quejas/nueva/")
        expect(page.get_by_role("combobox", name="Cliente")).to_be_focused()
        keys.type("tornillo", delay=15)
        page.get_by_role("option", name="Ferretería El Tornillo Feliz").wait_for()
        keys.press("Enter")
        page.get_by_label("Contacto").wait_for()
        tab_to(page, "Queja")
        keys.press("Space")
        tab_to(page, "Calidad del producto")
        keys.press("ArrowRight")  # Empaque
        tab_to(page, "El lote no aplica")
        keys.press("Space")
        tab_to(page, "Descripción")
        keys.type("Llegó con la tapa rota")
        keys.press("Control+Enter")
        page.wait_for_url("**/registrada/")

    complaint = facts(jobs.FOLIO.search(executive.text).group())
    assert complaint.case_file.customer.name == "Ferretería El Tornillo Feliz"
    assert (complaint.reason, complaint.lote_not_applicable) == ("packaging", True)


def fill(executive, description, lote="L26 0117-A"):
    page = executive.page
    executive.go("/quejas/nueva/")
    jobs.choose(executive, "Cliente", "quiñones", "Decoraciones Quiñones")
    page.get_by_label("Contacto").wait_for()
    page.get_by_role("radio", name="Queja", exact=True).check()
    page.get_by_role("radio", name="Entrega").check()
    page.get_by_label("Lote", exact=True).fill(lote)
    page.get_by_label("Descripción").fill(description)


def test_a_double_click_registers_one_complaint(data, visitor):
    """trust §3 F25, with a mouse."""
    executive = visitor("ejecutivo")
    fill(executive, "Llegaron tres de cuatro cubetas")
    before = how_many()

    executive.page.get_by_role("button", name="Registrar queja").last.dblclick()
    executive.page.wait_for_url("**/registrada/")
    folio = jobs.FOLIO.search(executive.text).group()
    executive.page.go_back()
    executive.page.get_by_role("heading", name="Registrar queja").wait_for()

    assert how_many() == before + 1
    assert facts(folio).description == "Llegaron tres de cuatro cubetas"


def test_the_draft_survives_a_reload_and_can_be_thrown_away(data, visitor):
    executive = visitor("ejecutivo")
    page = executive.page
    with page.expect_response(lambda said: "tel%C3%A9f" in (said.request.post_data or "")):
        fill(executive, "A medias, suena otro teléf")
    assert executive.reads("Borrador guardado a las")

    page.reload()

    assert executive.reads("Este es el borrador que dejó")
    assert page.get_by_label("Descripción").input_value() == "A medias, suena otro teléf"
    assert page.get_by_role("combobox", name="Cliente").input_value() == "Decoraciones Quiñones"
    assert page.get_by_role("radio", name="Entrega").is_checked()

    executive.press("Descartar borrador")
    page.wait_for_load_state()

    assert page.get_by_label("Descripción").input_value() == ""


def test_hostile_text_is_shown_literally_and_reports_nothing(data, visitor, watch):
    """trust §5 rows 1 to 3, in every text field of a complaint, its customer and its request."""
    from casework.catalogue.models import Contact, Customer

    customer = Customer.objects.create(key="C-0999", name=f"Xalli {ATTRIBUTE}", city=SCRIPT)
    Contact.objects.create(
        customer=customer, name=f"Xóchitl {SCRIPT}", email="xochitl@xalli.example", phone=TEMPLATE[:20]
    )
    executive, coordinator = visitor("ejecutivo"), visitor("coordinador")
    page = executive.page
    dialogs = []
    for one in (executive, coordinator):
        one.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    executive.go("/quejas/nueva/")
    jobs.choose(executive, "Cliente", "xalli", re.compile("Xalli"))
    page.get_by_label("Contacto").wait_for()
    page.get_by_role("radio", name="Queja", exact=True).check()
    page.get_by_role("radio", name="Atención").check()
    page.get_by_label("Lote", exact=True).fill(SCRIPT)
    page.get_by_role("textbox", name="Cantidad").fill("3")
    page.locator("[name=unit]").fill(TEMPLATE[:20])
    page.get_by_role("textbox", name="Factura (opcional)").fill(ATTRIBUTE)
    page.get_by_label("Folio en otro sistema").fill(TEMPLATE)
    page.get_by_label("Descripción").fill(f"{SCRIPT} {ATTRIBUTE} {TEMPLATE}")
    executive.press("Registrar queja")
    page.wait_for_url("**/registrada/")
    folio = jobs.FOLIO.search(executive.text).group()
    data.post.wait_for("xochitl@xalli.example", folio)

    coordinator.go(f"/quejas/{folio}/canalizacion/")
    coordinator.page.get_by_role("radio", name="Administrativo").check()
    coordinator.page.get_by_label("Qué se les pide").fill(f"{SCRIPT} {ATTRIBUTE} {TEMPLATE}")
    coordinator.press("Asignar")
    assert coordinator.reads(f"{folio} se canalizó a")

    shown = {
        f"/quejas/{folio}/": (SCRIPT, ATTRIBUTE, TEMPLATE),
        f"/quejas/{folio}/?pestana=historial": (),
        f"/quejas/{folio}/?pestana=mensajes": (),
        "/quejas/": (ATTRIBUTE, SCRIPT),
        f"/buscar/?q={folio}": (ATTRIBUTE,),
        "/buscar/?q=%3Cscript%3Ealert(1)%3C/script%3E": (SCRIPT,),
        "/solicitudes/": (SCRIPT, ATTRIBUTE),
        "/demo/correo/": (),
        "/avisos/": (),
        "/": (),
    }
    for path, texts in shown.items():
        assert coordinator.go(path).status == 200
        there = coordinator.page.locator("body").inner_text() + " ".join(
            field.input_value() for field in coordinator.page.locator("input[type=search], textarea").all()
        )
        for text in texts:
            assert text in there, f"{path} does not show {text!r} as it was typed"
        assert coordinator.page.locator("main img[src='x'], main script:not([src])").count() == 0
    letter = next(iter(data.post.to("xochitl@xalli.example", folio)))
    html = letter.get_body(preferencelist=("html",)).get_content()
    assert SCRIPT not in html

    assert dialogs == []
    assert watch.reports == 0
