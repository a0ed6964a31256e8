"""What waits for Dirección Comercial among the settings: promises and calendars that somebody proposed."""

from django.urls import reverse

from casework.deadlines.models import PromiseKey
from casework.deadlines.settings_queries import proposals
from casework.people.permissions import check_approves_settings
from casework.rules import says_yes
from casework.web.waiting import Group, Waiting


def waiting(person, *, at):
    """Proposals by whoever is not this person; at most one query."""
    if not says_yes(check_approves_settings, person):
        return []
    return [
        Group(
            key="ajustes-por-aprobar",
            title="Ajustes por aprobar",
            rows=[_row(*proposal) for proposal in proposals(besides=person)],
        )
    ]


def _row(kind, what, holds_from, proposed_at):
    if kind == "promise":
        return Waiting(
            title=f"Promesa: {PromiseKey(what).label}",
            url=reverse("deadlines:settings"),
            what=f"Regiría desde el {holds_from:%d/%m/%Y}",
            since=proposed_at,
        )
    title = f"Horario: {what}" if kind == "version" else f"Día inhábil: {what}"
    return Waiting(
        title=title, url=reverse("worktime:calendars"), what=f"Desde el {holds_from:%d/%m/%Y}", since=proposed_at
    )
