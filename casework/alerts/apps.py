"""Django's plug for this room."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "casework.alerts"
    label = "alerts"
    verbose_name = "Avisos"
