"""What the page of the calendars tells."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from casework.worktime.models import Calendar, CalendarVersion, DayOff, Weekday, Window, closing


@dataclass
class Told:
    """A calendar as the page tells it."""

    calendar: Calendar
    now: CalendarVersion = None
    coming: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    past: list = field(default_factory=list)


def calendars_told(*, day):
    """Every calendar with its versions and hours, in three queries."""
    windows = Prefetch("windows", queryset=Window.objects.order_by("weekday", "opens"))
    versions = (
        CalendarVersion.objects.select_related("proposed_by", "approved_by")
        .prefetch_related(windows)
        .order_by("-holds_from")
    )
    told = []
    for calendar in Calendar.objects.order_by("pk").prefetch_related(Prefetch("versions", queryset=versions)):
        one = Told(calendar)
        for version in calendar.versions.all():
            version.week = week_words(version.windows.all())
            if version.approved_at is None:
                one.waiting.append(version)
            elif version.holds_from > day:
                one.coming.append(version)
            elif one.now is None:
                one.now = version
            else:
                one.past.append(version)
        told.append(one)
    return told


def week_words(windows):
    """`[("lunes a viernes", "09:00 a 18:00"), ("sábado", "09:00 a 13:00")]`, days with the same hours together."""
    by_day = {day: [] for day in Weekday}
    for window in windows:
        by_day[Weekday(window.weekday)].append(f"{window.opens:%H:%M} a {closing(window.closes)}")
    groups = []
    for day, spans in by_day.items():
        hours = ", ".join(spans)
        if groups and groups[-1][1] == hours:
            groups[-1][0].append(day)
        else:
            groups.append(([day], hours))
    return [
        (
            days[0].label if len(days) == 1 else f"{days[0].label} {'y' if len(days) == 2 else 'a'} {days[-1].label}",
            hours,
        )
        for days, hours in groups
        if hours
    ]


def week_fields(version):
    """The hours of each weekday as the form reads them: `{0: "09:00-14:00, 15:00-18:00"}`."""
    days = {day.value: [] for day in Weekday}
    for window in version.windows.all() if version else ():
        days[window.weekday].append(f"{window.opens:%H:%M}-{closing(window.closes)}")
    return {day: ", ".join(spans) for day, spans in days.items()}


def days_off(year):
    """The days off of a year with their calendars, in two queries."""
    return (
        DayOff.objects.filter(day__year=year, approved_at__isnull=False)
        .select_related("approved_by")
        .prefetch_related("calendars")
        .order_by("day", "pk")
    )


def days_off_waiting():
    """Those that wait for a yes, of whatever year."""
    return DayOff.objects.waiting().select_related("proposed_by").prefetch_related("calendars").order_by("day", "pk")


def years():
    """The first and last year with days off."""
    days = DayOff.objects.order_by("day").values_list("day", flat=True)
    first, last = days.first(), days.last()
    return (first.year, last.year) if first else (None, None)


def version_in_force(calendar, *, day):
    """The approved version of a day, or None."""
    return calendar.versions.approved().filter(holds_from__lte=day).order_by("-holds_from").first()
