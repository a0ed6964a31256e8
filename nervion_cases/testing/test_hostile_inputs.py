"""Hostile inputs over every form of the project (trust §5): a clear no or kept as it was typed, and never a 500.

The forms are read off the pages as a browser would, so that a new one is attacked the day it is made.
"""

from urllib.parse import quote_plus

import pytest
from django.db.models import Q
from django.urls import URLResolver, get_resolver, reverse
from django.utils.html import escape

from casework.correspondence.models import CustomerMessage
from casework.deadlines.models import Deadline
from casework.mail.models import OutgoingMail
from casework.people.models import User
from casework.records.models import CaseFile, TimelineEntry
from complaints.models import Complaint
from complaints.stages import Stage
from nervion_cases.testing.attacks import FAR, LINES, MARKUP, MEGABYTE, ODD_VALUES, RAW, UNUSUAL, URLENCODED, Attacks
from nervion_cases.testing.situations import complaint_at
from nervion_cases.testing.test_access import COLUMNS, MATRIX, browsers_of, let_go, make_world

# Views with a form that are reached by their own tests: each needs something that only those make.
ELSEWHERE = {
    "AcceptInvitation",  # the link of an invitation
    "SurveyView",  # the link of a survey
    "DeliverAnswerView",  # an approved answer
    "CloseView",  # a button, for what is complete
}


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
def test_rows_1_3_20_21_and_38_to_40_every_form_stands_what_nobody_honest_types(cast):
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
    smuggle(attacks, cast.gil)
    attacks.report()


def smuggle(attacks, stranger):
    """Every form, sent as it stands with words in it, and with fields of the tables beside its own."""
    smuggled = {
        "stage": "closed",
        "is_staff": "1",
        "is_superuser": "1",
        "folio": "Q-2026-77777",
        "due_at": FAR,
        "at": FAR,
        "closed_at": FAR,
        "approved_at": FAR,
        "sent_at": FAR,
        "by": stranger.pk,
        "closed_by": stranger.pk,
        "approved_by": stranger.pk,
        "case_file": stranger.pk,
    }
    closed = Complaint.objects.filter(stage=Stage.CLOSED).count()

    def probe():
        taken = {
            "power": User.objects.filter(Q(is_staff=True) | Q(is_superuser=True)),
            "stage": Complaint.objects.filter(stage=Stage.CLOSED)[closed:],
            "folio": CaseFile.objects.filter(Q(folio="Q-2026-77777") | Q(closed_at=FAR) | Q(closed_by=stranger)),
            "deadline": Deadline.objects.filter(Q(due_at__gte=FAR) | Q(met_at__gte=FAR)),
            "approval": CustomerMessage.objects.filter(Q(approved_by=stranger) | Q(approved_at__gte=FAR)),
            "actor": TimelineEntry.objects.filter(Q(actor=stranger) | Q(at__gte=FAR)),
        }
        for what, rows in taken.items():
            if rows.exists():
                attacks.note(f"took a {what}", form, "mass assignment")

    done = 0
    for who, form in attacks.forms:
        response, _ = attacks.send(who, form, smuggled | form.with_words("Palabras de la prueba."), probe=probe)
        done += response.status_code == 302
    assert done > 15


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
