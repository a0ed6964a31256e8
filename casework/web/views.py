"""Pages that belong to no app: what the browser reports, and what went wrong with a form's seal."""

import logging

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from casework.web.screens import public

logger = logging.getLogger("nervion.csp")


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
