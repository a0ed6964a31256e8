"""The answer to the customer, the customer's conformity, and the survey."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from casework.correspondence.models import CustomerMessage
from casework.links.models import Link
from casework.mail.models import OutgoingMail
from complaints.models.complaint import Complaint


class CustomerAnswer(models.Model):
    """Respuesta al cliente (MPC-SER-002 §5.7): at the latest on the 15th natural day. Its text is the message's."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="answers", verbose_name="queja")
    message = models.OneToOneField(CustomerMessage, models.PROTECT, related_name="answer", verbose_name="mensaje")
    cycle = models.PositiveSmallIntegerField("ciclo")
    sent_at = models.DateTimeField("entregada el", null=True)

    class Meta:
        verbose_name = "respuesta al cliente"
        verbose_name_plural = "respuestas al cliente"
        constraints = [
            models.UniqueConstraint(name="one_answer_per_cycle", fields=["complaint", "cycle"]),
        ]

    def __str__(self):
        return f"Respuesta a {self.complaint_id}"


class ConformityResult(models.TextChoices):
    """What the customer said of the answer."""

    SATISFIED = "satisfied", "Conforme"
    DISSATISFIED = "dissatisfied", "No conforme"
    NO_REPLY = "no_reply", "No respondió"


class Conformity(models.Model):
    """Conformidad del cliente, or one dated attempt to obtain it (MPC-SER-002 §5.8)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="conformities", verbose_name="queja")
    result = models.CharField("resultado", max_length=12, choices=ConformityResult)
    note = models.TextField("qué dijo", max_length=2000)
    cycle = models.PositiveSmallIntegerField("ciclo")
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "conformidad"
        verbose_name_plural = "conformidades"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                name="one_conformity_per_cycle",
                fields=["complaint", "cycle"],
                condition=~Q(result="no_reply"),
                violation_error_message="La conformidad del cliente ya está registrada.",
            )
        ]

    def __str__(self):
        return self.get_result_display()


class SatisfactionSurvey(models.Model):
    """Encuesta (MPC-SER-002 §6): sent after the close by a single-purpose link, answered once."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="surveys", verbose_name="queja")
    link = models.OneToOneField(Link, models.PROTECT, related_name="+", verbose_name="enlace")
    mail = models.OneToOneField(OutgoingMail, models.PROTECT, null=True, related_name="+", verbose_name="correo")
    cycle = models.PositiveSmallIntegerField("ciclo")
    at = models.DateTimeField("enviada el")
    score = models.PositiveSmallIntegerField("calificación", null=True)
    comment = models.TextField("comentario", max_length=2000, blank=True)
    answered_at = models.DateTimeField("respondida el", null=True)

    class Meta:
        verbose_name = "encuesta"
        verbose_name_plural = "encuestas"
        constraints = [
            models.UniqueConstraint(name="one_survey_per_cycle", fields=["complaint", "cycle"]),
            models.CheckConstraint(
                name="survey_score_between_1_and_5_once_answered",
                condition=Q(score=None, answered_at=None) | Q(score__gte=1, score__lte=5, answered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Encuesta de {self.complaint_id}"
