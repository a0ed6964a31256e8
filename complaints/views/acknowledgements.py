"""The acuse de recibo (MPC-SER-002 §3)."""

from django.utils import timezone

from casework.deadlines.models import PromiseKey
from complaints import actions, letters, permissions, policies
from complaints.forms.steps import AcknowledgementForm, MailAcknowledgementForm
from complaints.models.acknowledgement import AcknowledgementChannel
from complaints.views.stepping import StepView, not_before


class AcknowledgeView(StepView):
    """By mail the text that is approved once for all, shown as it leaves; otherwise what was said, and when."""

    permission = permissions.check_may_acknowledge
    policy = policies.check_can_acknowledge
    form_class = AcknowledgementForm
    template_name = "complaints/steps/acknowledgement.html"
    title = "Acuse de recibo"
    purpose = "Decirle al cliente que recibimos su reporte y con qué folio, en menos de 24 horas hábiles."
    clause = "MPC-SER-002 §3"
    clock = PromiseKey.ACKNOWLEDGEMENT

    def get_form_class(self):
        """The button of the letter sends nothing but its channel."""
        by_mail = self.request.POST.get("channel") == AcknowledgementChannel.MAIL
        return MailAcknowledgementForm if by_mail else AcknowledgementForm

    def get_initial(self):
        """Said now, by telephone, until somebody says otherwise."""
        return {"channel": AcknowledgementChannel.PHONE, "happened_at": timezone.now()}

    def act(self, form):
        """Owe it or record it."""
        data, at = form.cleaned_data, timezone.now()
        return actions.acknowledge(
            self.complaint,
            channel=data["channel"],
            text=data.get("text", ""),
            happened_at=not_before(data.get("happened_at"), self.complaint.received_at),
            by=self.request.user,
            at=at,
        )

    def get_success_message(self):
        """By mail the promise is kept only when the server takes it."""
        if self.result.mail_id:
            return f"El acuse de {self.complaint.folio} sale por correo; cuenta cuando el servidor lo acepte."
        return f"Se registró el acuse de {self.complaint.folio}, dado por {self.result.get_channel_display()}."

    def get_context_data(self, **kwargs):
        """The letter as it leaves, or the acuse that there is."""
        contact = self.complaint.contact
        context = super().get_context_data(
            letter=letters.acknowledgement_text(self.complaint) if contact and contact.email else "",
            given=self.complaint.acknowledgements.filter(failed_at=None).select_related("by", "mail").first(),
            failed=self.complaint.acknowledgements.exclude(failed_at=None).select_related("mail").last(),
            **kwargs,
        )
        form = context["form"]
        spoken = form if isinstance(form, AcknowledgementForm) else AcknowledgementForm(initial=self.get_initial())
        return context | {"spoken": spoken}
