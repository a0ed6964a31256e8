"""Form fields that more than one room uses."""

from django import forms

DATE_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y"]
TIME_FORMATS = ["%H:%M", "%H.%M", "%H%M"]
MOMENT_FORMATS = [f"{day} {hour}" for day in DATE_FORMATS for hour in TIME_FORMATS[:2]] + ["%Y-%m-%dT%H:%M"]


class DayField(forms.DateField):
    """A day as people write it: 21/11/2026."""

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", DATE_FORMATS)
        kwargs.setdefault(
            "widget",
            forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off", "class": "w-short"}),
        )
        words = {"invalid": "Escriba la fecha como 21/11/2026.", "required": "Escriba la fecha."}
        kwargs["error_messages"] = words | kwargs.get("error_messages", {})
        super().__init__(**kwargs)

    def to_python(self, value):
        """Years that no calendar reaches are a slip of the finger (trust §5 row 38)."""
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year <= 2100:
            raise forms.ValidationError("Revise el año de la fecha.", code="year")
        return day


class HourField(forms.TimeField):
    """An hour as people write it: 09:00 to 24:00."""

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", TIME_FORMATS)
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off", "class": "w-short"}))
        words = {"invalid": "Escriba la hora como 09:00.", "required": "Escriba la hora."}
        kwargs["error_messages"] = words | kwargs.get("error_messages", {})
        super().__init__(**kwargs)

    def to_python(self, value):
        """24:00 is the end of the day, kept as 00:00."""
        if isinstance(value, str) and value.strip() in ("24:00", "24.00", "2400", "24"):
            value = "00:00"
        return super().to_python(value)


class MomentField(forms.DateTimeField):
    """A day and an hour as people write them, in plant time: 21/11/2026 16:05."""

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", MOMENT_FORMATS)
        kwargs.setdefault(
            "widget",
            forms.DateTimeInput(format="%d/%m/%Y %H:%M", attrs={"autocomplete": "off", "class": "w-short"}),
        )
        words = {
            "invalid": "Escriba la fecha y la hora como 21/11/2026 16:05.",
            "required": "Escriba la fecha y la hora.",
        }
        kwargs["error_messages"] = words | kwargs.get("error_messages", {})
        super().__init__(**kwargs)

    def to_python(self, value):
        """Spaces more or less do not matter; years that no calendar reaches are a slip (trust §5 row 38)."""
        moment = super().to_python(" ".join(value.split()) if isinstance(value, str) else value)
        if moment is not None and not 2000 <= moment.year <= 2100:
            raise forms.ValidationError("Revise el año de la fecha.", code="year")
        return moment
