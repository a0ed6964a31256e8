"""The two calendars from 2010 and the days of art. 74 until 2036. They come with the system: approved by nobody."""

from datetime import UTC, date, datetime, time

from django.db import migrations

from casework.worktime.law import article_74

HOLDS_FROM = date(2010, 1, 1)
YEARS = range(2010, 2037)
SEEDED_AT = datetime(2010, 1, 1, 6, tzinfo=UTC)  # the plant's midnight
CALENDARS = [
    (
        "habil",
        "Día hábil corrido",
        "Lunes a viernes, las 24 horas de cada día hábil.",
        time(0),
        time(0),
    ),
    ("jornada", "Jornada", "Lunes a viernes, de 09:00 a 18:00.", time(9), time(18)),
]


def seed(apps, schema_editor):
    model = {name: apps.get_model("worktime", name) for name in ("Calendar", "CalendarVersion", "Window", "DayOff")}
    calendars = []
    for key, name, note, opens, closes in CALENDARS:
        calendar = model["Calendar"].objects.create(key=key, name=name)
        version = model["CalendarVersion"].objects.create(
            calendar=calendar, holds_from=HOLDS_FROM, note=note, approved_at=SEEDED_AT
        )
        model["Window"].objects.bulk_create(
            model["Window"](version=version, weekday=weekday, opens=opens, closes=closes) for weekday in range(5)
        )
        calendars.append(calendar)
    days = model["DayOff"].objects.bulk_create(
        model["DayOff"](day=day, reason=reason, origin="law", approved_at=SEEDED_AT)
        for year in YEARS
        for day, reason in article_74(year)
    )
    through = model["DayOff"].calendars.through
    through.objects.bulk_create(
        through(dayoff_id=day.pk, calendar_id=calendar.pk) for day in days for calendar in calendars
    )


def unseed(apps, schema_editor):
    """Nothing to undo: 0001 drops the tables."""


class Migration(migrations.Migration):
    dependencies = [("worktime", "0002_stamp_and_position")]

    operations = [migrations.RunPython(seed, unseed)]
