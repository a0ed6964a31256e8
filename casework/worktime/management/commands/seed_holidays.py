"""`manage.py seed_holidays --year N [--apply]`: the days of LFT art. 74 that the table of days off lacks."""

import holidays
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from casework.moment import database_now
from casework.worktime import segments
from casework.worktime.explain import spoken_day
from casework.worktime.law import article_74
from casework.worktime.models import Calendar, DayOff, Origin


class Command(BaseCommand):
    """Print what is missing, to be reviewed; write it only when told to."""

    help = "Días de descanso obligatorio (LFT art. 74) que faltan en un año; con --apply, los registra."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, required=True, help="año, por ejemplo 2037")
        parser.add_argument("--apply", action="store_true", help="registrarlos en todos los calendarios")

    def handle(self, *, year, apply, **options):
        if not 2010 <= year <= 2100:
            raise CommandError("El año debe estar entre 2010 y 2100.")
        law = article_74(year)
        self.compare_with_the_library(year, law)
        known = set(DayOff.objects.filter(day__year=year, origin=Origin.LAW).values_list("day", flat=True))
        missing = [(day, reason) for day, reason in law if day not in known]
        for day, reason in law:
            self.stdout.write(f"{'ya está' if day in known else 'falta  '}  {spoken_day(day)}: {reason}")
        if not missing:
            self.stdout.write(f"No falta ningún día de {year}.")
        elif apply:
            self.write(missing)
            self.stdout.write(self.style.SUCCESS(f"Registrados: {len(missing)}."))
        else:
            self.stdout.write(f"Faltan {len(missing)}. Revíselos y repita con --apply para registrarlos.")

    @transaction.atomic
    def write(self, missing):
        now = database_now()
        calendars = list(Calendar.objects.all())
        for day, reason in missing:
            off = DayOff.objects.create(day=day, reason=reason, origin=Origin.LAW, approved_at=now)
            off.calendars.set(calendars)
        segments.refresh()

    def compare_with_the_library(self, year, law):
        """A second opinion for whoever reviews; it decides nothing."""
        ours = {day for day, _ in law}
        theirs = {day for day in holidays.country_holidays("MX", years=year) if day.year == year}
        for day in sorted(ours ^ theirs):
            which = "solo según nuestra lectura de la ley" if day in ours else "solo según la biblioteca «holidays»"
            self.stderr.write(self.style.WARNING(f"Atención: {spoken_day(day)}, {which}."))
