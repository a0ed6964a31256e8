"""What every verb begins with and moves by."""

from casework.people.models import Department
from casework.records import search
from complaints.models import Complaint
from complaints.stages import check_move

SERVICE = "servicio"
QUALITY = "calidad"


def locked(complaint):
    """The complaint, its row held until the transaction ends; whoever waits sees what the other did.

    Held first and read afterwards: what a locking query joins would be as it was before the wait.
    """
    Complaint.objects.select_for_update().only("pk").get(pk=complaint.pk)
    return Complaint.objects.with_case_file().get(pk=complaint.pk)


def move(complaint, target):
    """Take a step of the table of moves, and only those."""
    check_move(complaint.stage, target)
    complaint.stage = target
    complaint.save(update_fields=["stage"])


def department(code):
    """One of the departments that the procedure names."""
    return Department.objects.get(code=code)


def index(complaint, *, anew=False):
    """Write what the complaint is found by; `anew` when it was just made."""
    case_file = complaint.case_file
    words = [complaint.description, case_file.customer.name, case_file.customer.key, case_file.customer.city]
    if complaint.product:
        words += [complaint.product.name, complaint.product.key]
    words.append(complaint.get_reason_display())
    search.index(
        case_file,
        text=" ".join(words),
        codes={
            "folio": case_file.folio,
            "lote": complaint.lote_text,
            "invoice": complaint.invoice,
            "external": case_file.external_reference,
        },
        anew=anew,
    )
