"""Django's plug for the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "nervion_cases.demo"
    label = "demo"
    verbose_name = "Demostración"
