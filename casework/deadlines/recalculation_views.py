"""Ajustes: what a change of calendar would move, and the button that moves it (trust §1.6)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from casework.deadlines.running import check_may_recalculate, recalculate
from casework.people.permissions import SEES_EVERY_CASE, check_reads_settings
from casework.rules import reason
from casework.web.faces import count
from casework.web.screens import Screen, found
from casework.worktime.models import Calendar


class Recalculate(Screen, TemplateView):
    """The open deadlines of a calendar, before and after. Looking changes nothing."""

    permission = check_reads_settings
    template_name = "deadlines/recalculate.html"

    def get_context_data(self, **kwargs):
        """The moves, and who may make them."""
        person = self.request.user
        calendar = found(Calendar.objects.all(), key=self.kwargs["key"])
        moves = recalculate(calendar.key, by=person, at=timezone.now(), preview=True)
        return super().get_context_data(
            calendar=calendar,
            moves=moves,
            counted=count(len(moves), "plazo abierto se movería", "plazos abiertos se moverían"),
            sees_cases=person.has_role(*SEES_EVERY_CASE),
            why_not=reason(check_may_recalculate, person),
            **kwargs,
        )

    def post(self, request, key):
        """Move them, each with its line in the bitácora."""
        calendar = found(Calendar.objects.all(), key=key)
        moves = recalculate(calendar.key, by=request.user, at=timezone.now())
        words = count(len(moves), "plazo", "plazos")
        messages.success(request, f"Se recalculó {words}; cada expediente dice el antes y el después.")
        return redirect("deadlines:recalculate", key=calendar.key)
