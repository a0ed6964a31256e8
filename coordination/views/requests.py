"""The list of requests and the page of one (flow B of the screens)."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.generic import TemplateView, View

from casework.deadlines.queries import next_running, with_deadlines
from casework.people.permissions import check_reads_cases, sees_customer_name
from casework.records.evidence_screens import gallery
from casework.records.sentences import sentence
from casework.rules import says_yes
from casework.web.screens import Screen
from coordination import actions, permissions
from coordination.filters import OPEN, RequestFilter
from coordination.models import CoordinationRequest
from coordination.steps import answering_steps, coordinating_steps, next_sentence
from coordination.views.base import RequestScreen

PER_PAGE = 25


class ListView(Screen, TemplateView):
    """Requests that the person may see, the most urgent first."""

    permission = check_reads_cases
    template_name = "coordination/list.html"

    def get_context_data(self, **kwargs):
        """Filtered by the address; open ones unless it says otherwise."""
        chosen = self.request.GET.copy()
        chosen.setdefault("estado", OPEN)
        visible = CoordinationRequest.objects.visible_to(self.request.user)
        rows = with_deadlines(
            visible.select_related("case_file__responsible", "department", "about__customer"), path="case_file"
        ).order_by("-pk")
        filtered = RequestFilter(chosen, queryset=rows)
        page = Paginator(filtered.qs, PER_PAGE).get_page(self.request.GET.get("page"))
        for request in page.object_list:
            request.deadline = next_running(request.case_file) or request.case_file.deadlines.all().last()
        return super().get_context_data(
            page_obj=page,
            filter=filtered,
            filtering=bool(self.request.GET.get("estado") or self.request.GET.get("area")),
            shows_customer=sees_customer_name(self.request.user),
            **kwargs,
        )


class DetailView(RequestScreen, TemplateView):
    """One request: what is asked, the customer's words, the photographs, and three buttons."""

    template_name = "coordination/detail.html"

    def get_context_data(self, **kwargs):
        """Everything on one page; nothing to open."""
        person, request = self.request.user, self.coordination_request
        case_file = request.case_file
        answering = answering_steps(request, person)
        return super().get_context_data(
            steps=answering or coordinating_steps(request, person),
            more_steps=coordinating_steps(request, person) if answering else [],
            next_sentence=next_sentence(request, person),
            complaint=getattr(request.about, "complaint", None) if request.about_id else None,
            gallery=gallery(request.about or case_file, person),
            deadline=self._deadline(case_file),
            answers=list(request.answers.select_related("by", "department")),
            questions=list(request.questions.select_related("by", "replied_by")),
            reroutings=list(request.reroutings.select_related("by", "department", "suggested")),
            verifications=list(request.verifications.select_related("by")),
            may_reply=says_yes(permissions.check_may_reply, person, request),
            marks_seen=bool(answering) and request.first_seen_at is None,
            timeline=[
                {"sentence": sentence(line), "at": line.at} for line in case_file.timeline.select_related("actor")
            ],
            **kwargs,
        )

    @staticmethod
    def _deadline(case_file):
        deadlines = list(case_file.deadlines.all())
        running = [deadline for deadline in deadlines if deadline.running]
        return min(running or deadlines, key=lambda deadline: deadline.due_at, default=None)


class SeenView(RequestScreen, View):
    """The page itself says that it was looked at: «visto», without a click."""

    def post(self, request, folio):
        """Record the first look; later ones change nothing."""
        actions.see(self.coordination_request, by=request.user, at=timezone.now())
        return HttpResponse(status=204)
