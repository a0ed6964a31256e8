"""Who lives in the house that is struck: the demo's people and catalogue, alerts at every hour, no cases."""

from datetime import time, timedelta

from django.db import transaction
from django.utils import timezone

from casework.people.models import User
from casework.worktime.models import Calendar, CalendarVersion, ExtraOpening, Weekday, Window
from nervion_cases.demo.catalogue import make_catalogue
from nervion_cases.demo.people import make_people


@transaction.atomic
def settle_in():
    """Nothing if they live there already."""
    if User.objects.exists():
        return
    make_people()
    make_catalogue(timezone.localdate())
    open_round_the_clock()


def open_round_the_clock():
    """People are disturbed at every hour, so that nothing waits for Monday."""
    now, today, all_day = timezone.now(), timezone.localdate(), {"opens": time(0), "closes": time(0)}
    approved = {
        "proposed_at": now,
        "proposed_by": User.objects.get(username="administrador"),
        "approved_at": now,
        "approved_by": User.objects.get(username="comercial"),
    }
    jornada = Calendar.objects.get(key="jornada")
    version = CalendarVersion.objects.create(
        calendar=jornada, holds_from=today - timedelta(days=1), note="Avisos a toda hora", **approved
    )
    Window.objects.bulk_create(Window(version=version, weekday=day, **all_day) for day in Weekday.values)
    for days in range(-1, 8):  # today may be a holiday
        opening = ExtraOpening.objects.create(
            day=today + timedelta(days=days), reason="Avisos a toda hora", **all_day, **approved
        )
        opening.calendars.add(jornada)
