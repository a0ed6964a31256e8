"""Messages as rows. A row is a debt: it is leased, sent with no transaction open, and marked (trust §2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from casework.records.models import CaseFile


class MailState(models.TextChoices):
    """Where a message stands. Only `pending` and `sending` are still owed."""

    PENDING = "pending", "Por enviar"
    SENDING = "sending", "Enviándose"
    SENT = "sent", "Enviado"
    UNCERTAIN = "uncertain", "Entrega dudosa"
    DEAD = "dead", "No se pudo enviar"
    CANCELLED = "cancelled", "Ya no aplica"


class OutgoingMail(models.Model):
    """One message to one address, with a Message-ID fixed when the row is made."""

    letter = models.CharField("carta", max_length=60)
    key = models.CharField("clave única", max_length=160, unique=True)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    case_file = models.ForeignKey(
        CaseFile,
        models.PROTECT,
        null=True,
        related_name="outgoing_mail",
        verbose_name="expediente",
    )
    subject_pk = models.BigIntegerField("fila a la que se refiere", null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="persona",
    )
    to = models.EmailField("para")
    subject = models.CharField("asunto", max_length=200)
    body = models.TextField("texto")
    html = models.TextField("HTML", blank=True)
    priority = models.SmallIntegerField("prioridad", default=5)
    to_customer = models.BooleanField("para un cliente", default=False)
    state = models.CharField("estado", max_length=10, choices=MailState, default=MailState.PENDING)
    owed_at = models.DateTimeField("debido desde")
    not_before = models.DateTimeField("no antes de")
    attempts = models.PositiveSmallIntegerField("intentos", default=0)
    lease_owner = models.CharField("arrendado por", max_length=60, blank=True)
    lease_until = models.DateTimeField("arrendado hasta", null=True)
    handed_at = models.DateTimeField("entregándose al servidor desde", null=True)
    doubts = models.PositiveSmallIntegerField("veces que quedó en duda", default=0)
    outcome_owed = models.BooleanField("falta registrar su efecto", default=False)
    settled_at = models.DateTimeField("resuelto el", null=True)
    bounced_at = models.DateTimeField("devuelto el", null=True)
    last_error = models.CharField("último error", max_length=300, blank=True)
    attended_at = models.DateTimeField("incidente atendido el", null=True)
    attended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="atendido por",
    )

    class Meta:
        verbose_name = "correo saliente"
        verbose_name_plural = "correos salientes"
        ordering = ["-owed_at"]
        constraints = [
            models.CheckConstraint(
                name="outgoing_mail_settled_when_it_is_final",
                condition=Q(state__in=["pending", "sending"], settled_at=None)
                | Q(
                    state__in=["sent", "dead", "cancelled", "uncertain"],
                    settled_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="outgoing_mail_sending_has_a_lease",
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="outgoing_mail_attended_at_and_by_together",
                condition=Q(attended_at=None, attended_by=None)
                | Q(attended_at__isnull=False, attended_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "not_before", "id"],
                condition=Q(state__in=["pending", "sending"]),
                name="outgoing_mail_owed",
            ),
            models.Index(
                fields=["settled_at"],
                condition=Q(state__in=["dead", "uncertain"], attended_at=None),
                name="outgoing_mail_incidents",
            ),
            models.Index(fields=["not_before"], condition=Q(outcome_owed=True), name="outgoing_mail_outcome_owed"),
        ]

    def __str__(self):
        return f"{self.letter} → {self.to}"


class Heartbeat(models.Model):
    """When each thing that runs on a clock last did, by the database's clock."""

    name = models.CharField("nombre", max_length=40, primary_key=True)
    at = models.DateTimeField("última vez")

    class Meta:
        verbose_name = "latido"
        verbose_name_plural = "latidos"

    def __str__(self):
        return self.name
