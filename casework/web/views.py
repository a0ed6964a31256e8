"""Pages that belong to no app: what the browser reports, what went wrong with a form's seal, and with us."""

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from casework.web.screens import public

logger = logging.getLogger("nervion.csp")

COME_BACK_SECONDS = 60
SECRET = ("password", "contrasena", "contraseña", "code")
OUTAGES = (OperationalError, InterfaceError)  # the database is gone, full, restarting, or kept us waiting for too long
BROKEN = "Algo falló de nuestro lado. El error quedó registrado; inténtelo de nuevo."
CLOSED = "El sistema no puede atenderle en este momento. No se perdió nada de lo ya guardado; inténtelo en un minuto."


@public
@csrf_exempt
@require_POST
def csp_report(request):
    """What a browser refused to load. Logged on one line, cut short; nothing of it is trusted."""
    report = request.body[:2000].decode("utf-8", "replace").replace("\n", " ").replace("\r", " ")
    logger.warning("csp %s", report)
    return HttpResponse(status=204)


def csrf_failure(request, reason=""):
    """A form without its seal, or with another session's (trust §5 row 26)."""
    return render(request, "403_csrf.html", status=403)


def server_error(request):
    """What broke while answering: 503 when it was the database, otherwise 500. Neither asks anything of anybody.

    Django calls this from its `except`, wherever the exception came from: a middleware, a view, a template.
    """
    outage = is_outage(sys.exc_info()[1])
    status, sentence = (503, CLOSED) if outage else (500, BROKEN)
    request_id = getattr(request, "id", "")
    if "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({"error": sentence, "request_id": request_id}, status=status)
    else:
        context = {"request_id": request_id} | (what_was_sent(request) if outage else {})
        response = HttpResponse(render_to_string(f"{status}.html", context), status=status)
    if outage:
        response.headers["Retry-After"] = str(COME_BACK_SECONDS)
    return response


def bad_request(request, exception):
    """What makes no sense; also what Django calls so when the database goes while a session is kept."""
    return server_error(request) if is_outage(exception) else defaults.bad_request(request, exception)


def is_outage(no):
    """Whether an exception is an outage, or came of one."""
    while no is not None and not isinstance(no, OUTAGES):
        no = no.__cause__ or no.__context__
    return no is not None


def what_was_sent(request):
    """A form to be sent again from the page of an outage: «Atrás» does not bring back what no browser may keep.

    Never a password, and no files: they are chosen again.
    """
    if request.method != "POST" or int(request.META.get("CONTENT_LENGTH") or 0) > settings.LARGEST_FORM:
        return {}
    try:
        fields, files = list(request.POST.lists()), bool(request.FILES)
    except Exception:  # whatever could not be read is not sent again either
        return {}
    if any(word in name.casefold() for name, _ in fields for word in SECRET):
        return {}
    again = [(name, value) for name, values in fields for value in values]
    return {"again": again, "address": request.get_full_path(), "files": files}
