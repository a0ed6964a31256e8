"""`manage.py heartbeat backup`: for what runs outside the application to say that it went well (the page `/guardia/`)."""

from django.core.management.base import BaseCommand

from casework.mail.outbox import heartbeat
from casework.moment import database_now

OUTSIDE = ("backup",)


class Command(BaseCommand):
    """By the database's clock. To be run after the work, and only if it went well."""

    help = "Anota que algo que corre fuera de la aplicación terminó bien."

    def add_arguments(self, parser):
        parser.add_argument("name", choices=OUTSIDE, help="qué terminó bien")

    def handle(self, *, name, **options):
        at = database_now()
        heartbeat(name, at=at)
        self.stdout.write(f"Anotado: {name}, {at:%Y-%m-%dT%H:%M:%SZ}.")
