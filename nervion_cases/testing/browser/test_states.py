"""The states of pages that no walk comes by: errors, refusals, what is not there, the person who is new."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from nervion_cases.testing.browser.looking import look
from nervion_cases.testing.browser.pages import address
from nervion_cases.testing.browser.postbox import link_in

pytestmark = pytest.mark.xdist_group("browser")

NEW_PASSWORD = "pincel-ancho-73-cerros"

SENT_EMPTY = [
    ("ejecutivo", "complaints:register"),
    ("ejecutivo", "complaints:acknowledge quiet"),
    ("ejecutivo", "complaints:conformity answered"),
    ("coordinador", "complaints:triage_again channelled"),
    ("calidad", "complaints:rule channelled"),
    ("jefe", "coordination:answer asked:assigned"),
    ("administrador", "people:invite"),
]


@pytest.mark.parametrize(("role", "page"), SENT_EMPTY, ids=[page for _, page in SENT_EMPTY])
def test_a_form_sent_empty_says_what_is_missing(data, visitor, role, page):
    from casework.people.models import User

    one = visitor(role)
    one.go(address(page, User.objects.get(username=role)))

    one.page.locator("main [data-main]").last.click()

    assert one.reads("Hay un problema")
    assert one.page.title().startswith("Error:")
    assert one.page.evaluate("document.activeElement.matches('[data-error-summary]')")
    assert not (wrong := look(one, page, picture=f"error.{page.partition(' ')[0].replace(':', '-')}")), wrong


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("jefe", "/quejas/Q-2026-99999/", 404),
        ("facilitador", "/quejas/nueva/", 403),
        ("direccion", "/personas/", 403),
        ("", "/encuesta/no-existe/", 404),
        ("", "/invitacion/no-existe/", 404),
    ],
)
def test_a_refusal_is_a_page_that_leads_on(data, visitor, role, path, status):
    one = visitor(role or None)

    assert one.go(path).status == status

    assert not (wrong := look(one, path, picture=f"rechazo.{role or 'nadie'}{status}")), wrong
    if role:
        assert one.page.get_by_role("link", name="Mi día").first.is_visible()


def test_a_person_is_invited_comes_in_and_turns_on_the_second_factor(data, visitor):
    administrator = visitor("administrador")
    page = administrator.page
    administrator.go("/personas/invitacion/")
    page.get_by_label("Nombre", exact=True).fill("Nora")
    page.get_by_label("Apellidos").fill("Peralta Ñúñez")
    page.get_by_role("textbox", name="Usuario").fill("nora.peralta")
    page.get_by_label("Correo").fill("nora@nervion.example")
    page.get_by_role("combobox", name="Departamento").select_option(label="Calidad")
    page.get_by_label("Control de Calidad").check()
    page.locator("main [data-main]").click()
    page.wait_for_load_state()

    newcomer, wrong = visitor(phone=True), []
    newcomer.go(link_in(data.post.wait_for("nora@nervion.example", "elija su contraseña"), "/invitacion/"))
    wrong += look(newcomer, "the invitation", picture="nadie.people-accept")
    for field in newcomer.page.locator("input[type=password]").all():
        field.fill(NEW_PASSWORD)
    newcomer.page.locator("main .btn-primary").click()
    newcomer.page.wait_for_load_state()
    if newcomer.path == "/cuenta/entrar/":
        newcomer.fill_sign_in("nora.peralta", NEW_PASSWORD)
    newcomer.page.wait_for_url(data.url + "/")
    assert newcomer.reads("Mi día")

    newcomer.go("/cuenta/dos-pasos/totp/activate/")
    secret = newcomer.page.locator("main .folio").inner_text()
    newcomer.page.locator("[name=code]").fill(code_of(secret))
    newcomer.page.locator("main .btn-primary").last.click()
    newcomer.page.wait_for_load_state()
    for path in ("recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"):
        newcomer.go(f"/cuenta/dos-pasos/{path}")
        wrong += look(newcomer, path, picture=f"cuenta.{path.strip('/').replace('/', '-')}")

    again = visitor()
    again.go("/cuenta/entrar/")
    again.fill_sign_in("nora.peralta", NEW_PASSWORD)
    again.page.wait_for_url("**/cuenta/dos-pasos/authenticate/")
    wrong += look(again, "the second step", picture="nadie.mfa-authenticate")

    assert not wrong, "\n".join(wrong)


def test_a_forgotten_password_is_chosen_anew(data, visitor):
    one = visitor()
    one.go("/cuenta/recuperar/")
    one.page.locator("main input[type=email], main input[name=email]").fill("saul.servicio@nervion.example")
    one.page.locator("main .btn-primary").click()
    one.page.wait_for_url("**/recuperar/enviado/")

    one.go(link_in(data.post.wait_for("saul.servicio@nervion.example", "contraseña"), "/recuperar/"))
    assert not (wrong := look(one, "the new password", picture="nadie.reset-from-key")), wrong
    for field in one.page.locator("input[type=password]").all():
        field.fill(NEW_PASSWORD)
    one.page.locator("main .btn-primary").click()
    one.page.wait_for_load_state()
    one.go("/cuenta/entrar/")
    one.fill_sign_in("saul.servicio", NEW_PASSWORD)
    one.page.wait_for_url(data.url + "/")

    assert one.reads("Mi día")


def code_of(secret):
    """What an authenticator would show now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
