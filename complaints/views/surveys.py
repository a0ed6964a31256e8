"""The customer's survey, by a single-purpose link (MPC-SER-002 §6; trust §5 rows 52 and 53)."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View
from django.views.generic import FormView, TemplateView

from casework.rules import Refused
from casework.web.screens import PublicScreen
from complaints import actions
from complaints.actions.closing import usable_survey
from complaints.forms.steps import SurveyForm
from complaints.models import SatisfactionSurvey

COOKIE = "__Host-survey" if settings.HTTPS else "survey"
SALT = "complaints.survey"
ONE_HOUR = 60 * 60


def gone(request):
    """The one page for a token that is unknown, used, over or cut short: nobody learns which."""
    response = render(request, "complaints/steps/survey_gone.html", status=404)
    response.headers["Referrer-Policy"] = "no-referrer"
    response._has_been_logged = True  # Django would write the address, and the token in it, to the log
    return response


class OpenSurvey(PublicScreen, View):
    """The address in the letter: the token goes to a short-lived cookie and out of sight. Opening it uses nothing up."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, token):
        """On to the page without the token."""
        if usable_survey(token, at=timezone.now()) is None:
            return gone(request)
        response = redirect("complaints:survey_form")
        response.headers["Referrer-Policy"] = "no-referrer"
        response.set_signed_cookie(
            COOKIE, token, salt=SALT, max_age=ONE_HOUR, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
        return response


class SurveyView(PublicScreen, FormView):
    """One question and a comment. Its address says nothing, so the usual referrer policy serves (CSRF needs an origin)."""

    form_class = SurveyForm
    template_name = "complaints/steps/survey.html"

    def dispatch(self, request, *args, **kwargs):
        """Only with a token that may still be used."""
        self.token = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=ONE_HOUR)
        self.link = usable_survey(self.token, at=timezone.now()) if self.token else None
        if self.link is None:
            return gone(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Which report it is about."""
        survey = SatisfactionSurvey.objects.select_related("complaint__case_file").get(link=self.link)
        return super().get_context_data(survey=survey, **kwargs)

    def form_valid(self, form):
        """Keep it, once; whoever came second sees that the link was used."""
        try:
            actions.answer_survey(self.token, **form.cleaned_data, at=timezone.now())
        except Refused:
            return gone(self.request)
        response = redirect("complaints:survey_thanks")
        response.delete_cookie(COOKIE, samesite="Lax")
        return response

    def form_invalid(self, form):
        """The form as typed."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class SurveyThanks(PublicScreen, TemplateView):
    """It was kept."""

    template_name = "complaints/steps/survey_thanks.html"
