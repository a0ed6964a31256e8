"""What a person was typing survives, and nobody else reads it."""

from datetime import timedelta

import pytest
from django import forms
from django.urls import reverse
from django.utils import timezone

from casework.desk import drafts
from casework.desk.models import Draft
from casework.desk.tasks import purge_drafts
from casework.rules import Refused

TYPED = {"customer_text": ["Ferretería"], "description": ["Se peló  la pintura\r\n😀"], "evidence": ["3", "7"]}


def save(person, fields=None, *, form="queja", place="", title="Ferretería", at=None):
    return drafts.save(person, form, place, TYPED if fields is None else fields, title, at or timezone.now())


# --- Keeping ------------------------------------------------------------------------------------------------------------
def test_a_draft_is_one_per_person_form_and_place(cast):
    save(cast.ana)
    save(cast.ana, {"description": ["después"]})
    save(cast.ana, place="Q-2026-00001")
    save(cast.ana, form="respuesta")
    save(cast.diego)

    assert Draft.objects.count() == 4
    assert drafts.find(cast.ana, "queja").fields == {"description": ["después"]}
    assert drafts.find(cast.ana, "queja", "Q-2026-00001").fields == TYPED
    assert drafts.find(cast.luz, "queja") is None


def test_seals_and_passwords_are_never_kept(cast):
    secret = {"csrfmiddlewaretoken": ["x"], "password1": ["x"], "Contrasena": ["x"], "draft_title": ["x"]}

    draft = save(cast.ana, TYPED | secret)

    assert draft.fields == TYPED


def test_a_draft_has_a_size(cast):
    save(cast.ana, {"description": ["ñ" * 32_000]})

    with pytest.raises(Refused) as no:
        save(cast.ana, {"description": ["ñ" * 33_000]})

    assert str(no.value) == drafts.TOO_LONG
    assert drafts.find(cast.ana, "queja").fields == {"description": ["ñ" * 32_000]}


def test_a_form_opens_as_it_was_left(cast):
    class ComplaintForm(forms.Form):
        customer_text = forms.CharField(max_length=5)
        description = forms.CharField()
        areas = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])

    draft = save(cast.ana, TYPED | {"areas": ["a", "b"]})

    form = ComplaintForm(initial=drafts.initial_from(draft))

    assert "Se peló  la pintura" in str(form["description"])
    assert form["areas"].value() == ["a", "b"]
    assert form["customer_text"].value() == "Ferretería"
    assert drafts.evidence_ids(draft) == ["3", "7"]
    assert (drafts.initial_from(None), drafts.evidence_ids(None)) == ({}, [])


def test_discarding_can_be_undone(cast):
    save(cast.ana)

    drafts.discard(cast.ana, "queja", at=timezone.now())
    assert drafts.find(cast.ana, "queja") is None
    assert not drafts.unfinished(cast.ana).exists()

    assert drafts.restore(cast.ana, "queja").fields == TYPED
    assert drafts.discard(cast.diego, "queja", at=timezone.now()) is None


def test_writing_again_brings_a_discarded_draft_back(cast):
    save(cast.ana)
    drafts.discard(cast.ana, "queja", at=timezone.now())

    save(cast.ana, {"description": ["otra cosa"]})

    assert drafts.find(cast.ana, "queja").fields == {"description": ["otra cosa"]}


def test_what_was_sent_is_forgotten(cast):
    save(cast.ana)
    save(cast.diego)

    drafts.forget(cast.ana, "queja")

    assert [draft.person for draft in Draft.objects.all()] == [cast.diego]


def test_drafts_live_thirty_days(cast):
    now = timezone.now()
    save(cast.ana, at=now - timedelta(days=30, minutes=1))
    save(cast.diego, at=now - timedelta(days=29))

    purge_drafts(leftover="from an older release")

    assert [draft.person for draft in Draft.objects.all()] == [cast.diego]


# --- Over the wire --------------------------------------------------------------------------------------------------------
def test_autosave_answers_the_hour(cast, signed_in):
    url = drafts.address("queja", "Q-2026-00001", title_from="customer_text,description")

    answer = signed_in(cast.ana).post(url, {"customer_text": " ", "description": "Se  peló", "evidence": ["3", "7"]})

    draft = drafts.find(cast.ana, "queja", "Q-2026-00001")
    assert answer.status_code == 200
    assert answer.json() == {"saved_at": f"{timezone.localtime(draft.saved_at):%H:%M}"}
    assert draft.title == "Se peló"
    assert draft.fields == {"customer_text": [" "], "description": ["Se  peló"], "evidence": ["3", "7"]}


def test_autosave_says_what_is_too_long(cast, signed_in):
    browser = signed_in(cast.ana)

    assert browser.post(drafts.address("queja"), {"d": "x" * 70_000}).json() == {"error": drafts.TOO_LONG}
    assert browser.post(drafts.address("x" * 41), {"d": "x"}).status_code == 400
    assert browser.post(drafts.address("queja", "x" * 41), {"d": "x"}).status_code == 400
    assert browser.get(drafts.address("queja")).status_code == 405
    assert not Draft.objects.exists()


def test_a_draft_is_discarded_with_a_way_back(cast, signed_in):
    save(cast.ana, place="L1")
    browser = signed_in(cast.ana)
    back = reverse("records:evidence", args=[1])

    answer = browser.post(reverse("desk:discard", args=["queja"]), {"lugar": "L1", "next": back})

    said = [str(message) for message in answer.wsgi_request._messages]
    assert (answer.status_code, answer.url) == (302, back)
    assert drafts.find(cast.ana, "queja", "L1") is None
    assert "Se descartó el borrador." in said[0]
    undo = said[0].split('formaction="')[1].split('"')[0].replace("&amp;", "&")

    answer = browser.post(undo)

    assert (answer.status_code, answer.url) == (302, back)
    assert drafts.find(cast.ana, "queja", "L1").fields == TYPED


@pytest.mark.parametrize("target", ["//evil.example", "https:evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_discarding_never_leads_elsewhere(cast, signed_in, target):
    answer = signed_in(cast.ana).post(reverse("desk:discard", args=["queja"]), {"next": target})

    assert answer.url == reverse("my_day")


def test_nobody_saves_without_signing_in(client, db):
    answer = client.post(drafts.address("queja"), {"description": "x"})

    assert answer.status_code in (302, 401)
    assert not Draft.objects.exists()
