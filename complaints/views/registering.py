"""Registering a complaint, on one page (MPC-SER-002 §5.1, §5.2), and what follows."""

import uuid

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic import FormView, TemplateView

from casework.catalogue.permissions import check_adds_customers
from casework.desk import drafts
from casework.faults import crash_point
from casework.mail.models import MailState
from casework.people.permissions import sees_customer_data
from casework.records.evidence_screens import evidence_from, evidence_of
from casework.rules import Refused, Step, reason, says_yes
from casework.web.screens import ANYONE, Screen, VerbMixin
from complaints import actions, permissions, policies
from complaints.doors import complaint_in_full
from complaints.forms.registering import UNITS, RegisterForm, row_number
from complaints.models import Channel, Complaint
from complaints.queries import SIMILAR_SHOWN, similar_open
from complaints.views.complaints import clocks_of

DRAFT = "registrar-queja"
ADD_CUSTOMER = "agregar-cliente"


class RegisterView(Screen, VerbMixin, FormView):
    """The form, its draft, and one verb."""

    permission = permissions.check_may_register
    form_class = RegisterForm
    template_name = "complaints/register.html"

    def get(self, request, *args, **kwargs):
        """An empty form, or the one that was left half-written."""
        self.draft = self._draft()
        self.evidence = evidence_of(request.user, drafts.evidence_ids(self.draft))
        return super().get(request, *args, **kwargs)

    def _draft(self):
        """The draft of this form, unless what it says was registered meanwhile."""
        draft = drafts.find(self.request.user, DRAFT)
        sent = next(iter(draft.fields.get("submission", [])), "") if draft else ""
        return None if sent and Complaint.objects.filter(submission=_as_uuid(sent)).exists() else draft

    def post(self, request, *args, **kwargs):
        """Keep the files first, so that an error elsewhere loses none; then register."""
        self.draft = None
        form = self.get_form()
        self.evidence = evidence_from(request, form)
        if request.POST.get("go") == ADD_CUSTOMER:
            return self._to_add_customer(form)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def _to_add_customer(self, form):
        """«Agregar cliente»: what is written stays in the draft, and the new customer comes back with it."""
        fields = dict(self.request.POST.lists()) | {"evidence": [str(pk) for pk in self.evidence.ids]}
        title = self.request.POST.get("customer_text", "").strip()
        try:
            drafts.save(self.request.user, DRAFT, "", fields, title, timezone.now())
        except Refused as no:
            form.add_error(None, str(no))
            return self.form_invalid(form)
        query = urlencode({"next": reverse("complaints:register"), "name": title})
        return redirect(f"{reverse('catalogue:add_customer')}?{query}")

    def get_form_kwargs(self):
        """What was typed, and whether contacts are shown with their telephones."""
        return super().get_form_kwargs() | {"shows_contact": sees_customer_data(self.request.user)}

    def get_initial(self):
        """Now, by telephone; over it the draft, and over that the customer that the address names."""
        initial = {
            "submission": uuid.uuid4(),
            "channel": Channel.PHONE,
            "received_at": timezone.now().replace(second=0, microsecond=0),
        }
        if self.request.method == "POST":
            return initial
        if self.draft:
            initial |= {name: values[-1] for name, values in self.draft.fields.items() if values and values[-1]}
        named = row_number(self.request.GET.get("customer"))
        customer = RegisterForm.customer_of(named) if named else None
        if customer:
            initial |= {"customer": customer.pk, "customer_text": customer.name, "contact": ""}
        return initial

    def act(self, form):
        """Register."""
        return actions.register(**form.said(), evidence=self.evidence.ids, by=self.request.user, at=timezone.now())

    def respond(self):
        """The draft has served."""
        crash_point("post_register")
        drafts.forget(self.request.user, DRAFT)
        return redirect("complaints:registered", self.result.folio)

    def get_context_data(self, **kwargs):
        """What is open already for this customer and lote, beside the form."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        context |= similar_context(self.request.user, form.customer_row, form.typed("lote"))
        return context | {
            "evidence": self.evidence,
            "draft": self.draft,
            "draft_url": drafts.address(DRAFT, title_from="customer_text,description"),
            "units": UNITS,
            "may_add_customer": says_yes(check_adds_customers, self.request.user),
            "add_customer": ADD_CUSTOMER,
        }


def _as_uuid(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def similar_context(person, customer, lote):
    """The side panel: open complaints of the customer, and of the same lote."""
    of_customer, of_lote = similar_open(person, customer_id=customer.pk if customer else None, lote=lote)
    return {
        "similar_customer": customer,
        "of_customer": of_customer[:SIMILAR_SHOWN],
        "more_of_customer": len(of_customer) > SIMILAR_SHOWN,
        "of_lote": of_lote[:SIMILAR_SHOWN],
        "same_lote": sum(complaint.same_lote for complaint in of_customer[:SIMILAR_SHOWN])
        + len(of_lote[:SIMILAR_SHOWN]),
        "similar_asked": bool(customer or lote.strip()),
    }


class SimilarView(Screen, TemplateView):
    """What is open already, asked while somebody types."""

    permission = permissions.check_may_register
    template_name = "complaints/_similar.html"

    def get_context_data(self, **kwargs):
        """By customer and lote."""
        number = row_number(self.request.GET.get("customer"))
        customer = RegisterForm.customer_of(number) if number else None
        lote = self.request.GET.get("lote", "")[:40]
        return super().get_context_data(**similar_context(self.request.user, customer, lote), **kwargs)


class ContactsView(Screen, TemplateView):
    """The contacts of the customer that was just chosen, the first one proposed."""

    permission = permissions.check_may_register
    template_name = "complaints/_contact.html"

    def get_context_data(self, **kwargs):
        """The same field as in the form."""
        form = RegisterForm(
            initial={"customer": self.request.GET.get("customer", "")[:20]},
            shows_contact=sees_customer_data(self.request.user),
        )
        return super().get_context_data(form=form, **kwargs)


class RegisteredView(Screen, TemplateView):
    """It is registered: the folio, the dates, what happened to the acuse, and what may follow."""

    permission = ANYONE  # the door decides
    template_name = "complaints/registered.html"

    def get_context_data(self, **kwargs):
        """The case as it is now: the page may be opened again."""
        person = self.request.user
        complaint = complaint_in_full(person, self.kwargs["folio"])
        case_file = complaint.case_file
        steps = [Step("Abrir el caso", complaint.get_absolute_url(), primary=True)]
        if person.has_role(*permissions.TRIAGES):
            why_not = reason(policies.check_can_triage, complaint)
            steps.append(Step("Asignar ahora", reverse("complaints:channel", args=[complaint.folio]), why_not))
        if says_yes(permissions.check_may_register, person):
            again = f"{reverse('complaints:register')}?{urlencode({'customer': case_file.customer_id})}"
            steps.append(Step("Registrar otra del mismo cliente", again))
        return super().get_context_data(
            complaint=complaint,
            case_file=case_file,
            steps=steps,
            clocks=clocks_of(complaint),
            acknowledged=acknowledgement_words(complaint, sees_customer_data(person)),
            must_call=self._must_call(complaint, person),
            **kwargs,
        )

    def _must_call(self, complaint, person):
        """The step that gives the acuse by telephone, if nothing left by mail and this person may."""
        if reason(policies.check_can_acknowledge, complaint):
            return None
        url = reverse("complaints:acknowledge", args=[complaint.folio])
        return Step("Dar acuse por teléfono", url) if says_yes(permissions.check_may_acknowledge, person) else None


def acknowledgement_words(complaint, in_full):
    """What happened to the acuse, in a sentence."""
    given = [one for one in complaint.acknowledgements.all() if one.failed_at is None]
    if not given:
        failed = any(one.failed_at for one in complaint.acknowledgements.all())
        if failed:
            return "El acuse por correo no se pudo entregar. Falta darlo por teléfono."
        return "Falta dar el acuse por teléfono: no hay un correo a donde enviarlo."
    acuse = given[-1]
    if acuse.mail is None:
        return f"El acuse se dio por {acuse.get_channel_display()} {_when(acuse.accepted_at)}."
    to = f" a {acuse.mail.to}" if in_full else ""
    if acuse.accepted_at:
        return f"El acuse se envió{to} {_when(acuse.accepted_at)}."
    if acuse.mail.state == MailState.UNCERTAIN:
        return f"No se sabe si el acuse{to} llegó; el coordinador lo revisará."
    return f"El acuse sale por correo{to}, en la fila desde {_when(acuse.mail.owed_at).removeprefix('a ')}."


def _when(at):
    at = timezone.localtime(at)
    return f"a las {at:%H:%M}" if at.date() == timezone.localdate() else f"el {at:%d/%m/%Y a las %H:%M}"
