"""The dictamen (MPC-SER-002 §5.6)."""

from django.utils import timezone

from casework.deadlines.models import PromiseKey
from casework.web.screens import ANYONE
from complaints import actions, permissions, policies
from complaints.forms.steps import DictamenForm
from complaints.views.stepping import StepView
from coordination.queries import requests_about


class RuleView(StepView):
    """Procede or not, with the evidence and what the areas answered beside it."""

    permission = ANYONE  # which post may depends on the matter of the case: check_may
    policy = policies.check_can_rule
    form_class = DictamenForm
    template_name = "complaints/steps/dictamen.html"
    title = "Dictamen"
    purpose = "Decidir si la queja procede, su causa raíz y qué se hará."
    reads_first = True
    clause = "MPC-SER-002 §5.6"
    button = "Emitir dictamen"
    clock = PromiseKey.CUSTOMER_ANSWER

    def check_may(self, person):
        """Calidad for technical matters, the head of an area asked for the others."""
        permissions.check_may_rule(person, self.complaint)

    def act(self, form):
        """Rule."""
        return actions.issue_dictamen(self.complaint, **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """The verdict."""
        return f"Se emitió el dictamen de {self.complaint.folio}: {str(self.result).lower()}."

    def get_context_data(self, **kwargs):
        """What the areas said, and earlier dictamenes."""
        requests = requests_about(self.complaint.case_file).prefetch_related("answers__by", "answers__department")
        return super().get_context_data(
            requests=requests,
            earlier=self.complaint.dictamenes.select_related("by", "department").order_by("-at"),
            **kwargs,
        )
