"""Hostile inputs over every form of the project (trust §5): a clear no or kept as it was typed, and never a 500.

The forms are read off the pages as a browser would, so that a new one is attacked the day it is made.
"""

import re
from contextlib import suppress
from time import perf_counter
from urllib.parse import quote_plus

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from django.utils.html import escape

from casework.catalogue.forms import LoteForm, NewContactForm
from casework.mail.models import OutgoingMail
from casework.text import code, plain
from casework.web.fields import AmountField, DayField, MomentField
from complaints.forms.registering import row_number
from complaints.forms.steps import folio_as_kept
from complaints.models import Complaint
from complaints.stages import Stage
from coordination import actions as coordination
from nervion_cases.testing.forms_of_pages import forms_of
from nervion_cases.testing.situations import complaint_at, request_of
from nervion_cases.testing.test_access import COLUMNS, MATRIX, browsers_of, let_go, make_world

URLENCODED = "application/x-www-form-urlencoded"
SEAL = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
MARKUP = "\"><img src=x onerror=alert(1)></textarea><script>alert('x')</script>{{7*7}}{% debug %}${7*7}"
RAW = ("<img src=x", "<script>alert(")
UNUSUAL = "Z͑ͫ̓ͪ̂ͫ̽a͎̜l͖͉̗g̉o \u202egnirts\u202c 🎨🧑🏽‍🔬 \u200b \U0001f9ff ﷽ ñÑ ＝１"
LINES = "a\r\n" * 10_000
MEGABYTE = "decoloración " * 80_000
ODD_VALUES = (
    "9" * 50,
    "-1",
    "1e400",
    "NaN",
    "31/12/9999 23:59",
    "01/01/0001",
    "30/02/2026",
    "2026-01-01T00:00:00+25:00",
    "' OR 1=1--",
)

# Views with a form that are reached by their own tests: each needs something that only those make.
ELSEWHERE = {
    "AcceptInvitation",  # the link of an invitation
    "SurveyView",  # the link of a survey
    "DeliverAnswerView",  # an approved answer
    "CloseView",  # a button, for what is complete
}


class Attacks:
    """A world with every form of it on some page, and what went wrong when they were attacked."""

    def __init__(self, cast):
        self.world, self.browsers, self.wrong, self.reached = make_world(cast), browsers_of(cast), [], set()
        self.pages = [*self.of_the_matrix(), *self.of_other_stages(cast)]
        self.forms = list(self.read())

    def of_the_matrix(self):
        for name, (what, own, _other) in MATRIX.items():
            yield COLUMNS[own.index("v")], reverse(name, kwargs=self.world.own[what])

    def of_other_stages(self, cast):
        def step(name, complaint):
            return reverse(f"complaints:{name}", args=[complaint.folio])

        answered = complaint_at(Stage.ANSWERED, cast=cast)
        yield "ana", step("confirm", complaint_at(Stage.TO_CONFIRM, cast=cast))
        yield "ana", step("acknowledge", complaint_at(Stage.REGISTERED, cast=cast))
        yield "ana", step("conformity", answered)
        yield "beto", step("investigate_again", answered)
        yield "beto", step("reopen", complaint_at(Stage.CLOSED, cast=cast))
        yield "ana", step("answer", complaint_at(Stage.RULED, cast=cast))
        yield "beto", reverse("complaints:answer", kwargs=self.world.own["ruled"])
        request = request_of(complaint_at(Stage.CHANNELLED, cast=cast))
        coordination.reroute(request, reason="No.", by=cast.carla, at=timezone.now())
        yield "beto", reverse("coordination:assign", args=[request.folio])
        for name, kwargs in (
            ("worktime:propose_day_off", {}),
            ("worktime:propose_version", {"key": "jornada"}),
            ("deadlines:propose_rule", {"key": "acknowledgement"}),
        ):
            yield "beto", reverse(name, kwargs=kwargs)

    def read(self):
        """Every form once; a form without fields is a button and has nothing to type."""
        seen = set()
        for who, url in self.pages:
            page = self.browsers[who].get(url)
            if page.status_code == 200 and "html" in page["Content-Type"]:
                for form in forms_of(url, page.content.decode()):
                    view = resolve(form.action.partition("?")[0]).func
                    self.reached.add(getattr(view, "view_class", view).__name__)
                    key = (view, tuple(sorted(form.kinds)))
                    if form.kinds and key not in seen:
                        seen.add(key)
                        yield who, form
            let_go(page)

    def send(self, who, form, data, **other):
        """A POST whose effects are undone, and the page where it leads."""
        with transaction.atomic():
            response = self.browsers[who].post(form.action, data, **other)
            page = ""
            if response.status_code == 302:
                there = self.browsers[who].get(response.url)
                page = there.content.decode("utf-8", "replace")
                if there.status_code >= 400 or "<h1" not in page:
                    self.note(there.status_code, form, f"then {response.url}")
                let_go(there)
            elif "html" in response.get("Content-Type", ""):
                page = response.content.decode()
            transaction.set_rollback(True)
        return response, page

    def note(self, problem, form, what):
        self.wrong.append(f"{form.action}: {problem} ({what})")

    def report(self):
        if self.wrong:
            pytest.fail("\n".join(self.wrong), pytrace=False)


def views_with_a_form(patterns):
    """The classes of ours that show a form."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from views_with_a_form(entry.url_patterns)
        else:
            view = getattr(entry.callback, "view_class", None)
            if getattr(view, "form_class", None) and not view.__module__.startswith("allauth"):
                yield view.__name__


@pytest.mark.django_db
def test_rows_1_3_21_38_to_40_every_form_stands_what_nobody_honest_types(cast):
    """One test for all forms: their world takes longer to live than each of them to attack."""
    attacks = Attacks(cast)
    assert set(views_with_a_form(get_resolver().url_patterns)) - ELSEWHERE - attacks.reached == set()

    for who, form in attacks.forms:
        for name, text in {"markup": MARKUP, "unusual": UNUSUAL, "lines": LINES, "a megabyte": MEGABYTE}.items():
            if form.words:
                attack_with_words(attacks, who, form, name, text)
        for value in ODD_VALUES:
            response, _ = attacks.send(who, form, form.all_of(value))
            chosen = form.strict or {"radio", "select"} & set(form.kinds.values())
            if response.status_code >= 500 or (chosen and response.status_code == 302):
                attacks.note(response.status_code, form, value[:30])
        if form.words:
            lone = "&".join(f"{quote_plus(name)}=%ED%A0%80x" for name in form.words)
            response, _ = attacks.send(who, form, lone, content_type=URLENCODED)
            if response.status_code >= 500:
                attacks.note(response.status_code, form, "a lone surrogate")
        response, _ = attacks.send(who, form, form.with_words("a\0b") if form.words else {"x": "a\0b"})
        if response.status_code != 400:
            attacks.note(response.status_code, form, "NUL")
    attacks.report()


def attack_with_words(attacks, who, form, name, text):
    response, page = attacks.send(who, form, form.with_words(text))
    if response.status_code >= 500:
        attacks.note(response.status_code, form, name)
    if any(raw in page for raw in RAW) or ("{{7*7}}" not in page and name == "markup" and response.status_code == 422):
        attacks.note("not shown literally", form, name)
    if name == "a megabyte" and response.status_code == 302 and "/borradores/" not in form.action:
        attacks.note("took a megabyte", form, name)
    if name == "unusual" and response.status_code in (409, 422) and escape(text) not in page:
        attacks.note("lost what was typed", form, name)


# --- What is stored ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_rows_1_to_3_what_is_stored_is_shown_literally_on_every_page_and_in_every_letter(cast):
    """Names first: the verbs copy them into titles, alerts, lines of the timeline and letters."""
    for row in (cast.customer, cast.product, cast.contact, cast.quiet):
        type(row).objects.filter(pk=row.pk).update(name=MARKUP)
    for person in (cast.ana, cast.beto, cast.carla, cast.diego, cast.luz):
        type(person).objects.filter(pk=person.pk).update(first_name=MARKUP)
        person.first_name = MARKUP
    type(cast.ana.department).objects.filter(pk=cast.diego.department_id).update(name=MARKUP[:80])
    for row in (cast.customer, cast.contact, cast.quiet, cast.product):
        row.refresh_from_db()
    world, browsers = make_world(cast), browsers_of(cast)
    complaint_at(Stage.ANSWERED, cast=cast, contact=cast.contact, description=MARKUP, invoice=MARKUP[:40], unit="<b>")
    Complaint.objects.update(description=MARKUP, lote_text=MARKUP[:40], unit=MARKUP[:20])

    raw, shown = [], 0
    for name, (what, own, _other) in MATRIX.items():
        for column in {own.index("v"), own.rindex("v")}:
            page = browsers[COLUMNS[column]].get(reverse(name, kwargs=world.own[what]))
            if page.status_code == 200 and "html" in page["Content-Type"]:
                text = page.content.decode()
                shown += "&lt;img src=x" in text
                raw += [f"{name} as {COLUMNS[column]}: {bad}" for bad in RAW if bad in text]
            let_go(page)
    found = browsers["beto"].get(reverse("search"), {"q": "script"}).content.decode()

    assert raw == []
    assert shown > 40
    assert not any(bad in found for bad in RAW)
    letters = list(OutgoingMail.objects.all())
    assert any("&lt;img src=x" in mail.html for mail in letters)
    assert any("<img src=x" in mail.body for mail in letters)  # plain text is not escaped
    assert not any(bad in mail.html for mail in letters for bad in RAW)


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
