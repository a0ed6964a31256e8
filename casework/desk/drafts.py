"""Drafts: what a person was typing, kept for 30 days. One per person, form and place."""

import json
from datetime import timedelta

from django.urls import reverse
from django.utils.http import urlencode

from casework.desk.models import Draft
from casework.rules import Refused

LARGEST = 64 * 1024
KEPT_FOR = timedelta(days=30)
TOO_LONG = "El borrador es demasiado largo para guardarse. Acorte el texto o envíe el formulario."
LEFT_OUT = ("csrfmiddlewaretoken", "draft_title")
SECRET = ("password", "contrasena", "contraseña")


def save(person, form, place, fields, title, at):
    """Keep the fields of a form as typed (name → list of values, the numbers of uploaded files included).

    Seals and passwords are never kept. Raises `Refused` over 64 kB.
    """
    kept = {name: list(values) for name, values in fields.items() if _is_kept(name)}
    if len(json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")) > LARGEST:
        raise Refused(TOO_LONG)
    draft, _ = Draft.objects.update_or_create(
        person=person,
        form=form,
        place=place,
        defaults={"fields": kept, "title": title[:120], "saved_at": at, "discarded_at": None},
    )
    return draft


def find(person, form, place=""):
    """The draft of this person for a form, or None."""
    return Draft.objects.filter(person=person, form=form, place=place, discarded_at=None).first()


def unfinished(person):
    """What a person left half-written, the latest first."""
    return Draft.objects.filter(person=person, discarded_at=None)


def discard(person, form, place="", *, at):
    """Put a draft aside; it can be restored until it is purged. The draft, or None."""
    draft = find(person, form, place)
    if draft:
        draft.discarded_at = at
        draft.save(update_fields=["discarded_at"])
    return draft


def restore(person, form, place=""):
    """Undo the discarding. The draft, or None if there is nothing to bring back."""
    Draft.objects.filter(person=person, form=form, place=place).update(discarded_at=None)
    return find(person, form, place)


def forget(person, form, place=""):
    """The form was sent: its draft is of no more use."""
    Draft.objects.filter(person=person, form=form, place=place).delete()


def purge(at):
    """Drop what nobody touched in 30 days. How many."""
    gone, _ = Draft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()
    return gone


def initial_from(draft):
    """What was typed, for `Form(initial=…)`: a text, or the list where a field had several; empty without a draft."""
    if draft is None:
        return {}
    return {name: values[0] if len(values) == 1 else list(values) for name, values in draft.fields.items()}


def evidence_ids(draft):
    """Numbers of the files uploaded with the draft."""
    return draft.fields.get("evidence", []) if draft else []


def address(form, place="", *, title_from=""):
    """Where a form sends its draft (`data-draft-url`). `title_from` names the fields whose first text is its title."""
    query = {name: value for name, value in (("lugar", place), ("titulo", title_from)) if value}
    return reverse("desk:save", args=[form]) + (f"?{urlencode(query)}" if query else "")


def _is_kept(name):
    return name not in LEFT_OUT and not any(word in name.casefold() for word in SECRET)
