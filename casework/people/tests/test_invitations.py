"""From the invitation to the first sign-in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from casework.links.models import Link
from casework.mail.models import OutgoingMail
from casework.people import actions
from casework.people.models import Department, User
from casework.people.roles import Role
from casework.rules import Refused

pytestmark = pytest.mark.django_db

PHRASE = "tres-garzas-al-alba"


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def typed(**changes):
    return {
        "first_name": "Nora",
        "last_name": "Peña",
        "username": "nora.pena",
        "email": "nora@nervion.example",
        "department": Department.objects.get(code="ventas").pk,
        "roles": ["ejecutivo", "area"],
        "reads_until": "",
    } | changes


def last_link():
    body = OutgoingMail.objects.filter(letter="account.invitation").latest("pk").body
    return re.search(r"http://localhost:8000(/invitacion/\S+)", body).group(1)


def choose_password(link, phrase=PHRASE):
    browser = Client()
    browser.get(link)
    return browser.post("/invitacion/", {"new_password1": phrase, "new_password2": phrase}, follow=True)


def test_an_invited_person_chooses_a_password_and_enters(cast, signed_in):
    response = signed_in(cast.irma).post("/personas/invitacion/", typed(), follow=True)
    nora = User.objects.get(username="nora.pena")
    mail = OutgoingMail.objects.get()
    assert response.redirect_chain == [(f"/personas/{nora.pk}/", 302)]
    assert (mail.to, mail.letter, mail.person) == ("nora@nervion.example", "account.invitation", nora)
    assert nora.roles == {"ejecutivo", "area"}
    assert not nora.has_usable_password()

    done = choose_password(last_link())
    assert "Entre con el usuario nora.pena." in done.content.decode()

    entered = Client().post("/cuenta/entrar/", {"login": "nora.pena", "password": PHRASE})
    assert entered["Location"] == "/"


def test_the_address_of_the_form_does_not_carry_the_token(cast, signed_in):
    signed_in(cast.irma).post("/personas/invitacion/", typed())
    browser = Client()

    response = browser.get(last_link())

    assert response["Location"] == "/invitacion/"
    assert response["Referrer-Policy"] == "no-referrer"
    # With «no-referrer» a browser sends the form with the origin «null», which the CSRF check refuses.
    assert browser.get("/invitacion/")["Referrer-Policy"] == "same-origin"


def test_looking_at_the_link_many_times_does_not_spend_it(cast, signed_in):
    signed_in(cast.irma).post("/personas/invitacion/", typed())
    for _ in range(10):
        Client().head(last_link())
        Client().get(last_link(), follow=True)

    assert Link.objects.get().used == 0
    assert "Su contraseña quedó guardada" in choose_password(last_link()).content.decode()


def test_a_link_serves_once(cast, signed_in):
    signed_in(cast.irma).post("/personas/invitacion/", typed())
    choose_password(last_link())

    again = choose_password(last_link(), "otra-frase-muy-distinta")

    assert again.status_code == 404
    assert User.objects.get(username="nora.pena").check_password(PHRASE)


def test_wrong_used_withdrawn_and_old_links_show_one_same_page(cast, signed_in):
    admin = signed_in(cast.irma)
    admin.post("/personas/invitacion/", typed())
    nora, withdrawn = User.objects.get(username="nora.pena"), last_link()
    admin.post(f"/personas/{nora.pk}/invitacion/")
    fresh = last_link()

    def page(link):
        response = Client().get(link, follow=True)
        return response.status_code, re.search("<main.*</main>", response.content.decode(), re.DOTALL).group()

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        old = page(fresh)
    seen = {page(withdrawn), page("/invitacion/nada/"), page(f"/invitacion/{'x' * 500}/"), old}
    assert {status for status, _ in seen} == {404}
    assert len(seen) == 1
    assert page(fresh)[0] == 200


def test_a_link_serves_nothing_else_and_nothing_else_serves_as_one(cast):
    _, token = Link.objects.issue(
        purpose="survey", subject=cast.ana.pk, at=timezone.now(), expires_at=timezone.now() + timedelta(days=1)
    )

    assert Client().get(f"/invitacion/{token}/", follow=True).status_code == 404


@pytest.mark.parametrize("phrase", ["corta", "pinturasnervion2026", "123456789012345"])
def test_an_easy_password_is_refused_and_the_link_still_serves(cast, signed_in, phrase):
    signed_in(cast.irma).post("/personas/invitacion/", typed())

    refused = choose_password(last_link(), phrase)

    assert refused.context["form"].errors
    assert Link.objects.get().used == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "ANA"}, "Ya hay una persona con el usuario «ana»."),
        ({"username": "ａｎａ"}, "Ya hay una persona con el usuario «ana»."),
        ({"username": "аna"}, "Use solo letras sin acento"),  # a Cyrillic а
        ({"username": "ana maría"}, "Use solo letras sin acento"),
        ({"email": "ANA@nervion.example"}, "Ya hay una persona con el correo"),
        ({"email": "ａna@nervion.example"}, "correo"),
        ({"email": "ana@x.mx, jefe@otra.mx"}, "Escriba un correo como"),
        ({"roles": []}, "Elija al menos un puesto."),
        ({"roles": ["dueño"]}, "dueño"),
        ({"department": ""}, "Elija el departamento de la persona."),
        ({"roles": ["auditor"], "department": ""}, "Escriba hasta qué fecha tiene acceso el auditor."),
        ({"roles": ["auditor", "jefe"], "reads_until": "31/12/2026"}, "El auditor solo lee"),
        ({"reads_until": "30/02/2027"}, "Escriba la fecha como 21/11/2026."),
        ({"reads_until": "31/12/9999"}, "Revise el año de la fecha."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(cast, signed_in, changes, words):
    before = User.objects.count()

    response = signed_in(cast.irma).post("/personas/invitacion/", typed(**changes))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'value="Peña"' in response.content.decode()
    assert User.objects.count() == before
    assert not OutgoingMail.objects.exists()


def test_extra_fields_in_the_form_are_ignored(cast, signed_in):
    signed_in(cast.irma).post(
        "/personas/invitacion/", typed(is_superuser="1", is_staff="1", is_active="", password="x", email_key="y")
    )

    nora = User.objects.get(username="nora.pena")
    assert (nora.is_superuser, nora.is_staff, nora.is_active, nora.email_key) == (
        False,
        False,
        True,
        "nora@nervion.example",
    )


def test_who_has_a_password_is_not_invited_again(cast):
    cast.ana.set_password(PHRASE)
    cast.ana.save(update_fields=["password"])

    with pytest.raises(Refused, match="ya eligió su contraseña"):
        actions.send_invitation(cast.ana, by=cast.irma, at=timezone.now())


def test_nobody_is_invited_until_a_day_that_passed(cast, signed_in):
    response = signed_in(cast.irma).post(
        "/personas/invitacion/", typed(roles=["auditor"], department="", reads_until="01/01/2020")
    )

    assert response.status_code == 422
    assert "La fecha de acceso ya pasó. Escriba hoy o una fecha posterior." in response.content.decode()
    assert not User.objects.filter(username="nora.pena").exists()


def test_an_auditor_is_invited_without_department(cast, signed_in):
    signed_in(cast.irma).post(
        "/personas/invitacion/", typed(roles=["auditor"], department="", reads_until="31/12/2027")
    )

    nora = User.objects.get(username="nora.pena")
    assert (nora.roles, nora.department, f"{nora.reads_until:%d/%m/%Y}") == ({Role.AUDITOR}, None, "31/12/2027")
