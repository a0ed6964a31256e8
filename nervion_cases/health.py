"""`GET /salud/`: 200 when the database, the queue, the worker and the sweep are well; 503 and which is not (product §6).

It answers within a few seconds also when PostgreSQL or Redis are gone or frozen, so every question has a limit, and
the database is asked from a thread of its own: a frozen server would hold whoever asks.
"""

import logging
import threading
from datetime import timedelta

from django.db import connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.mail.models import Heartbeat, MailState, OutgoingMail
from casework.mail.wake import broker
from casework.moment import database_now
from casework.web.screens import public

log = logging.getLogger(__name__)

DATABASE_SECONDS = 2
BROKER_SECONDS = 0.5
STALE_AFTER = timedelta(minutes=3)
MAIL_IS_LATE_AFTER = timedelta(minutes=15)


class Question:
    """One thread at a time asks the database; while it is held, the answer is that it does not answer."""

    def __init__(self):
        self._lock = threading.Lock()

    def ask(self, *, seconds):
        """What the database says within the seconds, or None."""
        if not self._lock.acquire(blocking=False):
            return None
        answer = {}
        thread = threading.Thread(target=self._run, args=(answer,), daemon=True)
        thread.start()
        thread.join(seconds)
        return answer.get("facts")

    def _run(self, answer):
        try:
            answer["facts"] = _facts()
        except Exception as no:
            log.warning("the database does not answer: %s", no)
        finally:
            connection.close()
            self._lock.release()


_question = Question()


def _facts():
    return {
        "now": database_now(),
        "beats": dict(Heartbeat.objects.values_list("name", "at")),
        "oldest": OutgoingMail.objects.filter(
            state__in=[MailState.PENDING, MailState.SENDING], not_before__lte=database_now()
        )
        .order_by("owed_at")
        .values_list("owed_at", flat=True)
        .first(),
        "incidents": OutgoingMail.objects.filter(
            state__in=[MailState.DEAD, MailState.UNCERTAIN], attended_at=None
        ).count(),
    }


@public
@never_cache
@require_safe
def health(request):
    """Each part in a word, and in Spanish what is wrong."""
    facts = _question.ask(seconds=DATABASE_SECONDS)
    wrong = {}
    if facts is None:
        wrong["base_de_datos"] = "La base de datos no responde."
    if not _broker_answers():
        wrong["cola"] = "Redis no responde; los avisos salen igual, con unos segundos más de espera."
    ages = {}
    for part, name, sentence in (
        (
            "trabajador",
            "worker",
            "El proceso que envía correos y revisa plazos no da señales desde hace más de 3 minutos.",
        ),
        ("barrido", "deadlines", "Los plazos no se revisan desde hace más de 3 minutos."),
    ):
        beat = facts and facts["beats"].get(name)
        ages[part] = int((facts["now"] - beat).total_seconds()) if beat else None
        if beat is None or facts["now"] - beat > STALE_AFTER:
            wrong[part] = sentence if facts else "No se sabe: la base de datos no responde."
    dispatched = facts and facts["beats"].get("dispatch")
    ages["despacho"] = int((facts["now"] - dispatched).total_seconds()) if dispatched else None
    body = {
        "estado": "mal" if wrong else "bien",
        "partes": {part: wrong.get(part, "bien") for part in ("base_de_datos", "cola", "trabajador", "barrido")},
        "segundos_desde": ages,
        "correo": _mail(facts),
    }
    return JsonResponse(body, status=503 if wrong else 200, json_dumps_params={"ensure_ascii": False})


def _broker_answers():
    try:
        with broker(BROKER_SECONDS) as client:
            return bool(client.ping())
    except Exception:
        return False


def _mail(facts):
    """How the post stands. It does not decide the answer: a queue that waits for a mail server is not lost."""
    if facts is None:
        return "No se sabe: la base de datos no responde."
    oldest = facts["oldest"]
    late = oldest is not None and facts["now"] - oldest > MAIL_IS_LATE_AFTER
    return {
        "espera": "Hay correos que esperan desde hace más de 15 minutos." if late else "bien",
        "mas_antiguo_segundos": max(0, int((facts["now"] - oldest).total_seconds())) if oldest else None,
        "incidentes": facts["incidents"],
    }
