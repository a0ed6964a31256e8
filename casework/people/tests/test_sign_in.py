"""Signing in, staying in, and getting a forgotten password back."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from casework.mail.models import OutgoingMail
from casework.moment import PLANT
from casework.people.accounts import CompanyWordsValidator
from casework.people.models import User
from casework.people.roles import Role
from nervion_cases.testing.cast import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_IN = "/cuenta/entrar/"


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ana(cast):
    """Ana, who has a password."""
    cast.ana.set_password(PASSWORD)
    cast.ana.save(update_fields=["password"])
    return cast.ana


def enter(browser, login, password=PASSWORD, **more):
    return browser.post(SIGN_IN, {"login": login, "password": password, **more})


# --- Coming in --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("login", ["ana", "Ana", "ana@nervion.example", "ANA@Nervion.Example"])
def test_one_enters_with_the_user_or_the_mail_however_it_is_written(client, ana, login):
    response = enter(client, login)

    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_wrong_password_and_an_unknown_person_read_the_same(client, ana):
    wrong = enter(client, "ana", "no es esta frase")
    unknown = enter(client, "nadie", "no es esta frase")

    sentence = "El usuario o la contraseña no son correctos."
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors() == [sentence]


def test_what_was_asked_for_is_opened_after_signing_in(client, ana):
    sent = client.get("/mi-cuenta/?x=1")

    assert sent["Location"] == f"{SIGN_IN}?next=/mi-cuenta/%3Fx%3D1"
    assert enter(client, "ana", next="/mi-cuenta/?x=1")["Location"] == "/mi-cuenta/?x=1"


@pytest.mark.parametrize("target", ["//evil.example", "https:evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client, ana, target):
    assert enter(client, "ana", next=target)["Location"] == "/"


def test_a_session_gets_another_key_on_entering(client, ana):
    client.get(SIGN_IN)
    client.session["planted"] = "yes"
    before = client.session.session_key

    enter(client, "ana")

    assert client.session.session_key != before


def test_five_wrong_attempts_a_minute_close_the_door_only_from_there(client, ana):
    for _ in range(5):
        enter(client, "ana", "no es esta frase")

    refused = enter(client, "ana")
    elsewhere = enter(Client(REMOTE_ADDR="10.9.8.7"), "ana")

    assert refused.context["form"].non_field_errors() == [
        "Demasiados intentos fallidos. Espere un minuto e inténtelo de nuevo."
    ]
    assert elsewhere.status_code == 302


def test_a_forged_forwarding_header_does_not_open_the_door(client, ana):
    for number in range(5):
        client.post(
            SIGN_IN, {"login": "ana", "password": "no es esta frase"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )

    refused = client.post(SIGN_IN, {"login": "ana", "password": PASSWORD}, headers={"X-Forwarded-For": "10.0.0.99"})

    assert refused.status_code == 200


def test_a_person_under_attack_is_slowed_down_and_not_locked_out(client, ana, monkeypatch):
    waited = []
    monkeypatch.setattr("nervion_cases.accounts.ATTEMPTS_PER_PERSON", {"login_person": "3/h/key"})
    monkeypatch.setattr("nervion_cases.accounts.time.sleep", waited.append)
    for number in range(3):
        enter(Client(REMOTE_ADDR=f"10.0.0.{number}"), "ana", "no es esta frase")
    assert waited == []

    assert enter(client, "ana").status_code == 302
    assert waited == [1.5]


def test_sign_up_and_changing_ones_own_mail_are_closed(client, ana):
    client.force_login(ana)

    for path in ("/cuenta/signup/", "/cuenta/email/", "/cuenta/confirm-email/"):
        assert client.get(path).status_code == 404


# --- Staying in -------------------------------------------------------------------------------------------------------
def test_a_closed_account_is_out_with_its_next_request(client, ana):
    enter(client, "ana")
    assert client.get("/mi-cuenta/").status_code == 200

    User.objects.filter(pk=ana.pk).update(is_active=False)

    assert client.get("/mi-cuenta/")["Location"] == f"{SIGN_IN}?next=/mi-cuenta/"
    assert enter(client, "ana")["Location"] == "/cuenta/inactiva/"


def test_whoever_reads_until_a_date_is_out_the_day_after(client, ana):
    User.objects.filter(pk=ana.pk).update(reads_until=date(2026, 11, 20))
    with time_machine.travel("2026-11-20T23:59:00-06:00", tick=False):
        assert enter(client, "ana")["Location"] == "/"
        assert client.get("/mi-cuenta/").status_code == 200

    with time_machine.travel("2026-11-21T00:01:00-06:00", tick=False):
        assert client.get("/mi-cuenta/").status_code == 302
        assert enter(client, "ana")["Location"] == "/cuenta/inactiva/"


def test_a_post_taken_away_holds_from_the_next_request(cast, signed_in):
    browser = signed_in(cast.irma)
    assert browser.get("/personas/").status_code == 200

    cast.irma.groups.remove(Group.objects.get(name=Role.ADMINISTRATOR))

    assert browser.get("/personas/").status_code == 403


def test_an_idle_session_ends_and_says_so(client, ana):
    with time_machine.travel("2026-11-20T10:00:00-06:00", tick=False) as clock:
        enter(client, "ana")
        client.get("/mi-cuenta/")
        clock.shift(settings.SESSION_IDLE_SECONDS - 1)
        assert client.get("/mi-cuenta/").status_code == 200
        clock.shift(settings.SESSION_IDLE_SECONDS + 1)

        out = client.get("/mi-cuenta/", follow=True)

    assert out.redirect_chain == [(f"{SIGN_IN}?next=/mi-cuenta/", 302)]
    assert "Por seguridad su sesión se cerró." in out.content.decode()


def test_a_busy_session_ends_after_ten_hours(client, ana):
    with time_machine.travel("2026-11-20T08:00:00-06:00", tick=False) as clock:
        enter(client, "ana")
        for _ in range(settings.SESSION_ABSOLUTE_SECONDS // 1200):
            assert client.get("/mi-cuenta/").status_code == 200
            clock.shift(1200)
        assert client.get("/mi-cuenta/").status_code == 200
        clock.shift(1)

        assert client.get("/mi-cuenta/").status_code == 302


def test_the_session_is_written_at_most_once_a_minute(cast, signed_in, django_assert_num_queries):
    browser = signed_in(cast.ana)
    with time_machine.travel("2026-11-20T10:00:00-06:00", tick=False) as clock:
        browser.get("/mi-cuenta/")
        clock.shift(59)
        with django_assert_num_queries(3):  # session, person with roles, frame
            browser.get("/mi-cuenta/")


def test_a_fragment_takes_its_page_to_sign_in_and_data_answers_in_words(client, db):
    fragment = client.get(
        "/mi-cuenta/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/quejas/?q=1"}
    )
    foreign = client.get("/mi-cuenta/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/"})
    data = client.get("/mi-cuenta/", headers={"Accept": "application/json"})

    assert fragment["HX-Redirect"] == f"{SIGN_IN}?next=%2Fquejas%2F%3Fq%3D1"
    assert foreign["HX-Redirect"] == f"{SIGN_IN}?next=%2F"
    assert (data.status_code, data.json()) == (401, {"error": "Su sesión terminó. Entre de nuevo."})


def test_one_can_close_the_sessions_left_open_elsewhere(ana):
    here, there, another = Client(), Client(), Client()
    for browser in (here, there):
        enter(browser, "ana")
    other = User.objects.get(username="beto")
    another.force_login(other)

    response = here.post("/mi-cuenta/sesiones/", follow=True)

    assert "Se cerró otra sesión." in response.content.decode()
    assert there.get("/mi-cuenta/").status_code == 302
    assert here.get("/mi-cuenta/").status_code == another.get("/mi-cuenta/").status_code == 200


def test_shortcuts_can_be_turned_off_and_on(cast, signed_in):
    browser = signed_in(cast.ana)

    browser.post("/mi-cuenta/atajos/", {})
    assert 'data-shortcuts="off"' in browser.get("/mi-cuenta/").content.decode()

    browser.post("/mi-cuenta/atajos/", {"shortcuts": "on"})
    assert 'data-shortcuts="on"' in browser.get("/mi-cuenta/").content.decode()


# --- Passwords --------------------------------------------------------------------------------------------------------
def test_changing_the_password_keeps_this_session_and_ends_the_others(ana):
    here, there = Client(), Client()
    for browser in (here, there):
        enter(browser, "ana")

    response = here.post(
        "/cuenta/contrasena/",
        {"oldpassword": PASSWORD, "password1": "tres-garzas-al-alba", "password2": "tres-garzas-al-alba"},
        follow=True,
    )

    assert "Su contraseña se cambió." in response.content.decode()
    assert there.get("/mi-cuenta/").status_code == 302


def test_a_wrong_present_password_is_said_in_words(client, ana):
    enter(client, "ana")

    response = client.post(
        "/cuenta/contrasena/",
        {"oldpassword": "otra", "password1": "tres-garzas-al-alba", "password2": "tres-garzas-al-alba"},
    )

    assert response.context["form"].errors["oldpassword"] == ["La contraseña actual no es correcta."]


@pytest.mark.parametrize(
    "password", ["PinturasNervion2026", "n3rv10n-p1ntur4$!", "Ana.Lopez.123456", "servicioquejas99"]
)
def test_words_of_the_company_and_ones_own_name_make_no_password(cast, password):
    with pytest.raises(ValidationError, match="palabras fáciles"):
        CompanyWordsValidator().validate(password, cast.ana)


@pytest.mark.parametrize("password", ["tres-garzas-al-alba", "banana-tomate-verde-lejos", PASSWORD])
def test_a_phrase_of_ones_own_is_a_password(cast, password):
    assert CompanyWordsValidator().validate(password, cast.ana) is None


def reset_link():
    body = OutgoingMail.objects.get(letter="account.reset").body
    return re.search(r"http://localhost:8000(/cuenta/recuperar/\S+)", body).group(1)


def test_a_forgotten_password_comes_back_by_mail(client, ana):
    asked = client.post("/cuenta/recuperar/", {"email": "Ana@nervion.example"}, headers={"Host": "localhost"})
    assert asked["Location"] == "/cuenta/recuperar/enviado/"
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.letter) == ("ana@nervion.example", "account.reset")

    form = client.get(reset_link(), follow=True)
    action = form.redirect_chain[-1][0]
    assert "set-password" in action
    done = client.post(action, {"password1": "tres-garzas-al-alba", "password2": "tres-garzas-al-alba"})

    assert done["Location"] == "/cuenta/recuperar/listo/"
    assert enter(client, "ana", "tres-garzas-al-alba").status_code == 302
    assert "ya no" in Client().get(reset_link(), follow=True).content.decode().lower()


def test_an_unknown_address_is_answered_like_a_known_one_and_gets_no_mail(ana):
    known = Client().post("/cuenta/recuperar/", {"email": "ana@nervion.example"}, follow=True)
    assert OutgoingMail.objects.count() == 1
    unknown = Client().post("/cuenta/recuperar/", {"email": "nadie@nervion.example"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert main_of(known) == main_of(unknown)
    assert OutgoingMail.objects.count() == 1


def test_a_look_alike_address_gets_nothing(ana):
    User.objects.filter(pk=ana.pk).update(email="mike@nervion.example", email_key="mike@nervion.example")

    Client().post("/cuenta/recuperar/", {"email": "mıke@nervion.example"})

    assert not OutgoingMail.objects.exists()


def test_a_closed_account_gets_no_link(ana):
    User.objects.filter(pk=ana.pk).update(reads_until=date(2020, 1, 1))

    Client().post("/cuenta/recuperar/", {"email": "ana@nervion.example"})

    assert not OutgoingMail.objects.exists()


def test_a_forged_host_is_refused_and_never_gets_into_a_letter(ana):
    forged = Client().post("/cuenta/recuperar/", {"email": "ana@nervion.example"}, headers={"Host": "evil.example"})
    forwarded = Client().post(
        "/cuenta/recuperar/", {"email": "ana@nervion.example"}, headers={"X-Forwarded-Host": "evil.example"}
    )

    assert (forged.status_code, forwarded.status_code) == (400, 302)
    assert "evil" not in OutgoingMail.objects.get().body


def main_of(response):
    return re.search(r"<main.*</main>", response.content.decode(), re.DOTALL).group()


def test_every_page_of_ones_account_opens(cast, signed_in):
    browser = signed_in(cast.ana)

    for name in ("people:me", "account_change_password", "account_logout", "mfa_index", "mfa_activate_totp"):
        assert browser.get(reverse(name), follow=True).status_code == 200, name


def test_plant_dates_decide_and_not_those_of_the_machine():
    assert str(PLANT) == settings.TIME_ZONE
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == timedelta(hours=10)
