"""Messages to customers that wait for a person: to be approved, to be corrected, to be told."""

from django.db.models import BooleanField, Case, Count, F, Value, When, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, RowNumber

from casework.correspondence.permissions import WRITERS
from casework.correspondence.queries import waiting_for
from casework.web.waiting import SHOWN, Group, Waiting

DRAWN = (
    *("subject", "channel", "returned_reason", "case_file__folio"),
    *("written_by__username", "written_by__first_name", "written_by__last_name"),
)
# Found first, by their own index: that what has no mail was not told either, PostgreSQL would not guess.
NOT_YET_GONE = RawSQL(
    """correspondence_customermessage.id = ANY (ARRAY(SELECT message.id FROM correspondence_customermessage message
    WHERE message.mail_id IS NULL AND message.delivered_at IS NULL))""",
    (),
    output_field=BooleanField(),
)

GROUPS = {
    "aprobar": "Respuestas por aprobar",
    "corregir": "Respuestas devueltas, por corregir",
    "entregar": "Respuestas aprobadas, por dar al cliente",
}
GROUP = Case(
    When(approved_at__isnull=False, then=Value("entregar")),
    When(submitted_at__isnull=False, then=Value("aprobar")),
    default=Value("corregir"),
)


def waiting(person, *, at):
    """The groups of a person, empty ones included; at most one query."""
    if not person.has_role(*WRITERS):
        return []
    found = (
        waiting_for(person)
        .filter(NOT_YET_GONE)
        .only(*DRAWN)
        .annotate(group=GROUP, since=Coalesce("approved_at", "submitted_at", "written_at"))
        .annotate(place=Window(RowNumber(), partition_by=F("group"), order_by=["since", "pk"]))
        .annotate(total=Window(Count("pk"), partition_by=F("group")))
        .filter(place__lte=SHOWN)
        .order_by("place")
    )
    kept = {key: [] for key in GROUPS}
    for message in found:
        kept[message.group].append(message)
    return [
        Group(
            key=key,
            title=title,
            rows=[_row(message) for message in kept[key]],
            total=kept[key][0].total if kept[key] else 0,
        )
        for key, title in GROUPS.items()
    ]


def _row(message):
    return Waiting(
        title=message.subject,
        url=message.case_file.get_absolute_url(),
        folio=message.case_file.folio,
        what=_what(message),
        since=message.since,
    )


def _what(message):
    if message.group == "entregar":
        return f"Aprobada; se da por {message.get_channel_display()}"
    return f"La redactó {message.written_by}" if message.group == "aprobar" else message.returned_reason
