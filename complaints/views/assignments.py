"""Who follows a complaint up (MPC-SER-009 §3.4)."""

from django.utils import timezone

from complaints import actions, permissions, policies
from complaints.forms.steps import ResponsibleForm
from complaints.views.stepping import StepView


class AssignView(StepView):
    """Another person becomes responsible; exactly one, always."""

    permission = permissions.check_may_triage
    policy = policies.check_not_over
    form_class = ResponsibleForm
    title = "Cambiar responsable"
    purpose = "Cada caso tiene siempre una sola persona responsable, que le da seguimiento."
    clause = "MPC-SER-009 §3.4"
    button = "Designar responsable"

    def get_initial(self):
        """Whoever it is now."""
        return {"person": self.complaint.case_file.responsible_id}

    def act(self, form):
        """Entrust it."""
        return actions.assign_responsible(
            self.complaint, person=form.cleaned_data["person"], by=self.request.user, at=timezone.now()
        )

    def get_success_message(self):
        """Who it is now."""
        return f"{self.result.case_file.responsible} es responsable de {self.complaint.folio}."
