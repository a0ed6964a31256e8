"""The customer's conformity (MPC-SER-002 §5.8)."""

from django.urls import reverse
from django.utils import timezone

from casework.deadlines.models import PromiseKey
from casework.rules import Conflict, Step, says_yes
from complaints import actions, permissions, policies
from complaints.forms.steps import ConformityForm
from complaints.models import ConformityResult
from complaints.views.stepping import StepView


class ConformityView(StepView):
    """What the customer said, or one more dated attempt of three."""

    permission = permissions.check_may_speak_with_customer
    policy = policies.check_can_record_conformity
    form_class = ConformityForm
    template_name = "complaints/steps/conformity.html"
    title = "Conformidad del cliente"
    purpose = "Preguntarle si está de acuerdo con la respuesta. Tres intentos sin respuesta bastan para cerrar."
    clause = "MPC-SER-002 §5.8"
    clock = PromiseKey.CLOSURE

    def said(self):
        """What was recorded in this cycle."""
        return self.complaint.conformities.filter(cycle=self.complaint.cycle).select_related("by")

    def get_initial(self):
        """Which attempt this would be: the same form sent twice does not count as two."""
        return {"attempt": self.said().count() + 1}

    def act(self, form):
        """Record it."""
        if form.cleaned_data["attempt"] not in (None, self.said().count() + 1):
            raise Conflict("Ese intento ya está registrado. Revise la lista antes de registrar otro.")
        return actions.record_conformity(
            self.complaint,
            result=form.cleaned_data["result"],
            note=form.cleaned_data["note"],
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self):
        """What it means for the case."""
        words = {
            ConformityResult.SATISFIED: "El cliente está conforme. Revise que no falte nada y cierre el caso.",
            ConformityResult.DISSATISFIED: "El cliente no está conforme. Decida si se vuelve a investigar.",
            ConformityResult.NO_REPLY: f"Se registró el intento {self.said().count()} de {policies.ATTEMPTS_NEEDED}.",
        }
        return words[self.result.result]

    def get_success_url(self):
        """On to the close when the customer agrees; otherwise here, to see what follows."""
        if self.result.result == ConformityResult.SATISFIED:
            return super().get_success_url()
        return reverse("complaints:conformity", args=[self.complaint.folio])

    def get_context_data(self, **kwargs):
        """The attempts so far and what may follow."""
        said = list(self.said())
        dissatisfied = any(row.result == ConformityResult.DISSATISFIED for row in said)
        return super().get_context_data(
            said=said,
            attempt=len(said) + 1,
            attempts_needed=policies.ATTEMPTS_NEEDED,
            what_follows=list(self._what_follows(dissatisfied)),
            why_follows=self._why_follows(dissatisfied, said),
            settled=policies.conformity_settled(self.complaint),
            **kwargs,
        )

    def _why_follows(self, dissatisfied, said):
        """In words, for whoever may do nothing of it as well."""
        if dissatisfied:
            return "El cliente no está conforme. El coordinador decide si se vuelve a investigar o se cierra así."
        if len(said) >= policies.ATTEMPTS_NEEDED:
            return "Hay tres intentos sin respuesta: el caso ya puede cerrarse."
        return "La conformidad está registrada: el caso ya puede cerrarse."

    def _what_follows(self, dissatisfied):
        """«Volver a investigar» after a no; the close once it is settled."""
        person, folio = self.request.user, self.complaint.folio
        if dissatisfied and says_yes(permissions.check_may_triage, person):
            if says_yes(policies.check_can_investigate_again, self.complaint):
                yield Step("Volver a investigar", reverse("complaints:investigate_again", args=[folio]), primary=True)
        if policies.conformity_settled(self.complaint) and says_yes(policies.check_not_over, self.complaint):
            if says_yes(permissions.check_may_close, person, self.complaint):
                yield Step("Cerrar el caso", reverse("complaints:close", args=[folio]), primary=not dissatisfied)
