"""Forms of the catalogue."""

from django import forms
from django.core.validators import RegexValidator

from casework.web.fields import DayField

a_key = RegexValidator(r"^[0-9A-Za-zÑñ./ -]+$", "Use solo letras sin acento, números, punto, diagonal o guion.")
a_phone = RegexValidator(r"^[0-9+() .extEXT-]+$", "Escriba el teléfono con números, por ejemplo 55 1234 5678 ext. 12.")


def _email(**kwargs):
    return forms.EmailField(
        label="Correo",
        required=False,
        max_length=254,
        error_messages={"invalid": "Escriba un correo como nombre@empresa.mx."},
        **kwargs,
    )


def _phone():
    return forms.CharField(
        label="Teléfono",
        required=False,
        max_length=30,
        validators=[a_phone],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class NewCustomerForm(forms.Form):
    """A customer who is not in the catalogue, with whom one speaks there."""

    name = forms.CharField(
        label="Nombre del cliente", max_length=160, error_messages={"required": "Escriba el nombre del cliente."}
    )
    city = forms.CharField(label="Ciudad", max_length=80, required=False)
    key = forms.CharField(
        label="Clave",
        max_length=20,
        required=False,
        validators=[a_key],
        help_text="La del ERP, si ya tiene una. Si la deja vacía se asigna sola.",
    )
    contact_name = forms.CharField(label="Nombre del contacto", max_length=120, required=False)
    contact_email = _email(help_text="A este correo llega el acuse. Sin correo, el acuse se da por teléfono.")
    contact_phone = _phone()


class CustomerForm(forms.Form):
    """A customer of the catalogue."""

    name = forms.CharField(
        label="Nombre", max_length=160, error_messages={"required": "Escriba el nombre del cliente."}
    )
    city = forms.CharField(label="Ciudad", max_length=80, required=False)
    key = forms.CharField(
        label="Clave", max_length=20, validators=[a_key], error_messages={"required": "Escriba la clave."}
    )
    active = forms.BooleanField(
        label="Activo", required=False, help_text="Los inactivos no aparecen al registrar una queja."
    )


class NewContactForm(forms.Form):
    """Someone at a customer."""

    name = forms.CharField(
        label="Nombre", max_length=120, error_messages={"required": "Escriba el nombre del contacto."}
    )
    email = _email()
    phone = _phone()


class ContactForm(NewContactForm):
    """A contact that is there already."""

    active = forms.BooleanField(
        label="Activo", required=False, help_text="Los inactivos no se proponen al registrar una queja."
    )


class NewProductForm(forms.Form):
    """A product that is not in the catalogue."""

    key = forms.CharField(
        label="Clave", max_length=30, validators=[a_key], error_messages={"required": "Escriba la clave."}
    )
    name = forms.CharField(
        label="Nombre", max_length=160, error_messages={"required": "Escriba el nombre del producto."}
    )
    line = forms.CharField(label="Línea", max_length=80, required=False, help_text="Por ejemplo, Arquitectónica.")


class ProductForm(NewProductForm):
    """A product of the catalogue."""

    active = forms.BooleanField(
        label="Activo", required=False, help_text="Los inactivos no aparecen al registrar una queja."
    )


class LoteForm(forms.Form):
    """A batch."""

    number = forms.CharField(
        label="Lote",
        max_length=40,
        help_text="Espacios y guiones no importan al buscarlo.",
        error_messages={"required": "Escriba el lote."},
    )
    made_on = DayField(label="Fabricado el", required=False)
