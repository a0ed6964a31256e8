"""Proposing another promise."""

from django import forms

from casework.deadlines.models import PromiseRule, Unit
from casework.web.fields import DayField
from casework.worktime.models import Calendar


class ProposeRuleForm(forms.Form):
    """What changes, and from when."""

    amount = forms.IntegerField(
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "w-short", "inputmode": "numeric"}),
        error_messages={
            "required": "Escriba la cantidad.",
            "invalid": "Escriba un número entero.",
            "min_value": "La cantidad debe ser 1 o más.",
            "max_value": "La cantidad es demasiado grande.",
        },
    )
    calendar = forms.ModelChoiceField(
        label="Calendario",
        queryset=Calendar.objects.all(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Elija el calendario."},
    )
    holds_from = DayField(
        label="Rige desde",
        help_text="Un día futuro. Los casos abiertos antes conservan la promesa que tenían.",
        error_messages={"required": "Escriba desde qué día rige."},
    )

    def __init__(self, *args, rule: PromiseRule, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = rule.get_unit_display().capitalize()
        if rule.unit == Unit.NATURAL_DAYS:
            del self.fields["calendar"]


class SwitchForm(forms.Form):
    """«Cambiar a jornada desde…», in one click."""

    holds_from = DayField(label="Desde", error_messages={"required": "Escriba desde qué día rige."})
    calendar = forms.ModelChoiceField(queryset=Calendar.objects.all(), widget=forms.HiddenInput)
