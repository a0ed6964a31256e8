"""Django's plug for this room."""

from django.apps import AppConfig

from casework.mail import letters


class AlertsConfig(AppConfig):
    name = "casework.alerts"
    label = "alerts"
    verbose_name = "Avisos"

    def ready(self):
        letters.register("alert", still_applies="casework.alerts.bell.alert_still_applies", priority=3)
