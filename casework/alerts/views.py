"""The bell: what a person was told. Looking at the list changes nothing; opening an alert is a POST."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import ListView, View

from casework.alerts import bell
from casework.alerts.models import Alert
from casework.alerts.sentences import headline, sentence
from casework.web.screens import ANYONE, Screen, found


def alerts_of(person):
    """The only door to alerts: each person's own."""
    return Alert.objects.filter(person=person).select_related("case_file")


class Bell(Screen, ListView):
    """What I was told, the newest first."""

    permission = ANYONE
    template_name = "alerts/list.html"
    paginate_by = 30

    def get_queryset(self):
        """Everything, or only what is new."""
        alerts = alerts_of(self.request.user)
        return alerts.filter(seen_at=None) if self.request.GET.get("ver") == "nuevos" else alerts

    def paginate_queryset(self, queryset, page_size):
        """A page number out of range is the last page, not an error."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get("page"))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs):
        """Each alert with its words."""
        context = super().get_context_data(**kwargs)
        context["lines"] = [
            {"alert": alert, "headline": headline(alert), "sentence": sentence(alert)}
            for alert in context["object_list"]
        ]
        context["only_new"] = self.request.GET.get("ver") == "nuevos"
        return context


class Open(Screen, View):
    """Open one: it is read, and the case is shown."""

    permission = ANYONE
    http_method_names = ["post"]

    def post(self, request, pk):
        """Mark and go."""
        alert = found(alerts_of(request.user), pk=pk)
        bell.see(alert, by=request.user, at=timezone.now())
        return redirect(alert.case_file or "alerts:list")


class SeeAll(Screen, View):
    """«Marcar todo como leído»."""

    permission = ANYONE
    http_method_names = ["post"]

    def post(self, request):
        """Mark, and stay on the list."""
        bell.see_all(by=request.user, at=timezone.now())
        messages.success(request, "Todos los avisos quedaron como leídos.")
        return redirect("alerts:list")
