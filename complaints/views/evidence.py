"""Photographs and documents of a complaint (MPC-SER-002 §5.5)."""

from django.utils import timezone

from casework.records.evidence_screens import FILES, EvidenceInput, evidence_from
from complaints import actions, permissions, policies
from complaints.forms.steps import EvidenceForm
from complaints.views.stepping import StepView


class AddEvidenceView(StepView):
    """More files for the case, from whoever works on it."""

    permission = permissions.check_may_add_evidence
    policy = policies.check_not_over
    form_class = EvidenceForm
    template_name = "complaints/steps/evidence.html"
    title = "Agregar evidencias"
    purpose = "Fotografías, análisis y documentos de la investigación."
    clause = "MPC-SER-002 §5.5"
    button = "Agregar al caso"

    def post(self, request, *args, **kwargs):
        """Keep the files first, so that no other error loses them."""
        if why_not := self.why_not():
            return self.elsewhere(why_not)
        form = self.get_form()
        self.evidence = evidence_from(request, form)
        if not self.evidence.ids and not self.evidence.errors:
            form.add_error(FILES, "Elija al menos un archivo.")
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def act(self, form):
        """Make them part of the case."""
        return actions.add_evidence(self.complaint, evidence=self.evidence.ids, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """How many; what the case already had is not counted twice."""
        added = len(self.result)
        if not added:
            return "Esos archivos ya estaban en el expediente."
        return "Se agregó 1 archivo al expediente." if added == 1 else f"Se agregaron {added} archivos al expediente."

    def get_context_data(self, **kwargs):
        """What was uploaded so far."""
        return super().get_context_data(evidence=getattr(self, "evidence", EvidenceInput()), **kwargs)
