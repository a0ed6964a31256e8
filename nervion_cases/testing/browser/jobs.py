"""The jobs of people, as they do them: what is typed and pressed, with and without scripts.

Each function begins on any page and ends where the application leaves the person.
"""

import re
import time
from contextlib import contextmanager

CUSTOMER, TYPED, ADDRESS = "Comercializadora Peñasco", "peñas", "compras@penasco.example"
PRODUCT = "Vinílica Mate Blanco 19 L"
FOLIO = re.compile(r"[QR]-\d{4}-\d{5}")


@contextmanager
def measured(what):
    """Print how long a person would have waited and typed; never a verdict."""
    start = time.monotonic()
    yield
    print(f"\n    {what}: {time.monotonic() - start:.1f} s")


def choose(visitor, label, typed, wanted):
    """Type a few letters and take the suggestion."""
    page = visitor.page
    page.get_by_role("combobox", name=label).press_sequentially(typed, delay=20)
    page.get_by_role("option", name=wanted).first.click()


def register(visitor, *, description, files=(), customer=CUSTOMER, typed=TYPED, scripts=True):
    """Registrar queja, on one page. Gives the folio."""
    page = visitor.page
    visitor.go("/quejas/nueva/")
    if scripts:
        choose(visitor, "Cliente", typed, customer)
        page.get_by_label("Contacto").wait_for()
        choose(visitor, "Producto", "mate blanco", PRODUCT)
    else:
        page.get_by_label("Cliente", exact=True).fill(customer)
        page.get_by_role("textbox", name="Producto").fill(PRODUCT)
    page.get_by_role("radio", name="Correo").check()
    page.get_by_role("radio", name="Queja", exact=True).check()
    page.get_by_role("radio", name="Calidad del producto").check()
    page.get_by_label("Lote", exact=True).fill("l26 0117-a")
    page.get_by_label("Descripción").fill(description)
    if files:
        add_files(visitor, files, scripts=scripts)
    visitor.press("Registrar queja")
    page.wait_for_url("**/registrada/")
    return FOLIO.search(visitor.text).group()


def add_files(visitor, files, *, scripts=True):
    """Choose files; with scripts each goes at once and shows itself."""
    page = visitor.page
    page.locator("input[type=file]").first.set_input_files([str(file) for file in files])
    if scripts:
        page.locator("[data-uploads] li input[name=evidence]").nth(len(files) - 1).wait_for(state="attached")


def triage(visitor, folio, *, also=("Ingeniería",)):
    """Clasificar y canalizar a technical complaint to what its route proposes, and to others of the route."""
    page = visitor.page
    visitor.go(f"/quejas/{folio}/canalizacion/")
    page.get_by_role("radio", name="técnico", exact=False).check()
    group = page.get_by_role("group", name=re.compile("técnico", re.IGNORECASE))
    for area in also:
        group.get_by_label(re.compile(f"^{area}")).check()
    visitor.press("Asignar")
    return visitor.reads(f"{folio} se canalizó a")


def answer_request(visitor, folio, *, action):
    """Responder what an area was asked, from its page with the three buttons."""
    page = visitor.page
    visitor.press("Responder")
    page.get_by_label("Acción realizada").fill(action)
    page.get_by_label("Causa").fill("Pigmento de otro proveedor")
    visitor.press("Enviar respuesta")
    return visitor.reads("Su respuesta quedó registrada.")


def rule(visitor, folio, *, cause, plan):
    """Emitir el dictamen."""
    page = visitor.page
    visitor.go(f"/quejas/{folio}/dictamen/")
    page.get_by_role("radio", name="Procede", exact=True).check()
    page.get_by_label("El análisis determinó un defecto de fabricación").check()
    page.get_by_label("Causa raíz").fill(cause)
    page.get_by_label("Plan de acción").fill(plan)
    visitor.press("Emitir dictamen")
    return visitor.reads(f"Se emitió el dictamen de {folio}")


def accept(visitor, request_folio):
    """Verificar y aceptar what an area answered."""
    visitor.go(f"/solicitudes/{request_folio}/verificacion/")
    visitor.press("Aceptar la respuesta")
    return visitor.reads("La respuesta quedó aceptada.")


def draft_answer(visitor, folio, *, subject, body):
    """Redactar la respuesta y pedir su aprobación."""
    page = visitor.page
    visitor.go(f"/quejas/{folio}/respuesta/")
    page.get_by_label("Asunto").fill(subject)
    page.get_by_label("Texto").fill(body)
    visitor.press("Pedir aprobación")
    return visitor.reads("Se pidió la aprobación.")


def approve_answer(visitor, folio):
    """Aprobar y enviar."""
    visitor.go(f"/quejas/{folio}/respuesta/")
    visitor.press("Aprobar y enviar", exact=False)
    return visitor.reads("Se aprobó")


def record_conformity(visitor, folio, *, note):
    """Registrar la conformidad del cliente."""
    page = visitor.page
    visitor.go(f"/quejas/{folio}/conformidad/")
    page.get_by_role("radio", name="Conforme", exact=True).check()
    page.get_by_label("Qué dijo").fill(note)
    visitor.press("Registrar")
    return page.wait_for_load_state()


def close(visitor, folio, *, scripts=True):
    """Cerrar el caso; with scripts, after a question."""
    visitor.go(f"/quejas/{folio}/cierre/")
    visitor.press("Cerrar el caso")
    if scripts:
        visitor.page.get_by_role("dialog").get_by_role("button", name="Cerrar el caso").click()
    return visitor.reads(f"{folio}")
