"""The only ways a screen obtains a complaint."""

from casework.web.screens import found
from complaints.models import Complaint
from complaints.queries import in_full


def complaint_for(person, folio):
    """The complaint of a folio, with what every screen shows of it, if the person may see it; else 404."""
    return found(Complaint.objects.visible_to(person).with_case_file(), case_file__folio=folio.upper())


def complaint_in_full(person, folio, *, summary=False):
    """The same with all its records, for its own page: steps and policies then ask the database nothing more."""
    return found(in_full(person, summary=summary), case_file__folio=folio.upper())
