"""Asking the database of the house what became of a story."""

import time


def facts(folio):
    """The complaint as it is now."""
    from complaints.models import Complaint

    return Complaint.objects.with_case_file().get(case_file__folio=folio)


def running(complaint, key):
    """One of its deadlines, as it is now."""
    return complaint.case_file.deadlines.get(key=key)


def requests_of(complaint):
    """The folio of the request to each department."""
    from coordination.models import CoordinationRequest

    asked = CoordinationRequest.objects.filter(about=complaint.pk).select_related("department", "case_file")
    return {request.department.code: request.folio for request in asked}


def timeline_of(complaint):
    """The sentences that people read, the oldest first."""
    from casework.records.sentences import sentence

    return [sentence(line) for line in complaint.case_file.timeline.order_by("pk")]


def wait_until(true, seconds=30):
    """Ask again until it is so."""
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, "it did not become so"
        time.sleep(0.2)
    return found


def told_in_order(story, said):
    """Whether a story tells these things one after the other."""
    lines = iter(story)
    return all(any(line.lower().startswith(one.lower()) for line in lines) for one in said)
