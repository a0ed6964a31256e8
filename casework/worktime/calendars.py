"""From rows to the value that counts. The only door between the tables and the clock."""

from collections import defaultdict
from datetime import date
from types import MappingProxyType

from casework.worktime.clock import WorkingCalendar
from casework.worktime.models import Calendar, CalendarVersion, DayOff, ExtraOpening, Origin, Revision
from casework.worktime.specs import CalendarSpec, ClockError, Opening, Window, wall
from casework.worktime.specs import DayOff as Off

_kept = (None, None)  # the last stamp and its calendars; replaced whole, so that threads never see half of it


class NoSuchCalendar(ClockError):
    """No calendar of that key has an approved version."""


def calendars():
    """Every calendar with an approved version, by key: a mapping of WorkingCalendar, as the rows are now.

    One small query when nothing changed since the last time, eight when something did. A transaction sees its own
    edits; what it rolls back is never seen again, since a stamp is used once.
    """
    global _kept
    while True:
        stamp = _stamp()
        kept_stamp, kept = _kept
        if stamp is not None and stamp == kept_stamp:
            return kept
        built = _build()
        if _stamp() == stamp:  # else somebody edited between two of the queries
            _kept = (stamp, built)
            return built


def calendar(key):
    """The WorkingCalendar of a key. Raises NoSuchCalendar."""
    try:
        return calendars()[key]
    except KeyError:
        raise NoSuchCalendar(f"No hay un calendario «{key}» aprobado.") from None


def _stamp():
    return Revision.objects.filter(pk=1).values_list("stamp", flat=True).first()


def horizon_end():
    """The date up to which calendars speak: the end of the last year whose days of LFT art. 74 are in the table."""
    last = DayOff.objects.approved().filter(origin=Origin.LAW).order_by("-day").values_list("day", flat=True).first()
    return date((last or date(2036, 12, 25)).year + 1, 1, 1)


def _build():
    until = horizon_end()
    versions, days_off, openings = defaultdict(list), defaultdict(list), defaultdict(list)
    for version in CalendarVersion.objects.approved().filter(holds_from__lt=until).prefetch_related("windows"):
        versions[version.calendar_id].append(version)
    for calendar_id, day, reason, origin, closed_from, closed_until in DayOff.calendars.through.objects.filter(
        dayoff__approved_at__isnull=False
    ).values_list(
        "calendar_id",
        *(f"dayoff__{name}" for name in ("day", "reason", "origin", "closed_from", "closed_until")),
    ):
        part = (None, None) if closed_from is None else (wall(closed_from), wall(closed_until, closing=True))
        days_off[calendar_id].append(Off(day, reason, Origin(origin).label, *part))
    for calendar_id, day, opens, closes, reason in ExtraOpening.calendars.through.objects.filter(
        extraopening__approved_at__isnull=False
    ).values_list("calendar_id", *(f"extraopening__{name}" for name in ("day", "opens", "closes", "reason"))):
        openings[calendar_id].append(Opening(day, wall(opens), wall(closes, closing=True), reason))
    return MappingProxyType(
        {
            row.key: WorkingCalendar(
                key=row.key,
                specs=tuple(
                    _spec(version, until, tuple(days_off[row.pk]), tuple(openings[row.pk]))
                    for version in versions[row.pk]
                ),
            )
            for row in Calendar.objects.all()
            if versions[row.pk]
        }
    )


def _spec(version, until, days_off, openings):
    return CalendarSpec(
        zone=version.timezone,
        starts=version.holds_from,
        until=until,
        windows=tuple(
            Window(window.weekday, wall(window.opens), wall(window.closes, closing=True))
            for window in version.windows.all()
        ),
        days_off=days_off,
        openings=openings,
    )
