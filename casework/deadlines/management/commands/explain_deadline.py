"""`manage.py explain_deadline --promise KEY --received ISO [--json]`: when a promise is due, and why (product §6)."""

import json
import sys
from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError

from casework.deadlines.models import PromiseKey, PromiseRule, Unit
from casework.moment import PLANT
from casework.worktime.calendars import calendars
from casework.worktime.explain import explain
from casework.worktime.promises import Term
from casework.worktime.specs import ClockError


class Command(BaseCommand):
    """Reads one instant, or with `-` one a line. A line without answer is told on stderr, and exit 1 at the end."""

    help = "Cuándo vence una promesa hecha en un instante, y por qué."

    def add_arguments(self, parser):
        parser.add_argument("--promise", metavar="CLAVE", help=f"promesa: {', '.join(PromiseKey.values)}")
        parser.add_argument(
            "--received", metavar="ISO", help="instante, en hora de la planta si no dice su huso; - lee uno por línea"
        )
        parser.add_argument("--json", action="store_true", help="un objeto por línea")

    def handle(self, *, promise, received, **options):
        if promise not in PromiseKey.values:
            raise CommandError(f"--promise debe ser una de: {', '.join(PromiseKey.values)}.")
        if not received:
            raise CommandError("Falta --received: un instante ISO, o - para leer uno por línea.")
        self.rules = list(
            PromiseRule.objects.filter(key=promise, approved_at__isnull=False)
            .select_related("calendar")
            .order_by("-holds_from", "-pk")
        )
        self.calendars = calendars()
        if received == "-":
            self.answer_lines(as_json=options["json"])
            return
        try:
            self.stdout.write(self.answer(received, as_json=options["json"]))
        except ClockError as no:
            raise CommandError(str(no)) from None

    def answer_lines(self, *, as_json):
        failed = answered = 0
        if hasattr(sys.stdin, "reconfigure"):  # a byte that is no text spoils its own line only
            sys.stdin.reconfigure(errors="replace")
        for number, line in enumerate(sys.stdin, start=1):
            text = line.strip().lstrip("\ufeff")
            if not text:
                continue
            try:
                answer = self.answer(text, as_json=as_json)
            except ClockError as no:
                failed += 1
                self.stderr.write(f"Línea {number}: {no}")
                continue
            if answered and not as_json:
                self.stdout.write("")
            answered += 1
            self.stdout.write(answer)
            self.stdout.flush()
        if failed:
            raise CommandError(f"{failed} líneas sin respuesta." if failed > 1 else "1 línea sin respuesta.")

    def answer(self, text, *, as_json):
        """What is printed for one instant. Raises ClockError."""
        at = instant(text)
        explanation = explain(*self.terms(at))
        if as_json:
            return json.dumps(explanation.as_dict(), ensure_ascii=False)
        return "\n".join(explanation.sentences)

    def terms(self, at):
        """The Term in force on the plant-local date of an instant, the instant, and the calendar it names."""
        day = at.astimezone(PLANT).date()
        rule = next((rule for rule in self.rules if rule.holds_from <= day), None)
        if rule is None:
            raise ClockError(f"Ninguna promesa aprobada regía el {day:%d/%m/%Y}.")
        if rule.unit == Unit.NATURAL_DAYS:
            return Term(rule.key, rule.unit, rule.amount, rule.strict), at, None
        if rule.calendar.key not in self.calendars:
            raise ClockError(f"El calendario «{rule.calendar}» no tiene una versión aprobada.")
        return Term(rule.key, rule.unit, rule.amount * 3600, rule.strict), at, self.calendars[rule.calendar.key]


def instant(text):
    """The aware instant of an ISO text; plant time where it says no offset. Raises ClockError."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=PLANT)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ClockError(
            f"«{text}» no es un instante ISO, como 2026-11-13T16:40 o 2026-11-13T16:40:00-06:00."
        ) from None
