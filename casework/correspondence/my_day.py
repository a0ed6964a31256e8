"""Messages to customers that wait for a person: to be approved, to be corrected, to be told."""

from casework.correspondence.permissions import WRITERS
from casework.correspondence.queries import waiting_for
from casework.web.waiting import SHOWN, Group, Waiting

AT_MOST = 100
HEAVY = ("case_file__search_text", "case_file__search_vector")

GROUPS = {
    "aprobar": "Respuestas por aprobar",
    "corregir": "Respuestas devueltas, por corregir",
    "entregar": "Respuestas aprobadas, por dar al cliente",
}


def waiting(person, *, at):
    """The groups of a person, empty ones included; at most one query."""
    if not person.has_role(*WRITERS):
        return []
    found = list(waiting_for(person).defer("body", *HEAVY)[: AT_MOST + 1])
    kept = {key: [] for key in GROUPS}
    for message in found[:AT_MOST]:
        key, what, since = _why(message)
        kept[key].append((since, message.pk, what, message))
    return [
        Group(
            key=key,
            title=title,
            rows=[_row(*one) for one in sorted(kept[key], key=lambda one: one[:2])[:SHOWN]],
            total=len(kept[key]),
            more=len(found) > AT_MOST and bool(kept[key]),
        )
        for key, title in GROUPS.items()
    ]


def _row(since, _number, what, message):
    return Waiting(
        title=message.subject,
        url=message.case_file.get_absolute_url(),
        folio=message.case_file.folio,
        what=what,
        since=since,
    )


def _why(message):
    if message.approved_at:
        return "entregar", f"Aprobada; se da por {message.get_channel_display()}", message.approved_at
    if message.submitted_at:
        return "aprobar", f"La redactó {message.written_by}", message.submitted_at
    return "corregir", message.returned_reason, message.written_at
