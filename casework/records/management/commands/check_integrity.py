"""`manage.py check_integrity [--evidence-until ISO]`: counts what is kept and says whether it is whole."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError

from casework.records import integrity


class Command(BaseCommand):
    """Ends with an error when something is missing or is not what it should be."""

    help = "Revisa que folios, bitácora y archivos de evidencia estén completos."

    def add_arguments(self, parser):
        words = "no espera archivos de evidencias subidas después de este instante"
        parser.add_argument("--evidence-until", metavar="ISO", type=datetime.fromisoformat, help=words)

    def handle(self, *, evidence_until, **options):
        found = integrity.examine(evidence_until=evidence_until)
        for words in found.counted:
            self.stdout.write(words)
        if found.wrong:
            raise CommandError("\n".join(found.wrong))
        self.stdout.write("Todo está completo.")
