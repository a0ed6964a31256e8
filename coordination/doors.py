"""The only way a screen obtains a request; what a person may not see answers 404."""

from casework.web.screens import found
from coordination.models import CoordinationRequest


def request_for(person, folio):
    """The request with what its page shows, if the person may see it."""
    rows = CoordinationRequest.objects.visible_to(person).select_related(
        "case_file__responsible",
        "case_file__customer",
        "case_file__opened_by",
        "department",
        "about__customer",
        "about__complaint__product",
        "about__complaint__contact",
    )
    return found(rows, case_file__folio=folio.upper())
