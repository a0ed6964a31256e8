"""The only way a screen obtains a complaint."""

from casework.web.screens import found
from complaints.models import Complaint


def complaint_for(person, folio):
    """The complaint of a folio, with what every screen shows of it, if the person may see it; else 404."""
    return found(Complaint.objects.visible_to(person).with_case_file(), case_file__folio=folio)
