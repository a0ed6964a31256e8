"""The form on which a complaint is registered: recepción, cliente, qué pasó (MPC-SER-002 §5.1, §5.2)."""

import uuid

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from casework.catalogue.models import Contact, Customer, Product
from casework.catalogue.queries import customers_like, products_like
from casework.records.evidence_screens import EvidenceFormMixin
from casework.rules import reason
from casework.text import code, plain
from casework.web.fields import AmountField, MomentField
from complaints import policies
from complaints.models import Channel, Kind, Reason

UNITS = ("litros", "kg", "piezas", "cubetas", "galones", "cajas", "tambores")
NOT_SPOKEN = "none"
LIMIT = "Escriba como máximo %(limit_value)d caracteres (tiene %(show_value)d)."


class Text(forms.CharField):
    """A text of one line with our limit."""

    def __init__(self, **kwargs):
        kwargs["error_messages"] = {"max_length": LIMIT} | kwargs.get("error_messages", {})
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)


class Radios(forms.ChoiceField):
    """One of a few, all in sight."""

    widget = forms.RadioSelect

    def __init__(self, *, missing, **kwargs):
        kwargs["error_messages"] = {"required": missing, "invalid_choice": missing}
        super().__init__(**kwargs)


class AskedText(Text):
    """A text that is always asked; what may stand in its place is decided by the form."""

    def validate(self, value):
        """The form says what is missing, in its own words."""


class AskedChoice(forms.ChoiceField):
    """A choice that is always asked; a page without script may not have been able to offer it."""

    def validate(self, value):
        """Only what was offered."""
        if value and not self.valid_value(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


def _suggesting(url_name, hidden, **attrs):
    return forms.TextInput(
        attrs={
            "data-autocomplete-url": reverse_lazy(url_name),
            "data-autocomplete-hidden": hidden,
            "autocomplete": "off",
            **attrs,
        }
    )


def row_number(text):
    """A row number out of what a browser sent, or None (trust §5 row 37)."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


class RegisterForm(EvidenceFormMixin, forms.Form):
    """One page. What a script fills in (`customer`, `product`) is found by its text where there is no script."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    channel = Radios(label="Medio", choices=Channel.choices, missing="Elija por qué medio llegó la queja.")
    received_at = MomentField(
        label="Recibida el", help_text="Cuándo habló el cliente. Desde entonces corren los plazos."
    )
    customer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    customer_text = AskedText(
        label="Cliente",
        max_length=160,
        help_text="Nombre, clave o ciudad; dos letras bastan.",
        widget=_suggesting("catalogue:customer_options", "id_customer", autofocus=True),
    )
    contact = AskedChoice(
        label="Contacto",
        error_messages={"invalid_choice": "Elija un contacto de ese cliente."},
    )
    kind = Radios(label="Tipo", choices=Kind.choices, missing="Elija si es queja o reclamación.")
    wants_return = forms.BooleanField(
        label="Pide devolución",
        required=False,
        help_text="Pida fotografías. Si el producto está abierto o manipulado, antes de aceptarla Calidad debe "
        "determinar un defecto de fabricación (MPC-SER-002 §3).",
    )
    reason = Radios(label="Motivo", choices=Reason.choices, missing="Seleccione el motivo de la queja.")
    product = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    product_text = Text(
        label="Producto",
        max_length=160,
        required=False,
        help_text="Nombre o clave; dos letras bastan.",
        widget=_suggesting("catalogue:product_options", "id_product"),
    )
    lote = AskedText(
        label="Lote",
        max_length=40,
        help_text="Como está en el envase; espacios y guiones no importan.",
        widget=_suggesting(
            "catalogue:lote_options",
            "id_lote_known",
            **{"data-autocomplete-params": "product=id_product", "data-autocomplete-free": ""},
        ),
    )
    lote_not_applicable = forms.BooleanField(label="No aplica", required=False)
    quantity = AmountField(
        label="Cantidad",
        required=False,
        error_messages={"min_value": "La cantidad debe ser mayor que cero."},
        min_value=0.01,
        example="1,234.5",
    )
    unit = Text(
        label="Unidad",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"list": "unidades", "autocomplete": "off"}),
    )
    amount_claimed = AmountField(
        label="Monto en pesos",
        required=False,
        max_digits=14,
        example="1,250.00",
        error_messages={"min_value": "El monto no puede ser negativo."},
    )
    invoice = Text(label="Factura", max_length=40, required=False)
    external_reference = Text(label="Folio en otro sistema", max_length=60, required=False)
    description = forms.CharField(
        label="Descripción",
        max_length=8000,
        help_text="Con las palabras del cliente.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Escriba qué pasó.", "max_length": LIMIT},
    )

    def __init__(self, data=None, *args, shows_contact=True, **kwargs):
        super().__init__(data.copy() if data is not None else None, *args, **kwargs)
        self.shows_contact = shows_contact
        if self.is_bound or self.initial.get("customer_text"):  # what is wrong, or what comes next, takes the focus
            self.fields["customer_text"].widget.attrs.pop("autofocus", None)
        self.customer_row, self.offered_customers = self._find("customer", self.customer_of, customers_like)
        self.product_row, self.offered_products = self._find("product", self._product_of, products_like)
        self._offer_contacts()

    @staticmethod
    def customer_of(number):
        """An active customer by its row number, or None."""
        return Customer.objects.filter(pk=number, active=True).first() if number else None

    @staticmethod
    def _product_of(number):
        return Product.objects.filter(pk=number, active=True).first() if number else None

    def typed(self, name):
        """A field as it stands on the page."""
        return str((self.data if self.is_bound else self.initial).get(name) or "")

    def _find(self, name, by_number, by_text):
        """The row that is meant, and those to choose from when the text could mean several.

        Chosen among those offered; or by a script, as long as its text was not changed since; or by the text alone.
        """
        row = by_number(row_number(self.typed(name)))
        if not self.is_bound:
            return row, ()
        chosen = by_number(row_number(self.data.get(f"{name}_choice")))
        text = self.typed(f"{name}_text")
        if chosen is None and row and plain(text) == plain(row.name):
            chosen = row
        offered = ()
        if chosen is None:
            chosen, offered = _meant(text, by_text(text[:160]))
        self._show(name, chosen)
        return chosen, offered

    def _show(self, name, row):
        """What was found stands on the page as if it had been chosen there."""
        self.data[name] = str(row.pk) if row else ""
        if row:
            self.data[f"{name}_text"] = row.name

    def _offer_contacts(self):
        contacts = Contact.objects.filter(customer=self.customer_row, active=True) if self.customer_row else ()
        self.contacts = list(contacts)
        self.fields["contact"].choices = [
            *((str(contact.pk), self._words_of(contact)) for contact in self.contacts),
            (NOT_SPOKEN, "Sin contacto: el acuse se dará por teléfono"),
        ]
        if not self.is_bound and self.contacts and not self.initial.get("contact"):
            self.initial["contact"] = str(self.contacts[0].pk)

    def _words_of(self, contact):
        if not self.shows_contact:
            return contact.name
        return " · ".join(filter(None, (contact.name, contact.email or "sin correo", contact.phone)))

    def clean_received_at(self):
        """Never in the future (MPC-SER-002 §5.1)."""
        received_at = self.cleaned_data["received_at"]
        if why_not := reason(policies.check_reception, received_at, timezone.now()):
            raise forms.ValidationError(why_not)
        return received_at

    def clean(self):
        """Find what was typed without a script; the lote is always asked."""
        cleaned = super().clean()
        self._clean_customer()
        self._clean_product()
        self._clean_contact()
        if "lote" in cleaned:
            not_applicable = cleaned.get("lote_not_applicable", False)
            if why_not := reason(policies.check_lote, code(cleaned["lote"]), not_applicable):
                self.add_error("lote", why_not)
        if cleaned.get("quantity") and not cleaned.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "Escriba la unidad: litros, piezas, cubetas…")
        cleaned["submission"] = cleaned.get("submission") or uuid.uuid4()
        return cleaned

    def _clean_customer(self):
        if self.customer_row or "customer_text" not in self.cleaned_data:
            return
        if not self.cleaned_data["customer_text"]:
            self.add_error("customer_text", "Escriba el nombre del cliente.")
        elif self.offered_customers:
            self.add_error("customer_text", "Elija cuál de estos clientes es.")
        else:
            self.add_error("customer_text", "Ningún cliente se llama así. Revise el nombre o agréguelo.")

    def _clean_product(self):
        """A complaint may be about no product."""
        if self.product_row or not self.cleaned_data.get("product_text"):
            return
        if self.offered_products:
            self.add_error("product_text", "Elija cuál de estos productos es.")
        else:
            self.add_error("product_text", "Ningún producto se llama así. Corríjalo o deje el campo vacío.")

    def _clean_contact(self):
        """One of the customer's. Where the page could not offer them, they are offered now."""
        chosen = self.cleaned_data.get("contact", "")
        self.contact_row = None
        if not self.customer_row or "contact" in self.errors or chosen == NOT_SPOKEN:
            return
        if chosen:
            self.contact_row = next((one for one in self.contacts if str(one.pk) == chosen), None)
        elif len(self.contacts) == 1:
            self.contact_row = self.contacts[0]
        elif self.contacts:
            self.add_error("contact", "Elija con quién se habló.")

    def said(self):
        """What the verb takes."""
        cleaned = self.cleaned_data
        plainly = (
            "channel",
            "received_at",
            "kind",
            "wants_return",
            "reason",
            "lote",
            "lote_not_applicable",
            "quantity",
            "unit",
            "amount_claimed",
            "invoice",
            "external_reference",
            "description",
            "submission",
        )
        return {name: cleaned[name] for name in plainly} | {
            "customer": self.customer_row,
            "contact": self.contact_row,
            "product": self.product_row,
        }


def _meant(typed, rows):
    """The row that a text means, and those to choose from when it means several."""
    if not rows:
        return None, ()
    exact = [row for row in rows if plain(typed) in (plain(row.name), plain(row.key))]
    if len(exact) == 1 or len(rows) == 1:
        return (exact or rows)[0], ()
    return None, rows
