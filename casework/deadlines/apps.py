"""Django's plug for this room."""

from django.apps import AppConfig

from casework.mail import letters


class DeadlinesConfig(AppConfig):
    name = "casework.deadlines"
    label = "deadlines"
    verbose_name = "Plazos"

    def ready(self):
        letters.register(
            "deadline",
            folder="alert",
            still_applies="casework.deadlines.ladder.deadline_mail_still_applies",
            priority=2,
        )
        letters.register("digest", still_applies="casework.deadlines.digest.digest_still_applies", priority=7)
