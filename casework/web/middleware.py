"""What every answer carries and every request must respect."""

import logging
import time
from contextlib import ExitStack

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import connection
from django.http import HttpResponseBadRequest, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from casework.rules import Conflict, Forbidden, Refused

logger = logging.getLogger(__name__)

READ_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
READ_STATEMENTS = (
    "SELECT",
    "WITH",
    "EXPLAIN",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "SET",
    "SHOW",
)
LINGER_SECONDS = 3
LINGER_BYTES = 256 * 1024 * 1024
TOO_HEAVY = "Lo que envió es demasiado grande. Cada archivo debe pesar menos de 15 MB."
TOO_MANY_FILES = "Puede subir hasta 10 archivos a la vez."
TOO_MANY_FIELDS = "El formulario tiene demasiados campos."
UNREADABLE = "No se pudo leer lo que envió. Inténtelo de nuevo."
NO_ROOM = (
    "No queda espacio para guardar archivos. Vuelva a la página anterior y envíe su texto sin archivos, y avise a quien "
    "administra el sistema."
)
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


class SecurityHeaders:
    """Headers that no view needs to remember (trust §4)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pages of signed-in people are never kept by a cache: «atrás» after leaving shows nothing."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class CleanInput:
    """NUL never reaches the database; a body too large or with too many parts is answered in Spanish."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Refuse what no honest browser sends, before a session is even looked for."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("La dirección tiene caracteres que no se permiten.")
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Read the form here, so that its limits answer with a page and not with a trace."""
        if request.method != "POST":
            return None
        try:
            fields = request.POST
        except RequestDataTooBig:
            return refuse(request, TOO_HEAVY, status=413)
        except TooManyFilesSent:
            return refuse(request, TOO_MANY_FILES, status=413)
        except TooManyFieldsSent:
            return refuse(request, TOO_MANY_FIELDS, status=413)
        except (MultiPartParserError, UnreadablePostError):
            return refuse(request, UNREADABLE, status=400)
        except OSError:  # where uploads wait while they arrive is full
            logger.exception("an upload could not be received")
            return refuse(request, NO_ROOM, status=507)
        if any("\0" in text for name, values in fields.lists() for text in (name, *values)):
            return refuse(request, UNREADABLE, status=400)
        return None


class BodyLimits:
    """A body is weighed by its announced length before anything keeps a byte of it (trust §5 row 17).

    Only signed-in people send files; a stranger's form is text.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Refuse what is too heavy and what does not say its length, whatever its address."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and "chunked" in request.headers.get("Transfer-Encoding", ""):
            pour_away(request.META["wsgi.input"])
            return refuse(request, UNREADABLE, status=400)
        if length.isdecimal() and int(length) > self._limit(request, int(length)):
            pour_away(request)
            return refuse(request, TOO_HEAVY, status=413)
        return self.get_response(request)

    def _limit(self, request, length):
        if request.content_type != "multipart/form-data":
            return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length <= settings.LARGEST_FORM or request.user.is_authenticated:
            return settings.LARGEST_BODY
        return settings.LARGEST_FORM


def pour_away(body):
    """Read a little while and keep nothing: a browser that is still sending would not hear the answer."""
    until, left = time.monotonic() + LINGER_SECONDS, LINGER_BYTES
    try:
        while left > 0 and time.monotonic() < until:
            piece = body.read(64 * 1024)
            if not piece:
                return
            left -= len(piece)
    except OSError:
        return  # whoever was sending has gone


def refuse(request, sentence, *, status):
    """The page of a refusal, or its sentence for the script that asked."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": sentence}, status=status)
    return render(request, f"{status}.html", {"sentence": sentence}, status=status)


class ReadsDoNotWrite:
    """A view called by GET may only read: anything else raises (house, habit 22)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """The guard ends with the view and its template, so that the session may still be kept."""
        with ExitStack() as request.while_reading:
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Stand guard from here; the view itself is left to Django, which shows its refusals as pages."""
        if request.method in READ_METHODS and not getattr(view, "may_write_on_get", False):
            request.while_reading.enter_context(connection.execute_wrapper(_only_reads))


def _only_reads(execute, sql, params, many, context):
    if not sql.lstrip("( \n").upper().startswith(READ_STATEMENTS) or " FOR UPDATE" in sql.upper():
        raise WroteOnRead(f"a GET tried to write: {sql[:120]}")
    return execute(sql, params, many, context)


class WroteOnRead(AssertionError):
    """A view wrote while answering a GET."""


class RefusalPages:
    """An anticipated no that a view did not show on its own form becomes a page with the sentence."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request, exception):
        """403 for the person, 409 for the case."""
        if isinstance(exception, Forbidden):
            return refuse(request, str(exception), status=403)
        if isinstance(exception, (Conflict, Refused)):
            return refuse(request, str(exception), status=409)
        return None
