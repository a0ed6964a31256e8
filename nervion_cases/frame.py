"""What the frame of every page needs: one query a page."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from casework.people.permissions import READS_CASES
from casework.people.roles import Role
from casework.web.addresses import address

SWEEP_IS_STALE_AFTER = timedelta(minutes=3)
WARN_BEFORE_SECONDS = 5 * 60
# Asked by every page, so it is written out; the bell counts no further than what it shows, «99+».
UNSEEN_AND_SWEPT = """
    SELECT (SELECT count(*) FROM (SELECT FROM alerts_alert WHERE person_id = %s AND seen_at IS NULL LIMIT 100) unseen),
           (SELECT at FROM mail_heartbeat WHERE name = 'deadlines')
"""


@dataclass(frozen=True)
class Place:
    """An entry of the rail and the roles that see it; no roles means everybody."""

    label: str
    url_name: str
    icon: str
    roles: tuple = ()
    key: str = ""
    secondary: bool = False
    under: str = ""  # the beginning of the addresses of the place, if it is not that of its first page


PLACES = (
    Place("Mi día", "my_day", "house", key="m"),
    Place("Quejas", "complaints:list", "chat-left-quote", READS_CASES),
    Place("Solicitudes", "coordination:list", "arrow-left-right", READS_CASES),
    Place("Buscar", "search", "search", READS_CASES),
    Place("Personas", "people:list", "people", (Role.ADMINISTRATOR,)),
    Place("Catálogo", "catalogue:customers", "boxes", (Role.ADMINISTRATOR,), secondary=True, under="/catalogo/"),
    Place(
        "Ajustes",
        "deadlines:settings",
        "gear-wide-connected",
        (Role.ADMINISTRATOR, Role.COORDINATOR, Role.COMMERCIAL, Role.DIRECTION, Role.AUDITOR),
        secondary=True,
        under="/ajustes/",
    ),
    Place("Guardia", "duty", "shield-check", (Role.ADMINISTRATOR, Role.COORDINATOR), secondary=True),
)

MAILBOX = Place("Buzón", "demo_mail", "envelope", secondary=True)  # only the demo has one


def places_for(person, path):
    """The rail of a person, with the place where the page is."""
    shown = []
    for place in (*PLACES, MAILBOX) if settings.DEMO else PLACES:
        if place.roles and not person.has_role(*place.roles):
            continue
        url = address(place.url_name)
        current = path == url if url == "/" else path.startswith(place.under or url)
        shown.append(
            {
                "label": place.label,
                "url": url,
                "icon": place.icon,
                "key": place.key,
                "secondary": place.secondary,
                "current": current,
            }
        )
    return shown


def frame(request):
    """The rail, the bell and whether the watchman sleeps. People outside are told only how to enter the demo."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"demo": settings.DEMO, "demo_password": settings.DEMO_PASSWORD} if settings.DEMO else {}
    with connection.cursor() as cursor:
        cursor.execute(UNSEEN_AND_SWEPT, [person.pk])
        unseen, last_sweep = cursor.fetchone()
    return {
        "nav": places_for(person, request.path),
        "bell_count": unseen,
        "sweep_stale": last_sweep is None or timezone.now() - last_sweep > SWEEP_IS_STALE_AFTER,
        "session_warn_after": settings.SESSION_IDLE_SECONDS - WARN_BEFORE_SECONDS,
    }
