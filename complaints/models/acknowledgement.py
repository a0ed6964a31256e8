"""The acuse de recibo."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from casework.mail.models import OutgoingMail
from complaints.models.complaint import Complaint


class AcknowledgementChannel(models.TextChoices):
    """How the customer was told that we have the report."""

    MAIL = "mail", "correo"
    PHONE = "phone", "teléfono"
    LETTER = "letter", "carta"
    VISIT = "visit", "visita"


class Acknowledgement(models.Model):
    """Acuse de recibo. MPC-SER-002 §3: in less than 24 business hours.

    By mail it counts from the moment the mail server accepted it, and a bounce undoes it.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="acknowledgements", verbose_name="queja")
    channel = models.CharField("medio", max_length=8, choices=AcknowledgementChannel)
    text = models.TextField("texto", max_length=8000)
    at = models.DateTimeField("preparado el")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="preparado por",
    )
    mail = models.OneToOneField(OutgoingMail, models.PROTECT, null=True, related_name="+", verbose_name="correo")
    accepted_at = models.DateTimeField("dado el", null=True)
    failed_at = models.DateTimeField("fallido el", null=True)

    class Meta:
        verbose_name = "acuse de recibo"
        verbose_name_plural = "acuses de recibo"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                name="one_acknowledgement_that_did_not_fail",
                fields=["complaint"],
                condition=Q(failed_at=None),
                violation_error_message="Esta queja ya tiene acuse de recibo.",
            ),
            models.CheckConstraint(
                name="acknowledgement_by_mail_waits_for_the_server",
                condition=Q(channel="mail") | Q(accepted_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Acuse de {self.complaint_id}"
