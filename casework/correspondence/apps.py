"""Django's plug for this room."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "casework.correspondence"
    label = "correspondence"
    verbose_name = "Correspondencia"
