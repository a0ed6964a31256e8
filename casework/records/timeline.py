"""The one way to write in the bitácora."""

from contextlib import contextmanager
from contextvars import ContextVar

from casework.records.models import CaseFile, TimelineEntry
from casework.records.sentences import SENTENCES

_as_it_happened = ContextVar("as_it_happened", default=False)


@contextmanager
def recorded_as_it_happened():
    """What is written inside was recorded when it happened: only for the demo's past and the importer (product §4.4)."""
    token = _as_it_happened.set(True)
    try:
        yield
    finally:
        _as_it_happened.reset(token)


def recorded(at, *fields):
    """Values for the fields that the database's clock fills, unless what is written lies in the past."""
    return dict.fromkeys(fields, at) if _as_it_happened.get() else {}


def entry(case_file, verb, *, by, at, **facts):
    """An unsaved line, for those who write many at once (the sweep)."""
    if verb not in SENTENCES:
        raise KeyError(f"the timeline has no sentence for {verb!r}")
    return TimelineEntry(case_file=case_file, verb=verb, actor=by, at=at, facts=facts, **recorded(at, "recorded_at"))


def write(case_file, verb, *, by, at, **facts):
    """Add a line: who (`by`, None for the system) did what (`verb`), when it happened (`at`), and its facts.

    Facts are JSON: names of departments, stages and rules as they were; never personal data of a customer.
    """
    line = entry(case_file, verb, by=by, at=at, **facts)
    line.save()
    if case_file.last_movement_at < at:  # else the row says so too: it only ever moves forward
        CaseFile.objects.filter(pk=case_file.pk, last_movement_at__lt=at).update(last_movement_at=at)
        case_file.last_movement_at = at
    return line
