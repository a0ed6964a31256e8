"""Form fields that more than one room uses."""

import re
from decimal import Decimal

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


class AmountField(forms.DecimalField):
    """A quantity or an amount of money as people write it: 1,234.5 or $1,234.50."""

    GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?|\d*\.?\d+|\d+\.")

    def __init__(self, *, example="1,234.5", **kwargs):
        self.wrong = f"Escriba una cantidad con números, por ejemplo {example}."
        kwargs.setdefault("min_value", Decimal(0))
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        words = {
            "invalid": self.wrong,
            "min_value": "La cantidad no puede ser negativa.",
            "max_decimal_places": "Use como máximo %(max)s decimales.",
            "max_digits": "La cantidad es demasiado grande.",
            "max_whole_digits": "La cantidad es demasiado grande.",
        }
        kwargs["error_messages"] = words | kwargs.get("error_messages", {})
        super().__init__(**kwargs)

    def to_python(self, value):
        """Commas only between thousands; no exponents, no NaN (trust §5 row 39)."""
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        typed = "".join(value.split()).removeprefix("$")
        if not typed:
            return None
        if len(typed) > 40 or not self.GROUPED.fullmatch(typed.removeprefix("-")):
            raise forms.ValidationError(self.wrong, code="invalid")
        return Decimal(typed.replace(",", ""))
