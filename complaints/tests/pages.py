"""What the tests of the step pages share."""

from django.urls import reverse

from complaints.models import Complaint


def address(name, complaint):
    """The address of a step of a complaint."""
    return reverse(f"complaints:{name}", args=[complaint.folio])


def read(browser, name, complaint):
    """The page of a step."""
    return browser.get(address(name, complaint))


def send(browser, name, complaint, data=None, **other):
    """The POST of a step."""
    return browser.post(address(name, complaint), (data or {}) | other)


def fresh(complaint):
    """The complaint as the database has it now."""
    return Complaint.objects.with_case_file().get(pk=complaint.pk)


def text_of(answer):
    """The page as text."""
    return answer.content.decode()


def complaint_files(complaint):
    """The names of the files of a complaint."""
    return list(complaint.case_file.evidence.order_by("pk").values_list("name", flat=True))
