"""What the area does with a request: answer, ask, or say that it belongs elsewhere."""

from django.shortcuts import get_object_or_404, redirect

from casework.records.evidence_screens import EvidenceInput, evidence_from
from coordination import actions, permissions
from coordination.forms import AnswerForm, AskMoreForm, HandOverForm, ReplyForm, RerouteForm
from coordination.queries import owed_by
from coordination.views.base import StepView


class AreaStep(StepView):
    """A step of whoever must answer."""

    def check(self):
        """Only the area asked."""
        permissions.check_may_answer(self.request.user, self.coordination_request)


class AnswerView(AreaStep):
    """Responder."""

    form_class = AnswerForm
    template_name = "coordination/answer.html"
    heading = "Responder"
    button = "Enviar respuesta"
    success_message = "Su respuesta quedó registrada. El coordinador la verificará."
    evidence = EvidenceInput()

    def post(self, request, *args, **kwargs):
        """Files first: an error elsewhere loses none of them."""
        form = self.get_form()
        self.evidence = evidence_from(request, form, at=self.at)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def get_context_data(self, **kwargs):
        """The files already uploaded stay with the form."""
        return super().get_context_data(evidence=self.evidence, multipart=True, **kwargs)

    def act(self, form):
        """Answer, with what was photographed."""
        return actions.answer(
            self.coordination_request,
            action=form.cleaned_data["action"],
            cause=form.cleaned_data["cause"],
            commits_on=form.cleaned_data["commits_on"],
            evidence=self.evidence.ids,
            by=self.request.user,
            at=self.at,
        )

    def get_success_message(self):
        """And on to the next: «siguiente pendiente»."""
        left = owed_by(self.request.user).count()
        if not left:
            return f"{self.success_message} No le quedan solicitudes pendientes."
        return f"{self.success_message} Le queda{'n' if left > 1 else ''} {left} por responder."

    def respond(self):
        """To the next that the person owes, else back to this one."""
        following = owed_by(self.request.user).first()
        return redirect(following or self.coordination_request)


class AskMoreView(AreaStep):
    """Necesito más información."""

    form_class = AskMoreForm
    heading = "Necesito más información"
    button = "Preguntar"
    explains = "Servicio al Cliente recibe su pregunta. El plazo sigue corriendo; la espera queda medida aparte."
    success_message = "Su pregunta llegó a Servicio al Cliente."

    def act(self, form):
        """Ask."""
        return actions.ask_for_information(
            self.coordination_request, **form.cleaned_data, by=self.request.user, at=self.at
        )


class RerouteView(AreaStep):
    """No corresponde a mi área."""

    form_class = RerouteForm
    heading = "No corresponde a mi área"
    button = "Devolver al coordinador"
    explains = "La solicitud vuelve al coordinador. El plazo sigue corriendo y su tramo queda registrado."
    success_message = "La solicitud volvió al coordinador."

    def get_form_kwargs(self):
        """Any area but this one may be suggested."""
        return super().get_form_kwargs() | {"request": self.coordination_request}

    def act(self, form):
        """Back to the coordinator."""
        return actions.reroute(self.coordination_request, **form.cleaned_data, by=self.request.user, at=self.at)


class HandOverView(StepView):
    """Encargar a alguien del área."""

    form_class = HandOverForm
    heading = "Encargar a alguien del área"
    button = "Encargar"
    explains = "La persona recibe el aviso y puede responder. El jefe del área sigue siendo quien responde por ella."

    def check(self):
        """The head within the area, or the coordinator."""
        permissions.check_may_hand_over(self.request.user, self.coordination_request)

    def get_form_kwargs(self):
        """People of the area."""
        return super().get_form_kwargs() | {"request": self.coordination_request}

    def get_success_message(self):
        """Who has it now."""
        return f"La solicitud quedó a cargo de {self.result.case_file.responsible}."

    def act(self, form):
        """Hand over."""
        return actions.hand_over(
            self.coordination_request, person=form.cleaned_data["person"], by=self.request.user, at=self.at
        )


class ReplyView(StepView):
    """What Servicio al Cliente answers to a question of the area."""

    form_class = ReplyForm
    heading = "Dar la información pedida"
    button = "Enviar al área"
    success_message = "El área recibió su respuesta."

    def check(self):
        """Servicio al Cliente or Dirección Comercial."""
        permissions.check_may_reply(self.request.user, self.coordination_request)

    @property
    def question(self):
        """The question, if it is of this request."""
        return get_object_or_404(self.coordination_request.questions, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        """The question stands above the form."""
        return super().get_context_data(quoted=self.question.question, **kwargs)

    def act(self, form):
        """Reply."""
        return actions.give_information(
            self.question, reply=form.cleaned_data["reply"], by=self.request.user, at=self.at
        )
