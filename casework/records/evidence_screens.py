"""Evidence in forms and on pages, for the screens of every app.

In a view that takes files with its own form::

    form = AnswerForm(request.POST)
    evidence = evidence_from(request, form, at=at)      # files of this POST are kept, whatever the form says
    if form.is_valid():
        answer(…, evidence=evidence.ids, by=request.user, at=at)
    return render(request, …, {"form": form, "evidence": evidence})

and in its template, inside `<form method="post" enctype="multipart/form-data">`::

    {% include "records/_evidence_input.html" %}
"""

from dataclasses import dataclass, field

from django import forms
from django.urls import reverse
from django.utils import timezone

from casework.records import evidence as room
from casework.records.models import EvidenceKind
from casework.records.permissions import READS_ORIGINALS
from casework.rules import Refused

FILES = "files"  # files sent with the form
IDS = "evidence"  # files uploaded before
REMOVED = "evidence_removed"  # taken out without JavaScript


class FilesInput(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True
    drawn_apart = True  # crispy leaves it to our include


class FilesField(forms.FileField):
    """Several files; what is wrong with each is said by `evidence_from`, which keeps the others."""

    widget = FilesInput

    def clean(self, data, initial=None):
        """As they came."""
        return data or []


class EvidenceFormMixin:
    """A form with files: their errors stand beside the field and in the summary. Draw it with our include."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[FILES] = FilesField(
            label="Fotografías y documentos", required=False, widget=FilesInput(attrs={"id": "id_files"})
        )


@dataclass
class EvidenceInput:
    """The uploaded files of a form, and what was wrong with those of this POST."""

    rows: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def ids(self):
        """For the verb."""
        return [row.pk for row in self.rows]

    @property
    def has_photo(self):
        """Whether one of them is a photograph."""
        return any(row.kind == EvidenceKind.PHOTO for row in self.rows)

    @property
    def uploaded(self):
        """For the component."""
        return [as_data(row) for row in self.rows]


def evidence_from(request, form=None, *, at=None):
    """Keep the files of this POST and find those uploaded before, so that an error elsewhere loses none.

    What cannot be kept becomes an error of `form`, named by its file. Use it before asking `form.is_valid()`.
    """
    at = at or timezone.now()
    removed = room.numbers(request.POST.getlist(REMOVED))
    known = room.numbers(request.POST.getlist(IDS))
    room.unattached_of(request.user, removed & known).delete()
    found = EvidenceInput(rows=list(room.unattached_of(request.user, known - removed)))
    files = request.FILES.getlist(FILES)
    if len(files) > room.MOST_AT_ONCE:
        found.errors.append(f"{room.TOO_MANY} Se guardaron los primeros {room.MOST_AT_ONCE}; agregue ahora los demás.")
    for file in files[: room.MOST_AT_ONCE]:
        try:
            found.rows.append(room.receive(file, by=request.user, at=at))
        except Refused as no:
            found.errors.append(f"{room.clean_name(file.name)}: {no}")
    if form is not None:
        for error in found.errors:
            form.add_error(FILES if FILES in form.fields else None, error)
    return found


def evidence_of(person, ids):
    """The files of a draft, for a form that opens again."""
    return EvidenceInput(rows=list(room.unattached_of(person, ids)))


def as_data(evidence):
    """What a script and the upload component need of a file."""
    return {
        "id": evidence.pk,
        "name": evidence.name,
        "size": evidence.size,
        "thumb_url": reverse("records:thumb", args=[evidence.pk]) if evidence.thumb else "",
    }


def gallery(case_file, person):
    """The files of a case for `records/_gallery.html`: photographs, documents, and originals for whoever may."""
    rows = list(case_file.evidence.select_related("attached_by").order_by("attached_at", "pk"))
    originals = person.has_role(*READS_ORIGINALS)
    return {
        "photos": [_card(row) for row in rows if row.kind == EvidenceKind.PHOTO],
        "documents": [_card(row) for row in rows if row.kind == EvidenceKind.DOCUMENT],
        "originals": rows if originals else [],
        "count": len(rows),
    }


def _card(evidence):
    shape = "%d/%m/%Y %H:%M"
    return {
        "url": reverse("records:evidence", args=[evidence.pk]),
        "thumb_url": reverse("records:thumb", args=[evidence.pk]) if evidence.thumb else "",
        "name": evidence.name,
        "size": evidence.size,
        "detail": f"{evidence.attached_by} · {timezone.localtime(evidence.attached_at):{shape}}",
        "alt": f"Fotografía {evidence.name}",
    }
