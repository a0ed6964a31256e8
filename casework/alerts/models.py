"""What a person was told: the exactly-once record, of which a mail is only the copy (trust §2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from casework.mail.models import OutgoingMail
from casework.records.models import CaseFile


class Alert(models.Model):
    """A line in a person's bell. Unique by reason, occasion and person: told once, ever."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="alerts",
        verbose_name="persona",
    )
    reason = models.CharField("motivo", max_length=60)
    occasion = models.CharField("ocasión", max_length=120)
    case_file = models.ForeignKey(
        CaseFile,
        models.PROTECT,
        null=True,
        related_name="alerts",
        verbose_name="expediente",
    )
    facts = models.JSONField("datos", default=dict)
    at = models.DateTimeField("cuándo")
    seen_at = models.DateTimeField("visto el", null=True)
    mail = models.OneToOneField(
        OutgoingMail,
        models.PROTECT,
        null=True,
        related_name="alert",
        verbose_name="correo",
    )

    class Meta:
        verbose_name = "aviso"
        verbose_name_plural = "avisos"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_alert_per_reason_occasion_and_person",
                fields=["reason", "occasion", "person"],
            )
        ]
        indexes = [models.Index(fields=["person"], condition=Q(seen_at=None), name="alert_unseen")]

    def __str__(self):
        return f"{self.reason} · {self.person}"
