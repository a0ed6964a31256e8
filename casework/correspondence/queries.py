"""What screens ask about messages to customers."""

from django.db.models import Q

from casework.correspondence.models import Channel, CustomerMessage
from casework.correspondence.permissions import APPROVERS
from casework.records.models import seen_by

OFFERED = Q(submitted_at__isnull=False, approved_at=None)
RETURNED = Q(submitted_at=None, approved_at=None) & ~Q(returned_reason="")
TO_TELL = Q(approved_at__isnull=False) & ~Q(channel=Channel.MAIL)


def waiting_for(person):
    """What did not leave yet and waits for this person: to approve it, to correct it or to tell the customer."""
    mine = RETURNED & Q(written_by=person)
    mine |= TO_TELL & (Q(written_by=person) | Q(case_file__responsible=person))
    if person.has_role(*APPROVERS):
        mine |= OFFERED & ~Q(written_by=person)
    rows = CustomerMessage.objects.filter(mine, mail=None, delivered_at=None, case_file__closed_at=None)
    return (
        rows.filter(seen_by(person, "case_file__"))
        .select_related("case_file", "written_by")
        .order_by("written_at", "pk")
    )
