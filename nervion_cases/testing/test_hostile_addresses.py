"""Hostile addresses, posts without their seal, the doors of signing in, and texts that should cost time (trust §5)."""

import re
from contextlib import suppress
from time import perf_counter

import pytest
from django import forms
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from casework.catalogue.forms import LoteForm, NewContactForm
from casework.text import code, plain
from casework.web.fields import AmountField, DayField, MomentField
from complaints.forms.registering import row_number
from complaints.forms.steps import folio_as_kept
from complaints.stages import Stage
from nervion_cases.testing.attacks import LINES, MARKUP, RAW, UNUSUAL, URLENCODED
from nervion_cases.testing.forms_of_pages import forms_of
from nervion_cases.testing.situations import complaint_at
from nervion_cases.testing.test_access import COLUMNS, MATRIX, browsers_of, let_go, make_world

SEAL = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


# --- Addresses --------------------------------------------------------------------------------------------------------
HOSTILE_ADDRESSES = (
    {"page": "-1", "orden": "responsible__password", "campo__regex": ".*", "filtro": '{"a":1}', "tab": "' OR 1=1--"},
    {"page": "9" * 50, "orden": "-asignado_a__password", "next": "//evil", "anio": "9" * 50, "year": "NaN"},
    {"page": "NaN", "__class__": "x", "pk": "0", "cliente": "\\", "customer": "9" * 50, "password__startswith": "a"},
)


@pytest.mark.django_db
def test_rows_35_to_37_no_address_breaks_a_page(cast):
    """Every page, with every name that its own filters know and those that nobody should know."""
    world, browsers, wrong = make_world(cast), browsers_of(cast), []

    for name, (what, own, _other) in MATRIX.items():
        browser, url = browsers[COLUMNS[own.index("v")]], reverse(name, kwargs=world.own[what])
        plain = browser.get(url)
        let_go(plain)
        if plain.status_code != 200:
            continue
        page = plain.content.decode() if "html" in plain["Content-Type"] else ""
        filters = [name for form in forms_of(url, page, "get") for name in form.kinds if form.action != "/buscar/"]
        odd = [dict.fromkeys(filters, value) for value in ("' OR 1=1--", "9" * 50)] if filters else []
        for query in (*HOSTILE_ADDRESSES, *odd):
            response = browser.get(url, query)
            let_go(response)
            if response.status_code not in (200, 302, 400, 404):
                wrong.append(f"{name} {query}: {response.status_code}")
        if browser.get(f"{url}?q=%00").status_code != 400:
            wrong.append(f"{name}: took a NUL")
    assert wrong == []


@pytest.mark.django_db
def test_row_37_no_number_or_folio_breaks_an_address(cast):
    world, browsers, wrong = make_world(cast), browsers_of(cast), []

    for name, (what, own, _other) in MATRIX.items():
        kwargs = world.own[what]
        for odd in (10**49, "' OR 1=1--%", "ñ🎨" * 50) if kwargs else ():
            try:
                url = reverse(name, kwargs=kwargs | {next(iter(kwargs)): odd})
            except NoReverseMatch:
                continue  # the address itself does not allow it
            for method in ("get", "post"):
                response = getattr(browsers[COLUMNS[own.index("v")]], method)(url)
                if response.status_code not in (302, 400, 404, 405) and not name.startswith("desk:"):
                    wrong.append(f"{method} {name} {odd}: {response.status_code}")
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("a%00b=x", 400),  # the name of a field is kept by a draft as well
        ("a=%00", 400),
        ("%ED%A0%80=%ED%A0%80", 200),
        ("=x&&&=&a=b=c", 200),
        ("a=" + "%" * 5000, 200),
    ],
    ids=range(5),
)
def test_row_35_a_body_that_no_form_sends(cast, signed_in, body, status):
    url = reverse("desk:save", args=["queja"])

    assert signed_in(cast.ana).post(url, body, content_type=URLENCODED).status_code == status
    assert signed_in(cast.ana).post(url, {body[:3]: "x", "a\0": "x"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", [f"{URLENCODED}; charset=utf-16", "multipart/form-data; boundary=", "application/json", "x/y; boundary=ñ"]
)
def test_a_body_of_another_kind_is_no_error(cast, signed_in, kind):
    answer = signed_in(cast.ana).post(reverse("complaints:register"), b'{"a": "\\ud800"}', content_type=kind)
    assert answer.status_code in (400, 415, 422)


# --- Who sends it -----------------------------------------------------------------------------------------------------
def callbacks(patterns):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from callbacks(entry.url_patterns)
        else:
            yield entry.callback


def test_row_26_only_the_browsers_own_report_needs_no_seal():
    exempt = {view.__name__ for view in callbacks(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)}
    assert exempt == {"csp_report"}


@pytest.mark.django_db
def test_row_26_a_post_without_its_seal_changes_nothing(cast):
    complaint = complaint_at(Stage.REGISTERED, cast=cast)
    url = reverse("complaints:cancel", args=[complaint.folio])
    own, other = sealed(cast.beto), sealed(cast.beto)
    token, others = (SEAL.search(who.get(url).content.decode())[1] for who in (own, other))
    data = {"reason": "No era de Nervión."}

    refused = {
        "no token": own.post(url, data),
        "another session's": own.post(url, data | {"csrfmiddlewaretoken": others}),
        "a made up one": own.post(url, data | {"csrfmiddlewaretoken": "x" * 64}),
        "another origin": own.post(
            url, data | {"csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example"}
        ),
        "no origin": own.post(url, data | {"csrfmiddlewaretoken": token}, headers={"origin": "null"}),
    }

    assert {why: response.status_code for why, response in refused.items()} == dict.fromkeys(refused, 403)
    assert "Traceback" not in refused["no token"].content.decode()
    complaint.refresh_from_db()
    assert complaint.stage == Stage.REGISTERED
    assert own.post(url, data | {"csrfmiddlewaretoken": token}).status_code == 302


def sealed(person):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend="casework.people.accounts.PeopleBackend")
    return browser


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_the_doors_of_signing_in_stand_it_too(client, name):
    url = reverse(name)
    for text in (MARKUP, UNUSUAL, LINES, "a" * 1_000_000, "'@x", '"a b"@x.mx, jefe@otra.mx', "9" * 50):
        response = client.post(url, {"login": text, "password": text, "email": text})
        assert response.status_code in (200, 302, 413, 422, 429), text[:20]
        assert not any(raw in response.content.decode() for raw in RAW)
    assert client.post(url, {"login": "a\0", "password": "b", "email": "a\0@x.mx"}).status_code == 400
    lone = client.post(url, "login=%ED%A0%80&password=%FF&email=%ED%A0%80@x.mx", content_type=URLENCODED)
    assert lone.status_code < 500


# --- Time -------------------------------------------------------------------------------------------------------------
SLOW = {
    "a@": lambda n: "a@" * n,
    "dots": lambda n: "a" + "." * n + "@x.mx",
    "labels": lambda n: "a@" + "a-" * n + "!",
    "digits": lambda n: "1" * n + "x",
    "grouped": lambda n: "1" + ",111" * n + "!",
    "spaces": lambda n: " " * n + "x",
    "dashes": lambda n: "q-" * n,
    "marks": lambda n: "a" + "\u0301" * n,
    "slashes": lambda n: "1/" * n,
}
READERS = {
    "e-mail": forms.EmailField(max_length=None).clean,
    "amount": AmountField().clean,
    "day": DayField().clean,
    "moment": MomentField().clean,
    "code": code,
    "plain": plain,
    "folio": folio_as_kept,
    "number": row_number,
    "contact": lambda text: NewContactForm({"name": text, "email": text, "phone": text}).errors,
    "lote": lambda text: LoteForm({"number": text, "made_on": text}).errors,
}


def test_row_41_twice_the_text_is_at_most_twice_the_time():
    """Times are printed, never asserted; what is not linear would not come back."""
    for reader, read in READERS.items():
        for name, make in SLOW.items():
            took = []
            for size in (20_000, 40_000):
                start = perf_counter()
                with suppress(forms.ValidationError):
                    read(make(size))
                took.append(1000 * (perf_counter() - start))
            print(f"{reader:8} {name:8} {took[0]:8.2f} ms {took[1]:8.2f} ms")
