"""The category of what came by itself (MPC-SER-002 §3)."""

from django.utils import timezone

from complaints import actions, permissions, policies
from complaints.forms.steps import ConfirmationForm
from complaints.models import Kind
from complaints.views.stepping import StepView


class ConfirmView(StepView):
    """Two buttons: it is a queja, or it is a reclamación. The folio stays."""

    permission = permissions.check_may_confirm
    policy = policies.check_can_confirm
    form_class = ConfirmationForm
    template_name = "complaints/steps/confirmation.html"
    title = "Confirmar la categoría"
    purpose = "Este reporte llegó solo. Léalo y diga qué es; conserva su folio."
    reads_first = True
    clause = "MPC-SER-002 §3"

    def act(self, form):
        """Confirm."""
        return actions.confirm(self.complaint, kind=form.cleaned_data["kind"], by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """What it is."""
        return f"{self.complaint.folio} quedó registrada como {self.result.get_kind_display().lower()}."

    def get_context_data(self, **kwargs):
        """The two of MPC-SER-002 §3."""
        return super().get_context_data(kinds=Kind, **kwargs)
