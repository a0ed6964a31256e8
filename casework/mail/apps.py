"""Django's plug for this room."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "casework.mail"
    label = "mail"
    verbose_name = "Correo"
