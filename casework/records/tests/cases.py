"""Cases as this floor knows them: an expediente and who takes part, whatever the procedure."""

from itertools import count

from django.utils import timezone

from casework.records import evidence, participation
from casework.records.models import CaseFile, CaseKind
from casework.records.tests import files

_numbers = count(1)


def case_of(cast, *people):
    """An open request in which only `people` take part."""
    at = timezone.now()
    case_file = CaseFile.objects.create(
        folio=f"T-2026-{next(_numbers):05d}",
        kind=CaseKind.REQUEST,
        title="Prueba de evidencias",
        department=cast.beto.department,
        responsible=cast.beto,
        opened_at=at,
        opened_by=cast.beto,
        last_movement_at=at,
    )
    for person in people:
        participation.joins(case_file, person=person, at=at)
    return case_file


def received(person, content=None, name="foto.jpg", content_type="image/jpeg"):
    """A file that the person uploaded."""
    file = files.upload(files.jpeg() if content is None else content, name, content_type)
    return evidence.receive(file, by=person, at=timezone.now())


def attached(person, case_file, content=None, name="foto.jpg", content_type="image/jpeg"):
    """A file that is part of the case."""
    row = received(person, content, name, content_type)
    return evidence.attach([row.pk], case_file, by=person, at=timezone.now())[0]


def different_jpegs(number):
    """Photographs of different content."""
    return [files.jpeg((40 + n, 40)) for n in range(number)]
