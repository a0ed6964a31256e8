"""What people type about a request."""

from django import forms
from django.utils import timezone

from casework.people.models import Department, User
from casework.records.evidence_screens import EvidenceFormMixin


class AnswerForm(EvidenceFormMixin, forms.Form):
    """Responder (MPC-SER-009 §5.4)."""

    action = forms.CharField(
        label="Acción realizada",
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
        max_length=4000,
        error_messages={"required": "Escriba qué se hizo."},
    )
    cause = forms.CharField(label="Causa", max_length=300, required=False, help_text="Si ya la conoce.")
    commits_on = forms.DateField(
        label="Fecha compromiso",
        required=False,
        help_text="Solo si falta algo por hacer: dd/mm/aaaa.",
        widget=forms.DateInput(attrs={"inputmode": "numeric", "placeholder": "dd/mm/aaaa"}, format="%d/%m/%Y"),
        error_messages={"invalid": "Escriba la fecha como dd/mm/aaaa."},
    )

    def clean_commits_on(self):
        """A commitment is for today or later, and within a calendar that exists."""
        day = self.cleaned_data["commits_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("La fecha compromiso no puede ser anterior a hoy.")
        if day and day.year > timezone.localdate().year + 5:
            raise forms.ValidationError("La fecha compromiso está demasiado lejos; revise el año.")
        return day


class AskMoreForm(forms.Form):
    """Necesito más información."""

    question = forms.CharField(
        label="¿Qué le falta saber?",
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        max_length=2000,
        error_messages={"required": "Escriba qué le falta saber."},
    )


class ReplyForm(forms.Form):
    """What Servicio al Cliente answers to an area."""

    reply = forms.CharField(
        label="Respuesta",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        error_messages={"required": "Escriba la información que se pidió."},
    )


class RerouteForm(forms.Form):
    """No corresponde a mi área."""

    reason = forms.CharField(
        label="¿Por qué no corresponde a su área?",
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        max_length=2000,
        error_messages={"required": "Escriba por qué no corresponde a su área."},
    )
    suggested = forms.ModelChoiceField(
        label="Área que usted sugiere", queryset=Department.objects.none(), required=False, empty_label="No sé"
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["suggested"].queryset = Department.objects.filter(active=True).exclude(pk=request.department_id)


class AssignForm(forms.Form):
    """Assign to an area what came back."""

    department = forms.ModelChoiceField(
        label="Área",
        queryset=Department.objects.filter(active=True),
        empty_label="Elija un área",
        error_messages={"required": "Elija un área."},
    )


class HandOverForm(forms.Form):
    """Entrust it to someone of the area."""

    person = forms.ModelChoiceField(
        label="Persona",
        queryset=User.objects.none(),
        empty_label="Elija a una persona",
        error_messages={"required": "Elija a una persona."},
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.working().filter(department=request.department_id)


class ReworkForm(forms.Form):
    """Return an answer with its reason."""

    reason = forms.CharField(
        label="¿Qué falta o qué hay que corregir?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Escriba qué falta o qué hay que corregir."},
    )
