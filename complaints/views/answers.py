"""The answer to the customer: written by one, approved by another, sent or handed over (MPC-SER-002 §5.7, -009 §3.5)."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from casework.correspondence import approving
from casework.correspondence.models import Channel
from casework.correspondence.permissions import APPROVERS, check_may_approve, check_may_write
from casework.correspondence.policies import check_can_approve, check_can_change
from casework.deadlines.models import PromiseKey
from casework.desk import drafts
from casework.mail.incidents import check_may_attend
from casework.mail.models import MailState
from casework.moment import PLANT
from casework.people.models import User
from casework.rules import reason, says_yes
from complaints import actions, permissions, policies
from complaints.answer_texts import proposed_body, proposed_subject
from complaints.forms.steps import AnswerForm, DeliveryForm, ReasonForm, VersionForm
from complaints.views.stepping import StepView, not_before

DRAFT = "respuesta"
TYPED = ("channel", "contact", "subject", "body", "version")


def state_of(answer):
    """Where the answer stands: '', draft, waiting, approved, leaving, doubtful, failed, bounced, delivered."""
    if answer is None:
        return ""
    message = answer.message
    if answer.sent_at or message.delivered_at:
        return "delivered"
    if message.mail_id:
        if message.mail.state in (MailState.DEAD, MailState.CANCELLED):
            return "failed"
        if message.mail.bounced_at:
            return "bounced"
        return "doubtful" if message.mail.state == MailState.UNCERTAIN else "leaving"
    if message.approved:
        return "approved"
    return "waiting" if message.submitted_at else "draft"


def approvers_except(author):
    """Who may approve what this author wrote."""
    return User.objects.in_role(*APPROVERS).exclude(pk=author).order_by("first_name", "last_name")


class AnswerScreen(StepView):
    """What the pages of the answer share."""

    abstract = True
    permission = check_may_write
    template_name = "complaints/steps/answer_part.html"
    clause = "MPC-SER-002 §5.7 y MPC-SER-009 §3.5"
    clock = PromiseKey.CUSTOMER_ANSWER

    def check_may(self, person):
        """The answer of the cycle under way, if there is one."""
        self.answer = policies.current_answer(self.complaint)

    @property
    def message(self):
        """Its text."""
        return self.answer.message if self.answer else None

    def get_success_url(self):
        """Back to the answer."""
        return reverse("complaints:answer", args=[self.complaint.folio])

    def get_context_data(self, **kwargs):
        """The text, and where it stands."""
        return super().get_context_data(answer=self.answer, message=self.message, state=state_of(self.answer), **kwargs)


class AnswerView(AnswerScreen):
    """One page for the life of an answer: draft, waiting, approved, leaving, failed, delivered."""

    form_class = AnswerForm
    template_name = "complaints/steps/answer.html"
    title = "Respuesta al cliente"
    purpose = (
        "Una persona la redacta, otra la aprueba, y entonces sale. A más tardar 15 días naturales desde la recepción."
    )

    def why_not(self):
        """An answer is written after the dictamen, and until it leaves."""
        if self.message is not None:
            return reason(check_can_change, self.message) or reason(policies.check_can_answer, self.complaint)
        return reason(policies.check_can_answer, self.complaint)

    def get_form_kwargs(self):
        """The contacts of the customer."""
        current = self.message.contact_id if self.message else self.complaint.contact_id
        return super().get_form_kwargs() | {"customer": self.complaint.case_file.customer_id, "current": current}

    def get_initial(self):
        """What this person was typing; else the text as it is; else a beginning. Never over what somebody wrote."""
        self.draft = drafts.find(self.request.user, DRAFT, self.complaint.folio)
        if self.draft:
            return {name: self.draft.fields[name][0] for name in TYPED if self.draft.fields.get(name)}
        if self.message:
            return {name: getattr(self.message, name) for name in ("channel", "subject", "body", "version")} | {
                "contact": self.message.contact_id
            }
        contact = self.complaint.contact
        dictamen = self.complaint.dictamenes.filter(cycle=self.complaint.cycle).last()
        return {
            "channel": Channel.MAIL if contact and contact.email else Channel.PHONE,
            "contact": contact and contact.pk,
            "subject": proposed_subject(self.complaint),
            "body": proposed_body(self.complaint, dictamen),
        }

    def act(self, form):
        """Write it, or write it anew; with «Pedir aprobación» it is also offered."""
        data, at = form.cleaned_data, timezone.now()
        text = {name: data[name] for name in ("channel", "contact", "subject", "body")}
        who = {"submit": "submit" in self.request.POST, "by": self.request.user, "at": at}
        if self.answer is None:
            return actions.draft_answer(self.complaint, **text, **who)
        return actions.redraft_answer(self.answer, **text, version=data["version"] or 0, **who)

    def respond(self):
        """The draft of the desk has served."""
        drafts.forget(self.request.user, DRAFT, self.complaint.folio)
        return super().respond()

    def conflict(self, form, no):
        """Both texts side by side; what this person wrote stays in the form, ready to be joined by hand."""
        self.check_may(self.request.user)
        message = self.message
        when = f"{message.written_at.astimezone(PLANT):%H:%M}"
        sentence = (
            f"{message.written_by} cambió esta respuesta a las {when}, mientras usted escribía. "
            "Revise sus cambios antes de guardar."
        )
        data = self.request.POST.copy()
        data["version"] = message.version
        mine = AnswerForm(data, customer=self.complaint.case_file.customer_id, current=message.contact_id)
        context = self.get_context_data(form=mine, theirs=message, sentence=sentence, why_not="")
        return self.render_to_response(context, status=409)

    def get_success_message(self):
        """Saved, or offered."""
        if "submit" in self.request.POST:
            return "Se pidió la aprobación. Sale al cliente cuando otra persona la apruebe."
        return "Se guardó la respuesta. Todavía no se pide su aprobación."

    def get_context_data(self, **kwargs):
        """Who may approve, and whether this person may."""
        context = super().get_context_data(**kwargs)
        message, person = self.message, self.request.user
        writing = not context["why_not"] and (
            context["state"] in ("", "draft", "failed", "bounced")
            or "cambiar" in self.request.GET
            or self.request.method == "POST"
        )
        author = person.pk if writing or not message else message.written_by_id
        return context | {
            "draft": getattr(self, "draft", None),
            "draft_url": drafts.address(DRAFT, self.complaint.folio, title_from="subject"),
            "draft_form": DRAFT,
            "approvers": approvers_except(author),
            "incidents_url": reverse("mail:incidents") if says_yes(check_may_attend, person) else "",
            "may_approve": bool(message) and says_yes(check_may_approve, person, message),
            "may_deliver": says_yes(permissions.check_may_speak_with_customer, person),
            "approve_form": VersionForm(initial={"version": message.version}) if message else None,
            "return_form": ReasonForm(prefix=None, auto_id="id_return_%s"),
            "deliver_form": DeliveryForm(initial={"happened_at": timezone.now()}),
            "writing": writing,
        }


class ExistingAnswer(AnswerScreen):
    """A verb on the answer that there is; alone on its page it shows the text again."""

    abstract = True

    def get(self, request, *args, **kwargs):
        """The form stands on the page of the answer."""
        return redirect("complaints:answer", self.complaint.folio)

    def check_may(self, person):
        """Who wrote a text does not decide about it."""
        super().check_may(person)
        if self.message is not None:
            self.check_may_on(person)

    def check_may_on(self, person):
        """Approving and returning belong to somebody else than the author (MPC-SER-009 §3.5)."""
        check_may_approve(person, self.message)

    def why_not(self):
        """Only what was offered is approved or returned."""
        if self.message is None:
            return "El caso no tiene una respuesta en preparación."
        return reason(check_can_approve, self.message)


class ApproveAnswerView(ExistingAnswer):
    """Approve exactly the text that was on the screen; by mail it leaves at once."""

    form_class = VersionForm
    title = "Aprobar la respuesta"
    button = "Aprobar y enviar"

    def act(self, form):
        """Approve."""
        return approving.approve(
            self.message, version=form.cleaned_data["version"], by=self.request.user, at=timezone.now()
        )

    def conflict(self, form, no):
        """Somebody changed it: it has to be read again."""
        self.check_may(self.request.user)
        return self.elsewhere(str(no))

    def get_success_message(self):
        """Where it is."""
        if self.result.mail_id:
            return "Se aprobó la respuesta y sale por correo al cliente."
        return f"Se aprobó la respuesta. Désela al cliente por {self.result.get_channel_display()} y regístrelo."


class ReturnAnswerView(ExistingAnswer):
    """Back to whoever wrote it, with what has to change."""

    form_class = ReasonForm
    title = "Devolver la respuesta"
    purpose = "Diga qué hay que corregir; quien la redactó recibe el aviso."
    button = "Devolver"

    def act(self, form):
        """Return."""
        return approving.send_back(
            self.message, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def get_success_message(self):
        """To whom."""
        return f"Se devolvió la respuesta a {self.result.written_by}."


class DeliverAnswerView(ExistingAnswer):
    """An approved answer that was given by telephone, letter or visit."""

    permission = permissions.check_may_speak_with_customer
    form_class = DeliveryForm
    title = "Registrar la entrega"
    button = "Registrar entrega"

    def check_may_on(self, person):
        """Whoever speaks with customers, also its author."""

    def why_not(self):
        """Only what is approved, and not yet given."""
        if state_of(self.answer) == "approved":
            return ""
        if state_of(self.answer) == "delivered":
            return "La entrega de la respuesta ya está registrada."
        return "No hay una respuesta aprobada por entregar en persona, por carta o por teléfono."

    def act(self, form):
        """Record it."""
        return actions.answer_delivered(
            self.answer,
            happened_at=not_before(form.cleaned_data["happened_at"], self.message.approved_at),
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self):
        """What follows."""
        return "Se registró la entrega. Falta preguntar al cliente si está conforme."
