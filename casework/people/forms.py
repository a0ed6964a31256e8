"""Forms about people, and those of django-allauth in our words."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.forms import SetPasswordForm as DjangoSetPasswordForm
from django.utils import timezone

from casework.people.models import Department, User
from casework.people.queries import who_can_answer
from casework.people.roles import Role
from casework.text import plain
from casework.web.fields import DayField


class PersonForm(forms.Form):
    """Who a person is and what the person may do."""

    first_name = forms.CharField(label="Nombre", max_length=150, error_messages={"required": "Escriba el nombre."})
    last_name = forms.CharField(
        label="Apellidos", max_length=150, error_messages={"required": "Escriba los apellidos."}
    )
    email = forms.EmailField(
        label="Correo",
        max_length=254,
        help_text="Aquí llegan la invitación y los avisos.",
        error_messages={"required": "Escriba el correo.", "invalid": "Escriba un correo como nombre@empresa.mx."},
    )
    department = forms.ModelChoiceField(
        label="Departamento",
        queryset=Department.objects.filter(active=True),
        required=False,
        empty_label="Ninguno",
        help_text="Solo el auditor puede no tener departamento.",
    )
    roles = forms.MultipleChoiceField(
        label="Puestos",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Elija al menos un puesto."},
    )
    reads_until = DayField(
        label="Acceso hasta",
        required=False,
        help_text="Obligatorio para el auditor. Después de ese día la persona ya no puede entrar.",
    )

    def clean_email(self):
        """One bare address, folded."""
        return self.cleaned_data["email"].lower()


class InviteForm(PersonForm):
    """A person who is not here yet."""

    username = forms.CharField(
        label="Usuario",
        max_length=40,
        help_text="Con él entra. Letras sin acento, números, punto o guion; por ejemplo ana.lopez.",
        error_messages={"required": "Escriba el usuario."},
    )
    field_order = ["first_name", "last_name", "username", "email", "department", "roles", "reads_until"]

    def clean_username(self):
        """Folded, and only of characters that cannot be mistaken for others."""
        username = plain(self.cleaned_data["username"])
        if not username.replace(".", "").replace("-", "").replace("_", "").isalnum() or not username.isascii():
            raise forms.ValidationError("Use solo letras sin acento, números, punto o guion, sin espacios.")
        return username

    def clean_reads_until(self):
        """Nobody is invited to what is over."""
        day = self.cleaned_data["reads_until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("La fecha de acceso ya pasó. Escriba hoy o una fecha posterior.")
        return day


class FirstPasswordForm(DjangoSetPasswordForm):
    """The password that whoever was invited chooses."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "Contraseña"
        self.fields["new_password1"].help_text = (
            "Al menos 12 caracteres; una frase es más fácil de recordar. No use el nombre de la empresa, de sus "
            "productos ni el suyo."
        )
        self.fields["new_password2"].label = "La misma contraseña otra vez"
        self.fields["new_password2"].help_text = ""


class HeadForm(forms.Form):
    """Who heads a department."""

    person = forms.ModelChoiceField(
        label="Jefe", queryset=User.objects.none(), error_messages={"required": "Elija a la persona."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = who_can_answer()
        self.fields["person"].help_text = "Solo aparecen quienes tienen un puesto que responde por un área."


class SubstituteForm(forms.Form):
    """Who stands in, and between which dates."""

    person = forms.ModelChoiceField(
        label="Suplente", queryset=User.objects.none(), error_messages={"required": "Elija al suplente."}
    )
    since = DayField(label="Desde", error_messages={"required": "Escriba desde qué día."})
    until = DayField(
        label="Hasta", help_text="Ese día incluido.", error_messages={"required": "Escriba hasta qué día."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = who_can_answer()


class ShortcutsForm(forms.Form):
    """Keyboard shortcuts of one key."""

    shortcuts = forms.BooleanField(
        label="Usar atajos de una tecla",
        required=False,
        help_text="Por ejemplo, «n» para registrar una queja. Nunca actúan mientras escribe.",
    )


def _words(field, label, help_text=""):
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


class SignInForm(allauth_forms.LoginForm):
    """Signing in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _words(self.fields["login"], "Usuario o correo")
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["login"].error_messages["required"] = "Escriba su usuario o su correo."
        _words(self.fields["password"], "Contraseña")
        self.fields["password"].error_messages["required"] = "Escriba su contraseña."


class ResetForm(allauth_forms.ResetPasswordForm):
    """Asking for a link to choose another password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _words(self.fields["email"], "Correo", "El que está registrado en su cuenta.")
        self.fields["email"].error_messages |= {
            "required": "Escriba su correo.",
            "invalid": "Escriba un correo como nombre@empresa.mx.",
        }

    def save(self, request, **kwargs):
        """Nobody by that address: the adapter does the same work and owes nothing."""
        if self.users:
            return super().save(request, **kwargs)
        get_adapter().send_mail("account/email/unknown_account", self.cleaned_data["email"], {})
        return self.cleaned_data["email"]


def _new_password_words(form):
    _words(
        form.fields["password1"],
        "Contraseña nueva",
        "Al menos 12 caracteres; una frase es más fácil de recordar. No use el nombre de la empresa, de sus productos "
        "ni el suyo.",
    )
    _words(form.fields["password2"], "La misma contraseña otra vez")
    for name in ("password1", "password2"):
        form.fields[name].error_messages["required"] = "Escriba la contraseña nueva."


class ResetKeyForm(allauth_forms.ResetPasswordKeyForm):
    """Choosing another password from the link."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password_words(self)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """Changing one's password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _words(self.fields["oldpassword"], "Contraseña actual")
        self.fields["oldpassword"].error_messages["required"] = "Escriba su contraseña actual."
        _new_password_words(self)


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    """Confirming that it is still the same person."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _words(self.fields["password"], "Contraseña")
