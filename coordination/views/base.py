"""What every screen of one request shares: its door, and the form whose success is one verb."""

from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from casework.people.permissions import sees_customer_name
from casework.web.screens import ANYONE, Screen, VerbMixin
from coordination.doors import request_for


class RequestScreen(Screen):
    """A screen about one request; what the person may not see answers 404."""

    permission = ANYONE

    @cached_property
    def coordination_request(self):
        """The request, through its only door."""
        return request_for(self.request.user, self.kwargs["folio"])

    def get_context_data(self, **kwargs):
        """Every page names the request."""
        return super().get_context_data(
            asked=self.coordination_request, shows_customer=sees_customer_name(self.request.user), **kwargs
        )


class StepView(RequestScreen, VerbMixin, FormView):
    """One step: a form, a check of who may, a verb."""

    template_name = "coordination/step.html"
    heading = ""
    button = ""
    explains = ""

    def check(self):
        """Raise `Refused` if the person may not take this step at all."""

    def dispatch(self, request, *args, **kwargs):
        """Whoever may not take the step is told before typing."""
        self.check()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """The words of the page."""
        return super().get_context_data(heading=self.heading, button=self.button, explains=self.explains, **kwargs)

    @property
    def at(self):
        """The present, taken once."""
        return timezone.now()

    def respond(self):
        """Back to the request."""
        return redirect(self.coordination_request)
