"""What waits for its initial analysis, and where each matter is routed (MPC-SER-002 §5.3, §5.4)."""

from django.urls import reverse

from casework.records.models import Evidence, EvidenceKind
from complaints.models import Complaint, Matter, Reason
from complaints.stages import Stage
from coordination.queries import routes

USUAL_MATTER = {
    Reason.QUALITY: Matter.TECHNICAL,
    Reason.SPECIFICATION: Matter.TECHNICAL,
    Reason.PACKAGING: Matter.LOGISTIC,
    Reason.DELIVERY: Matter.LOGISTIC,
    Reason.SERVICE: Matter.ADMINISTRATIVE,
    Reason.INVOICING: Matter.ADMINISTRATIVE,
}


def usual_matter(reason):
    """What a reason usually turns out to be; only a proposal for the coordinator."""
    return USUAL_MATTER[Reason(reason)]


def queue_for(person):
    """Those «por clasificar» that the person may see, in the order in which customers spoke."""
    waiting = Complaint.objects.visible_to(person).filter(stage=Stage.REGISTERED)
    return waiting.order_by("received_at", "pk")


def after(complaint, queue):
    """The one that follows in the queue; after the last, the first that is left; None when nothing waits."""
    rows = list(queue.exclude(pk=complaint.pk).values_list("received_at", "pk"))
    if not rows:
        return None
    later = [row for row in rows if row > (complaint.received_at, complaint.pk)]
    return Complaint.objects.with_case_file().get(pk=(later or rows)[0][1])


def routed_areas(matter):
    """The areas of a matter's route with whether they are proposed; if none is, the first one is."""
    rules = [rule for rule in routes(matter) if rule.department.active]
    some = any(rule.primary for rule in rules)
    return [(rule.department, rule.primary if some else rule is rules[0]) for rule in rules]


def with_photos(complaints, most=3):
    """The same complaints, each with its first photographs (`photos`), in one query for all."""
    rows = Evidence.objects.filter(case_file__in=[complaint.pk for complaint in complaints], kind=EvidenceKind.PHOTO)
    photos = {complaint.pk: [] for complaint in complaints}
    for row in rows.exclude(thumb="").order_by("pk").only("case_file", "name"):
        if len(photos[row.case_file_id]) < most:
            card = {
                "url": reverse("records:evidence", args=[row.pk]),
                "thumb_url": reverse("records:thumb", args=[row.pk]),
            }
            photos[row.case_file_id].append(card | {"name": row.name, "alt": f"Fotografía {row.name}"})
    for complaint in complaints:
        complaint.photos = photos[complaint.pk]
    return complaints
