"""Django's plug for this room."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    label = "complaints"
    verbose_name = "Quejas y reclamaciones"

    def ready(self):
        """The letters of MPC-SER-002 and their outcomes."""
        from complaints import letters  # noqa: PLC0415  (app ready)

        letters.register_all()
