"""Saving and dropping drafts. Everyone reaches only his or her own."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views import View

from casework.desk import drafts
from casework.rules import Refused
from casework.web.screens import ANYONE, Screen

LONGEST_NAME = 40  # of a form and of a place
NO_SUCH_PLACE = "El borrador no se puede guardar: la dirección no es válida."


class Save(Screen, View):
    """Autosave: the whole form, as typed."""

    permission = ANYONE
    http_method_names = ["post"]

    def post(self, request, form):
        """Answers the hour, in plant time, that the form shows."""
        place = request.GET.get("lugar", "")
        if max(len(form), len(place)) > LONGEST_NAME:
            return JsonResponse({"error": NO_SUCH_PLACE}, status=400)
        try:
            draft = drafts.save(
                request.user, form, place, dict(request.POST.lists()), self._title(request), timezone.now()
            )
        except Refused as no:
            return JsonResponse({"error": str(no)}, status=400)
        return JsonResponse({"saved_at": f"{timezone.localtime(draft.saved_at):%H:%M}"})

    def _title(self, request):
        names = ["draft_title", *request.GET.get("titulo", "").split(",")]
        texts = (" ".join(request.POST.get(name, "").split()) for name in names if name)
        return next(filter(None, texts), "")


class Discard(Screen, View):
    """«Descartar borrador», with a way back."""

    permission = ANYONE
    http_method_names = ["post"]

    def post(self, request, form):
        """Put the draft aside and offer to bring it back; `next` is where the person was."""
        place, back = request.POST.get("lugar", ""), safe_return(request)
        if drafts.discard(request.user, form[:LONGEST_NAME], place[:LONGEST_NAME], at=timezone.now()):
            messages.success(
                request,
                format_html(
                    'Se descartó el borrador. <button class="btn btn-link btn-sm" form="banner-form" formaction="{}">'
                    "Deshacer</button>",
                    f"{reverse('desk:restore', args=[form])}?{urlencode({'lugar': place, 'next': back})}",
                ),
            )
        return redirect(back)


class Restore(Screen, View):
    """Undo of the discarding."""

    permission = ANYONE
    http_method_names = ["post"]

    def post(self, request, form):
        """Bring the draft back."""
        place, back = request.GET.get("lugar", ""), safe_return(request)
        if drafts.restore(request.user, form[:LONGEST_NAME], place[:LONGEST_NAME]):
            messages.success(request, "Se recuperó el borrador.")
        return redirect(back)


def safe_return(request):
    """Where to go back to: only to a page of ours (trust §5 row 29)."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return reverse("my_day")
