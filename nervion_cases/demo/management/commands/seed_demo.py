"""`manage.py seed_demo [--months N]`: people, catalogue, and N months of complaints lived by them until today.

Does nothing if people exist.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from casework.people.models import User
from casework.worktime.calendars import calendar
from nervion_cases.demo.catalogue import make_catalogue
from nervion_cases.demo.life import live
from nervion_cases.demo.past import past
from nervion_cases.demo.people import make_people
from nervion_cases.demo.plots import PLOTS

MONTHS = 18


class Command(BaseCommand):
    help = "Llena una base vacía con la demostración."

    def add_arguments(self, parser):
        parser.add_argument(
            "--months", type=int, default=MONTHS, help="meses de pasado; con 0, solo las últimas semanas"
        )

    def handle(self, *, months, **options):
        """Live the stories in the order of their instants."""
        if not settings.DEMO:
            raise CommandError("La demostración solo se carga con DEMO=True.")
        if User.objects.exists():
            self.stdout.write("La base ya tiene personas; no se agregó nada.")
            return
        with transaction.atomic():  # all of it or nothing: an interrupted start begins again
            lived = self.fill(timezone.now(), months)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # so that the first pages are not planned as over empty tables
        self.stdout.write(f"Demostración lista: {lived} quejas y reclamaciones.")

    def fill(self, now, months):
        """People, catalogue, cases. How many complaints were begun."""
        self.stdout.write("Personas y catálogo…")
        make_people()
        catalogue = make_catalogue(timezone.localdate(now), months=months or 2)
        plots = [*past(now, months=months, hours=calendar("jornada")), *PLOTS]
        progress = Progress(self.stdout, len(plots))
        lived = live(plots, now=now, catalogue=catalogue, tell=progress.tell)
        progress.done()
        return lived


class Progress:
    """One line that changes on a terminal; elsewhere a line a month."""

    def __init__(self, out, total):
        self.out, self.total = out, total
        self.alone = out.isatty()
        self.month, self.said = None, None

    def tell(self, month, begun):
        """«Viviendo dieciocho meses: junio de 2025 · 212 de 600 quejas»."""
        if (month, begun) == self.said or (not self.alone and month == self.month):
            return
        self.month, self.said = month, (month, begun)
        words = f"Viviendo el pasado: {month} · {begun} de {self.total} quejas"
        if self.alone:
            self.out.write(f"\r{words:<70}", ending="")
        else:
            self.out.write(words)
        self.out.flush()

    def done(self):
        """Leave the line that changed."""
        if self.alone:
            self.out.write("")
