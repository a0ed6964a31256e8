"""The pages of the roof: Mi día, search, and the address of a case that knows no procedure."""

from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.generic import TemplateView, View

from casework.people.permissions import sees_customer_name
from casework.records.models import CaseFile, CaseKind
from casework.records.search import newest
from casework.rules import says_yes
from casework.web.screens import ANYONE, Screen, found
from complaints.my_day import figures
from complaints.permissions import check_may_register

RESULTS = 25
NOT_SHOWN = ("search_text", "search_vector", "complaint__description", "request__question")


class MyDay(Screen, TemplateView):
    """What waits for me, by due time."""

    permission = ANYONE
    template_name = "my_day.html"

    def get_context_data(self, **kwargs):
        """The groups that the apps offer, in the order of the settings; empty ones are left out."""
        at = timezone.now()
        groups = [
            group for path in settings.MY_DAY for group in import_string(path)(self.request.user, at=at) if group.count
        ]
        return super().get_context_data(
            groups=groups,
            figures=figures(self.request.user),
            total=sum(group.count for group in groups),
            more=any(group.more for group in groups),
            today=timezone.localdate(),
            may_register=says_yes(check_may_register, self.request.user),
            **kwargs,
        )


class Search(Screen, TemplateView):
    """Cases found by words without accents, or by the beginning of a folio, lote or invoice."""

    permission = ANYONE
    template_name = "search.html"

    def get_context_data(self, **kwargs):
        """Up to 25 cases that the person may see, the latest first."""
        typed = self.request.GET.get("q", "").strip()[:200]
        person, cases, more = self.request.user, [], False
        if typed:
            visible = CaseFile.objects.visible_to(person).select_related(
                "customer", "responsible", "complaint", "request"
            )
            found = newest(visible.defer(*NOT_SHOWN), typed, RESULTS + 1, by_customer=sees_customer_name(person))
            cases, more = found[:RESULTS], len(found) > RESULTS
        return super().get_context_data(
            search_query=typed,
            cases=cases,
            more=more,
            shows_customer=sees_customer_name(person),
            **kwargs,
        )


class CaseFileRedirect(Screen, View):
    """`/expedientes/<folio>/`: alerts, mails and QR codes point here and need to know no app."""

    permission = ANYONE

    def get(self, request, folio):
        """To the page of its procedure."""
        case_file = found(
            CaseFile.objects.visible_to(request.user).select_related("complaint", "request"), folio=folio.upper()
        )
        return redirect(case_file.complaint if case_file.kind == CaseKind.COMPLAINT else case_file.request)
