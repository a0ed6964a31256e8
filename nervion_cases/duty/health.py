"""`GET /salud/`: 200 when the database, the queue, the worker and the sweep are well; 503 and which is not (product §6).

It answers within a few seconds also when PostgreSQL or Redis are gone or frozen.
"""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.web.screens import public
from nervion_cases.duty.facts import Question, gathered, pulse
from nervion_cases.duty.parts import MAIL_IS_LATE_AFTER, UNKNOWN, VITAL, State, parts

DATABASE_SECONDS = 2

_question = Question()


@public
@never_cache
@require_safe
def health(request):
    """Each vital part in a word, and in Spanish what is wrong."""
    facts = gathered(_question.ask(pulse, seconds=DATABASE_SECONDS))
    vital = [part for part in parts(facts) if part.key in VITAL]
    wrong = any(part.state is State.BAD for part in vital)
    body = {
        "estado": "mal" if wrong else "bien",
        "partes": {part.key: part.says if part.state is State.BAD else "bien" for part in vital},
        "segundos_desde": {
            words: _age(facts.pulse, name)
            for words, name in (("trabajador", "worker"), ("barrido", "deadlines"), ("despacho", "dispatch"))
        },
        "correo": _mail(facts.pulse),
    }
    return JsonResponse(body, status=503 if wrong else 200, json_dumps_params={"ensure_ascii": False})


def _age(pulse, name):
    beat = pulse and pulse.beats.get(name)
    return int((pulse.now - beat).total_seconds()) if beat else None


def _mail(pulse):
    """How the post stands. It does not decide the answer: a queue that waits for a mail server is not lost."""
    if pulse is None:
        return UNKNOWN
    waits = pulse.now - pulse.oldest_due if pulse.oldest_due else None
    late = waits is not None and waits > MAIL_IS_LATE_AFTER
    return {
        "espera": "Hay correos que esperan desde hace más de 15 minutos." if late else "bien",
        "mas_antiguo_segundos": max(0, int(waits.total_seconds())) if waits is not None else None,
        "incidentes": pulse.dead + pulse.uncertain,
    }
