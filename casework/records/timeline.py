"""The one way to write in the bitácora."""

from casework.records.models import CaseFile, TimelineEntry
from casework.records.sentences import SENTENCES


def entry(case_file, verb, *, by, at, **facts):
    """An unsaved line, for those who write many at once (the sweep)."""
    if verb not in SENTENCES:
        raise KeyError(f"the timeline has no sentence for {verb!r}")
    return TimelineEntry(case_file=case_file, verb=verb, actor=by, at=at, facts=facts)


def write(case_file, verb, *, by, at, **facts):
    """Add a line: who (`by`, None for the system) did what (`verb`), when it happened (`at`), and its facts.

    Facts are JSON: names of departments, stages and rules as they were; never personal data of a customer.
    """
    line = entry(case_file, verb, by=by, at=at, **facts)
    line.save()
    CaseFile.objects.filter(pk=case_file.pk, last_movement_at__lt=at).update(last_movement_at=at)
    return line
