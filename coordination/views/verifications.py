"""What the coordinator does with a request: assign it, accept its answer, or return it (MPC-SER-009 §5.6)."""

from django.contrib import messages

from casework.rules import Refused
from casework.web.trying import in_one_piece
from coordination import actions, permissions
from coordination.forms import AssignForm, ReworkForm
from coordination.views.base import StepView


class CoordinatorStep(StepView):
    """A step of the coordinator."""

    def check(self):
        """Coordinator or Dirección Comercial."""
        self.coordination_request  # noqa: B018  (404 before 403)
        permissions.check_may_verify(self.request.user)


class AssignView(CoordinatorStep):
    """Assign to an area what came back."""

    form_class = AssignForm
    heading = "Asignar a un área"
    button = "Asignar"
    explains = "El plazo de la solicitud sigue contando desde que se asignó por primera vez."

    def get_success_message(self):
        """Where it is now."""
        return f"La solicitud quedó asignada a {self.result.department}."

    def act(self, form):
        """Assign."""
        return actions.assign(
            self.coordination_request, department=form.cleaned_data["department"], by=self.request.user, at=self.at
        )


class VerifyView(CoordinatorStep):
    """Accept an answer with one button, or return it with a reason."""

    form_class = ReworkForm
    template_name = "coordination/verify.html"
    heading = "Verificar la respuesta"
    button = "Devolver para re-trabajo"
    success_message = "La respuesta se devolvió al área."

    def get_context_data(self, **kwargs):
        """The answer to be judged."""
        latest = self.coordination_request.answers.select_related("by", "department").last()
        return super().get_context_data(answer=latest, **kwargs)

    def post(self, request, *args, **kwargs):
        """`aceptar` needs no reason."""
        if "aceptar" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            in_one_piece(actions.accept, self.coordination_request, by=request.user, at=self.at)
        except Refused as no:
            form = self.form_class()
            response = self.render_to_response(self.get_context_data(form=form, refusal=str(no)))
            response.status_code = 409
            return response
        messages.success(request, "La respuesta quedó aceptada.")
        return self.respond()

    def act(self, form):
        """Return."""
        return actions.return_for_rework(
            self.coordination_request, reason=form.cleaned_data["reason"], by=self.request.user, at=self.at
        )
