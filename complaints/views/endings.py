"""Reopening, cancelling, marking as duplicate: in their plain form, each with its reason (product §2)."""

from django.http import Http404
from django.utils import timezone

from casework.rules import Refused
from complaints import actions, permissions, policies
from complaints.doors import complaint_for
from complaints.forms.steps import DuplicateForm, ReasonForm
from complaints.models import Complaint
from complaints.stages import OVER
from complaints.views.stepping import StepView

CANDIDATES = 8


class ReopenView(StepView):
    """A closed case is worked on again, in a new cycle."""

    permission = permissions.check_may_end_or_reopen
    policy = policies.check_can_reopen
    form_class = ReasonForm
    title = "Reabrir el caso"
    purpose = "Empieza un ciclo nuevo; nada de lo anterior se borra. Los indicadores miran los plazos originales."
    clause = "MPC-SER-002 §5.8"
    button = "Reabrir el caso"

    def act(self, form):
        """Reopen."""
        return actions.reopen(
            self.complaint, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def get_success_message(self):
        """What it is now."""
        return f"Se reabrió {self.complaint.folio}: está otra vez en investigación."


class CancelView(StepView):
    """It was no complaint."""

    permission = permissions.check_may_end_or_reopen
    policy = policies.check_can_cancel
    form_class = ReasonForm
    title = "Anular el caso"
    purpose = (
        "Para lo que no era una queja. Sus plazos terminan sin veredicto, las solicitudes a las áreas se retiran y el "
        "caso sale de los indicadores a la vista de todos. No se puede deshacer."
    )
    clause = "MPC-SER-002 §5.2"
    button = "Anular el caso"
    danger = True

    @property
    def confirm(self):
        """The question before it."""
        return f"¿Anular el caso {self.complaint.folio}? No se puede deshacer."

    def act(self, form):
        """Cancel."""
        return actions.cancel(
            self.complaint, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def get_success_message(self):
        """What it is now."""
        return f"Se anuló {self.complaint.folio}."


class DuplicateView(StepView):
    """The same report twice: this one is linked to the one that goes on."""

    permission = permissions.check_may_end_or_reopen
    policy = policies.check_can_duplicate
    form_class = DuplicateForm
    title = "Marcar como duplicada"
    purpose = "Las dos conservan su folio; esta se enlaza con la que sigue y sale de los indicadores."
    clause = "MPC-SER-002 §5.2"
    button = "Marcar como duplicada"
    danger = True

    @property
    def confirm(self):
        """The question before it."""
        return f"¿Marcar {self.complaint.folio} como duplicada? No se puede deshacer."

    def get_form_kwargs(self):
        """The open complaints of the same customer."""
        candidates = (
            Complaint.objects.visible_to(self.request.user)
            .with_case_file()
            .filter(case_file__customer=self.complaint.case_file.customer_id)
            .exclude(pk=self.complaint.pk)
            .exclude(stage__in=OVER)
            .order_by("-received_at")[:CANDIDATES]
        )
        return super().get_form_kwargs() | {"candidates": list(candidates)}

    def act(self, form):
        """Link them."""
        folio = form.cleaned_data["folio"]
        try:
            original = complaint_for(self.request.user, folio)
        except Http404:
            raise Refused(f"No encontramos el folio {folio}. Revise que esté completo.") from None
        return actions.mark_as_duplicate(
            self.complaint,
            original=original,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self):
        """Of which."""
        return f"{self.complaint.folio} quedó como duplicada de {self.result.original.folio}."
