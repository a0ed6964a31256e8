"""The coordinator's screen of mails that could not be delivered."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView, View

from casework.mail import incidents
from casework.mail.models import MailState, OutgoingMail
from casework.rules import Refused
from casework.web.screens import Screen, found
from casework.web.trying import in_one_piece

SHOWN = 100


class Incidents(Screen, TemplateView):
    """What failed, why in words, and what can be done about it."""

    permission = incidents.check_may_attend
    template_name = "mail/incidents.html"

    def get_context_data(self, **kwargs):
        """The open ones, the oldest first."""
        rows = list(incidents.open_incidents()[: SHOWN + 1])
        return super().get_context_data(
            queue=incidents.queue(at=timezone.now()),
            more=len(rows) > SHOWN,
            incidents=[
                {
                    "mail": mail,
                    "why": incidents.what_failed(mail),
                    "uncertain": mail.state == MailState.UNCERTAIN,
                    "again": incidents.can_be_sent_again(mail),
                }
                for mail in rows[:SHOWN]
            ],
            **kwargs,
        )


class Decision(Screen, View):
    """A button of the list: one verb, then back to the list."""

    permission = incidents.check_may_attend
    http_method_names = ["post"]
    verb = None
    done = ""

    def post(self, request, pk):
        """Do it, or say why not."""
        mail = found(OutgoingMail.objects.all(), pk=pk)
        try:
            in_one_piece(type(self).verb, mail, by=request.user, at=timezone.now())
        except Refused as no:
            messages.error(request, str(no))
        else:
            messages.success(request, self.done)
        return redirect("mail:incidents")


class Attend(Decision):
    """«Ya lo atendí»."""

    verb = incidents.attend
    done = "El incidente quedó atendido."


class SendAgain(Decision):
    """«Enviar de nuevo»."""

    verb = incidents.send_again
    done = "El correo se enviará de nuevo en unos segundos."


class Arrived(Decision):
    """«Sí llegó»."""

    verb = incidents.confirm_arrival
    done = "Quedó registrado que el correo sí llegó."
