"""Proposing another week for a calendar, or a day that is not worked."""

import re
from datetime import time

from django import forms

from casework.web.fields import DayField, HourField
from casework.worktime.models import Calendar, Origin, Weekday

SPAN = re.compile(r"^\s*([0-9]{1,2})[:.]([0-9]{2})\s*(?:a|-|–)\s*([0-9]{1,2})[:.]([0-9]{2})\s*$", re.IGNORECASE)


def spans_of(text):
    """«09:00-14:00, 15:00-18:00» as `[(opens, closes)]`; 24:00 is the end of the day. Raises ValueError."""
    spans = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]", text))):
        found = SPAN.match(part)
        if not found:
            raise ValueError(part)
        opens_hour, opens_minute, closes_hour, closes_minute = map(int, found.groups())
        if (closes_hour, closes_minute) == (24, 0):
            closes_hour = 0
        opens, closes = time(opens_hour, opens_minute), time(closes_hour, closes_minute)
        if opens == closes != time(0):
            raise ValueError(part)
        spans.append((opens, closes))
    return spans


class ProposeVersionForm(forms.Form):
    """The seven days of the week, each with its hours."""

    holds_from = DayField(
        label="Rige desde",
        help_text="Un día futuro. Hasta la víspera sigue la versión actual.",
        error_messages={"required": "Escriba desde qué día rige."},
    )
    note = forms.CharField(
        label="Motivo",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Escriba el motivo."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for day in Weekday:
            self.fields[f"day_{day.value}"] = forms.CharField(
                label=day.label.capitalize(),
                required=False,
                max_length=80,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def week(self):
        """The fields of the days, in order."""
        return [self[f"day_{day.value}"] for day in Weekday]

    def clean(self):
        """The week as `(weekday, opens, closes)`."""
        cleaned = super().clean()
        cleaned["windows"] = []
        for day in Weekday:
            name = f"day_{day.value}"
            try:
                cleaned["windows"] += [(day.value, *span) for span in spans_of(cleaned.pop(name, "") or "")]
            except ValueError:
                self.add_error(name, "Escriba las horas como 09:00-14:00, 15:00-18:00.")
        return cleaned


class DayOffForm(forms.Form):
    """A day that is not worked."""

    day = DayField(label="Fecha", error_messages={"required": "Escriba la fecha."})
    reason = forms.CharField(
        label="Motivo",
        max_length=120,
        help_text="Por ejemplo, Aniversario de la empresa.",
        error_messages={"required": "Escriba el motivo."},
    )
    origin = forms.ChoiceField(
        label="Por qué no se trabaja",
        choices=[(value, label.capitalize()) for value, label in Origin.choices if value != Origin.LAW],
        widget=forms.RadioSelect,
        error_messages={"required": "Elija por qué no se trabaja."},
    )
    calendars = forms.ModelMultipleChoiceField(
        label="Calendarios",
        queryset=Calendar.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Elija al menos un calendario."},
    )
    closed_from = HourField(label="Inhábil desde", required=False, help_text="Vacío: el día entero.")
    closed_until = HourField(label="Inhábil hasta", required=False, help_text="24:00 es el final del día.")
