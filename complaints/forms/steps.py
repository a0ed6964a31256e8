"""The forms of the steps of a complaint. They read what was typed; whether it may be is asked of the rules."""

from django import forms
from django.utils import timezone

from casework.catalogue.models import Contact
from casework.correspondence.models import Channel as MessageChannel
from casework.people.models import Department, User
from casework.records.evidence_screens import EvidenceFormMixin
from casework.text import code
from casework.web.fields import AmountField, MomentField
from complaints.models import Complaint, ConformityResult, Kind, Matter, Severity
from complaints.models.acknowledgement import AcknowledgementChannel
from complaints.policies import FOLLOWS_CASES


def capital(choices):
    """Choices as they begin a line; the models keep them as they stand within a sentence."""
    return [(value, str(label).capitalize()) for value, label in choices]


class Words(forms.CharField):
    """A text of several lines, with our limit and our sentence when it is missing."""

    def __init__(self, *, missing="", rows=3, **kwargs):
        kwargs.setdefault("max_length", 2000)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs["error_messages"] = {
            "required": missing,
            "max_length": "Escriba como máximo %(limit_value)d caracteres (tiene %(show_value)d).",
        }
        super().__init__(**kwargs)


class Radios(forms.ChoiceField):
    """One of a few, all in sight."""

    widget = forms.RadioSelect

    def __init__(self, *, missing, **kwargs):
        kwargs["error_messages"] = {"required": missing, "invalid_choice": missing}
        super().__init__(**kwargs)


class PersonChoice(forms.ModelChoiceField):
    """Someone who works here, with the department beside the name."""

    def __init__(self, **kwargs):
        kwargs.setdefault("queryset", User.objects.none())
        kwargs["error_messages"] = {
            "required": "Elija quién es responsable.",
            "invalid_choice": "Elija a una persona de la lista.",
        }
        super().__init__(**kwargs)

    def label_from_instance(self, person):
        """«Ana López · Servicio al Cliente»"""
        return f"{person} · {person.department}" if person.department_id else str(person)


def who_may_follow():
    """Those who can be responsible for a complaint (MPC-SER-009 §3.4)."""
    people = User.objects.in_role(*FOLLOWS_CASES).select_related("department")
    return people.order_by("first_name", "last_name", "pk")


class MailAcknowledgementForm(forms.Form):
    """By mail nothing is typed: the text is approved once for all."""

    channel = forms.ChoiceField(choices=[(AcknowledgementChannel.MAIL, "correo")], widget=forms.HiddenInput)


class AcknowledgementForm(forms.Form):
    """Acuse by telephone, letter or visit: what was said, and when."""

    channel = Radios(
        label="Cómo se le dijo",
        choices=capital(
            choice for choice in AcknowledgementChannel.choices if choice[0] != AcknowledgementChannel.MAIL
        ),
        missing="Elija cómo se dio el acuse.",
    )
    text = Words(
        label="Qué se le dijo",
        help_text="Que recibimos su reporte, con qué folio, y cuándo tendrá respuesta.",
        missing="Escriba lo que se le dijo al cliente.",
        max_length=8000,
    )
    happened_at = MomentField(
        label="Cuándo",
        help_text="Por ejemplo 21/11/2026 16:05.",
        error_messages={"required": "Escriba cuándo se le dijo."},
    )


class TriageForm(forms.Form):
    """Análisis inicial and canalización on one screen (MPC-SER-002 §5.3, §5.4)."""

    matter = Radios(
        label="Asunto", choices=capital(Matter.choices), missing="Elija si es técnico, logístico o administrativo."
    )
    severity = Radios(label="Gravedad", choices=capital(Severity.choices), missing="Elija la gravedad.")
    departments = forms.ModelMultipleChoiceField(
        label="Áreas",
        queryset=Department.objects.filter(active=True),
        required=False,
        error_messages={"invalid_choice": "Elija áreas de la lista.", "invalid_pk_value": "Elija áreas de la lista."},
    )
    responsible = PersonChoice(label="Responsable")
    question = Words(label="Qué se les pide", missing="Escriba qué se les pide a las áreas.", max_length=4000, rows=2)
    urgent_hours = forms.IntegerField(
        label="Horas para responder",
        required=False,
        min_value=1,
        max_value=48,
        help_text="De 1 a 48, de la jornada. Vacío: el plazo normal de 48 horas hábiles.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-short", "autocomplete": "off"}),
        error_messages={
            "invalid": "Escriba las horas con números, de 1 a 48.",
            "min_value": "Una urgencia se atiende entre 1 y 48 horas.",
            "max_value": "Una urgencia se atiende entre 1 y 48 horas.",
        },
    )
    override_reason = Words(
        label="Por qué otra área",
        required=False,
        rows=2,
        help_text="Solo si eligió un área fuera de la ruta del asunto.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = who_may_follow()


class ResponsibleForm(forms.Form):
    """Who follows the case up."""

    person = PersonChoice(label="Responsable")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = who_may_follow()


class DictamenForm(forms.Form):
    """Procede or not, root cause, plan (MPC-SER-002 §5.6)."""

    upheld = Radios(
        label="¿La queja procede?",
        choices=[("yes", "Procede"), ("no", "No procede")],
        missing="Elija si la queja procede o no.",
    )
    manufacturing_defect = forms.BooleanField(
        label="El análisis determinó un defecto de fabricación",
        required=False,
        help_text="Sin él no se acepta la devolución de un producto abierto (MPC-SER-002 §3).",
    )
    root_cause = Words(label="Causa raíz", missing="Escriba la causa raíz.", max_length=4000, rows=3)
    plan = Words(
        label="Plan de acción",
        missing="Escriba el plan de acción.",
        max_length=4000,
        rows=3,
        help_text="Qué se hará, quién y para cuándo.",
    )

    def clean_upheld(self):
        """As the record keeps it."""
        return self.cleaned_data["upheld"] == "yes"


class AnswerForm(forms.Form):
    """What will be said to the customer. Nothing leaves until another person approves it (MPC-SER-009 §3.5)."""

    channel = Radios(label="Por qué medio", choices=capital(MessageChannel.choices), missing="Elija el medio.")
    contact = forms.ModelChoiceField(
        label="A quién",
        queryset=Contact.objects.none(),
        error_messages={"required": "Elija a quién se responde.", "invalid_choice": "Elija un contacto del cliente."},
    )
    subject = forms.CharField(
        label="Asunto",
        max_length=200,
        error_messages={"required": "Escriba el asunto.", "max_length": "Use 200 letras."},
    )
    body = Words(label="Texto", missing="Escriba el texto de la respuesta.", max_length=20000, rows=12)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args, customer, current=None, **kwargs):
        super().__init__(*args, **kwargs)
        known = Contact.objects.filter(customer=customer)
        kept = known.filter(pk=current) if current else known.none()
        self.fields["contact"].queryset = (known.filter(active=True) | kept).order_by("name", "pk")

    def clean_subject(self):
        """One line: a subject never carries another header (trust §5 row 45)."""
        return " ".join(self.cleaned_data["subject"].split())


class VersionForm(forms.Form):
    """Which text is approved: the one that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DeliveryForm(forms.Form):
    """When an approved answer was given in person, by letter or by telephone."""

    happened_at = MomentField(label="Cuándo se le dio", help_text="Por ejemplo 21/11/2026 16:05.")


class ConformityForm(forms.Form):
    """What the customer said of the answer (MPC-SER-002 §5.8)."""

    result = Radios(label="El cliente", choices=ConformityResult.choices, missing="Elija qué dijo el cliente.")
    note = Words(
        label="Qué dijo",
        missing="Escriba qué dijo, o cómo se le buscó.",
        help_text="Sus palabras, o cómo y a qué hora se le buscó si no respondió.",
    )
    attempt = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Something that needs nothing but its reason."""

    reason = Words(label="Motivo", missing="Escriba el motivo.")


class DuplicateForm(ReasonForm):
    """Which case goes on: chosen among the customer's, or typed."""

    original = forms.ChoiceField(
        label="Quejas abiertas del mismo cliente",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Elija una queja de la lista o escriba su folio."},
    )
    folio = forms.CharField(
        label="O escriba el folio",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-short"}),
    )
    field_order = ["original", "folio", "reason"]

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        words = "{c.folio} · {c.case_file.title} · recibida el {day:%d/%m/%Y}"
        self.fields["original"].choices = [
            (c.folio, words.format(c=c, day=timezone.localtime(c.received_at))) for c in candidates
        ]
        if not candidates:
            del self.fields["original"]
            self.fields["folio"].label = "Folio de la queja que sigue"

    def clean(self):
        """The folio typed wins over the one chosen; one of both is needed."""
        cleaned = super().clean()
        cleaned["folio"] = folio_as_kept(cleaned.get("folio", "")) or cleaned.get("original", "")
        if not cleaned["folio"] and not self.errors:
            self.add_error("folio", "Elija la queja que sigue o escriba su folio.")
        return cleaned


def folio_as_kept(typed):
    """«q 2026 42» → Q-2026-00042; what is no folio stays as typed."""
    letters = code(typed)
    if len(letters) > 5 and letters[0] in "QR" and letters[1:].isdecimal() and letters.isascii():
        return f"{letters[0]}-{letters[1:5]}-{letters[5:].zfill(5)}"
    return typed.strip().upper()


class EvidenceForm(EvidenceFormMixin, forms.Form):
    """Photographs and documents for a case."""


class ConfirmationForm(forms.Form):
    """The compulsory category of what came by itself (MPC-SER-002 §3)."""

    kind = Radios(label="Categoría", choices=Kind.choices, missing="Elija si es queja o reclamación.")


class SurveyForm(forms.Form):
    """The customer's opinion, asked once (MPC-SER-002 §6)."""

    score = forms.TypedChoiceField(
        label="¿Qué tan satisfecho está con la atención a su reporte?",
        choices=[
            (5, "5 · Muy satisfecho"),
            (4, "4 · Satisfecho"),
            (3, "3 · Ni satisfecho ni insatisfecho"),
            (2, "2 · Insatisfecho"),
            (1, "1 · Muy insatisfecho"),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Elija una calificación.", "invalid_choice": "Elija una calificación de 1 a 5."},
    )
    comment = Words(label="¿Quiere decirnos algo más?", required=False)


class CorrectionForm(forms.ModelForm):
    """What was registered wrong, as it should say. Nothing is saved here: the verb does (product §2)."""

    correction_reason = Words(label="Por qué se corrige", missing="Escriba por qué se corrige.", rows=2)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    quantity = AmountField(
        label="Cantidad",
        required=False,
        min_value=0.01,
        error_messages={"min_value": "La cantidad debe ser mayor que cero."},
    )
    amount_claimed = AmountField(
        label="Monto reclamado (MXN)",
        required=False,
        max_digits=14,
        example="1,250.00",
        error_messages={"min_value": "El monto no puede ser negativo."},
    )

    class Meta:
        model = Complaint
        fields = [
            "kind",
            "channel",
            "contact",
            "product",
            "lote_text",
            "lote_not_applicable",
            "reason",
            "invoice",
            "quantity",
            "unit",
            "amount_claimed",
            "description",
            "wants_return",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        of_customer = Contact.objects.filter(customer=self.instance.case_file.customer_id)
        self.fields["contact"].queryset = of_customer.order_by("name", "pk")
        for name in ("contact", "product"):
            self.fields[name].required = False
            self.fields[name].empty_label = "Ninguno"
        self.fields["description"].error_messages["required"] = "Escriba qué pasó."
        again = "Vuelva a abrir la página: no se sabe qué versión está corrigiendo."
        self.fields["version"].error_messages |= {"required": again, "invalid": again}

    def _post_clean(self):
        """The instance stays as it was read, so that what was typed can be compared with it."""
