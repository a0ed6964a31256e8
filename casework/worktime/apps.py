"""Django's plug for this room."""

from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "casework.worktime"
    label = "worktime"
    verbose_name = "Tiempo hábil"
