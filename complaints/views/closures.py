"""The close (MPC-SER-002 §5.8)."""

from django import forms
from django.urls import reverse
from django.utils import timezone

from casework.correspondence.permissions import check_may_write
from casework.deadlines.models import PromiseKey
from casework.rules import reason, says_yes
from casework.web.screens import ANYONE
from complaints import actions, permissions, policies
from complaints.stages import OVER
from complaints.views.stepping import StepView


def _alone(check):
    return lambda person, complaint: check(person)


NEEDED = (
    # name of the URL that gives it, in words when it is there, what one does when it is not, who may, whose turn it is
    (
        "acknowledge",
        "Acuse de recibo entregado",
        "Dar el acuse",
        _alone(permissions.check_may_acknowledge),
        "lo da Servicio al Cliente",
    ),
    (
        "rule",
        "Dictamen emitido",
        "Emitir el dictamen",
        permissions.check_may_rule,
        "lo emite Calidad, o el jefe del área",
    ),
    ("answer", "Respuesta entregada al cliente", "Preparar la respuesta", _alone(check_may_write), ""),
    (
        "conformity",
        "Conformidad del cliente, o tres intentos",
        "Registrar la conformidad",
        _alone(permissions.check_may_speak_with_customer),
        "",
    ),
    ("detail", "Solicitudes a las áreas verificadas", "Ver las solicitudes", lambda person, complaint: None, ""),
)


class CloseView(StepView):
    """What is there, what is missing and where it is put right; then one button."""

    permission = ANYONE  # whose case it is decides: check_may
    policy = policies.check_can_close
    form_class = forms.Form
    template_name = "complaints/steps/closure.html"
    title = "Cerrar el caso"
    purpose = "Revisar que todo esté completo antes de cerrar."
    clause = "MPC-SER-002 §5.8"
    clock = PromiseKey.CLOSURE

    def check_may(self, person):
        """An executive his or her own; the coordinator any."""
        permissions.check_may_close(person, self.complaint)

    def act(self, form):
        """Close."""
        return actions.close(self.complaint, by=self.request.user, at=timezone.now())

    def survey_goes(self):
        """Whether there is an address to which the survey can go."""
        return bool(self.complaint.contact and self.complaint.contact.email)

    def get_success_message(self):
        """And the survey."""
        words = (
            "La encuesta sale por correo al cliente."
            if self.survey_goes()
            else "El cliente no tiene correo: sin encuesta."
        )
        return f"Se cerró el caso {self.complaint.folio}. {words}"

    def get_context_data(self, **kwargs):
        """The list, and what will be closed, in a few lines."""
        complaint = self.complaint
        missing = {url for _, url in policies.missing_to_close(complaint)}
        items = [self.item(*row, done=row[0] not in missing) for row in NEEDED]
        over = reason(policies.check_not_over, complaint) if complaint.stage in OVER else ""
        return super().get_context_data(
            items=items,
            over=over,
            complete=not missing and not over,
            survey_goes=self.survey_goes(),
            dictamen=complaint.dictamenes.filter(cycle=complaint.cycle).select_related("by").last(),
            answer=policies.current_answer(complaint),
            conformity=complaint.conformities.filter(cycle=complaint.cycle).last(),
            **kwargs,
        )

    def item(self, name, label, action, may, whose, *, done):
        """A line of the list: with its link for whoever may, else with whose turn it is."""
        allowed = says_yes(may, self.request.user, self.complaint)
        return {
            "label": label if done or allowed or not whose else f"{label} ({whose})",
            "done": done,
            "url": reverse(f"complaints:{name}", args=[self.complaint.folio]) if allowed else "",
            "action": action,
        }
