"""`manage.py sweep_deadlines [--at ISO]`: one pass of the sweep; the fallback where there is no beat (product §6)."""

from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.deadlines.sweep import sweep
from casework.mail.outbox import heartbeat
from casework.moment import PLANT, database_now


class Command(BaseCommand):
    """By the database's clock, or by the instant of `--at`; a future one only in the demo."""

    help = "Revisa los plazos una vez: registra los vencidos y debe los avisos."

    def add_arguments(self, parser):
        parser.add_argument("--at", metavar="ISO", help="instante, en hora de la planta si no dice su huso")

    def handle(self, *, at, **options):
        now = database_now()
        moment = now if at is None else _instant(at)
        if moment > now and not settings.DEMO:
            raise CommandError("El instante de --at es futuro; fuera de la demostración no se permite.")
        looked_at = sweep(at=moment)
        if at is None:
            heartbeat("deadlines", at=moment)
        self.stdout.write(f"Plazos revisados: {looked_at}.")


def _instant(text):
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"«{text}» no es un instante ISO, como 2026-11-13T16:40.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=PLANT)
