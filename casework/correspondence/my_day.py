"""Messages to customers that wait for a person: to be approved, to be corrected, to be told."""

from django.urls import reverse

from casework.correspondence.permissions import WRITERS
from casework.correspondence.queries import waiting_for
from casework.web.waiting import Group, Waiting

AT_MOST = 100

GROUPS = {
    "aprobar": "Respuestas por aprobar",
    "corregir": "Respuestas devueltas, por corregir",
    "entregar": "Respuestas aprobadas, por dar al cliente",
}


def waiting(person, *, at):
    """The groups of a person, empty ones included; at most one query."""
    if not person.has_role(*WRITERS):
        return []
    rows = {key: [] for key in GROUPS}
    for message in waiting_for(person)[:AT_MOST]:
        key, what, since = _why(message)
        row = Waiting(
            title=message.subject,
            url=reverse("case_file", args=[message.case_file.folio]),
            folio=message.case_file.folio,
            what=what,
            since=since,
        )
        rows[key].append(row)
    return [
        Group(key=key, title=title, rows=sorted(rows[key], key=lambda row: row.since)) for key, title in GROUPS.items()
    ]


def _why(message):
    if message.approved_at:
        return "entregar", f"Aprobada; se da por {message.get_channel_display()}", message.approved_at
    if message.submitted_at:
        return "aprobar", f"La redactó {message.written_by}", message.submitted_at
    return "corregir", message.returned_reason, message.written_at
