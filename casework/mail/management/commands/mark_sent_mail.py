"""`manage.py mark_sent_mail FILE|FOLDER|-`: after a restore, what the mail server took is not sent again."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from casework.mail import already_sent
from casework.moment import database_now


class Command(BaseCommand):
    """Reads Postfix's log, a folder of `.eml`, or one Message-ID a line. Running it twice changes nothing."""

    help = "Marca como enviados los correos pendientes que el servidor de correo ya recibió. No envía nada."

    def add_arguments(self, parser):
        words = "registro de Postfix, carpeta con archivos .eml, lista de Message-ID, o - para la entrada estándar"
        parser.add_argument("source", metavar="REGISTRO", help=words)

    def handle(self, *, source, **options):
        now = database_now()
        sent = self.read(source, now)
        marked, unknown = already_sent.mark(sent, now=now)
        self.stdout.write(
            f"Correos en el registro: {len(sent)}. Pendientes que ya se habían enviado y así quedaron: {marked}."
        )
        if unknown:
            self.stdout.write(f"Sin fila aquí: {unknown}, de otros o de algo posterior al momento recuperado.")

    def read(self, source, now):
        if source == "-":
            return already_sent.in_lines(sys.stdin, now=now)
        path = Path(source)
        if path.is_dir():
            return already_sent.in_folder(path)
        try:
            with open(path, encoding="utf-8", errors="replace") as lines:
                return already_sent.in_lines(lines, now=now)
        except OSError as no:
            raise CommandError(f"No se pudo leer {source}: {no.strerror}.") from None
