"""Messages to customers: a draft until another person approves exactly this text (MPC-SER-009 §3.5)."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from casework.catalogue.models import Contact
from casework.mail.models import OutgoingMail
from casework.records.models import CaseFile


class Channel(models.TextChoices):
    """How a message reaches a customer."""

    MAIL = "mail", "correo"
    PHONE = "phone", "teléfono"
    LETTER = "letter", "carta"
    VISIT = "visit", "visita"


class CustomerMessage(models.Model):
    """What is to be said to a customer. An approval holds only for the text whose hash it carries."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="messages", verbose_name="expediente")
    letter = models.CharField("carta", max_length=60)
    channel = models.CharField("medio", max_length=8, choices=Channel, default=Channel.MAIL)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", verbose_name="contacto")
    to = models.EmailField("para", blank=True)
    subject = models.CharField("asunto", max_length=200)
    body = models.TextField("texto", max_length=20000)
    written_at = models.DateTimeField("redactado el")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="redactado por",
    )
    submitted_at = models.DateTimeField("enviado a aprobación el", null=True)
    approved_at = models.DateTimeField("aprobado el", null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="aprobado por",
    )
    approved_hash = models.CharField("huella aprobada", max_length=64, blank=True)
    returned_reason = models.TextField("motivo de devolución", blank=True)
    mail = models.OneToOneField(
        OutgoingMail,
        models.PROTECT,
        null=True,
        related_name="customer_message",
        verbose_name="correo",
    )
    delivered_at = models.DateTimeField("entregado el", null=True)
    version = models.PositiveIntegerField("versión", default=1)

    class Meta:
        verbose_name = "mensaje al cliente"
        verbose_name_plural = "mensajes al cliente"
        ordering = ["-written_at"]
        indexes = [
            models.Index(
                fields=["written_at"],
                condition=Q(mail=None, delivered_at=None),
                name="message_not_yet_gone",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="message_approved_by_someone_else",
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")),
                violation_error_message="Quien redacta un mensaje no lo aprueba (MPC-SER-009 §3.5).",
            ),
            models.CheckConstraint(
                name="message_approved_at_by_and_hash_together",
                condition=Q(approved_at=None, approved_by=None, approved_hash="")
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_hash="")),
            ),
            models.CheckConstraint(
                name="message_leaves_only_approved",
                condition=Q(mail=None, delivered_at=None) | Q(approved_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.subject

    def fingerprint(self):
        """SHA-256 of what would leave: channel, recipient, subject and body."""
        parts = [self.channel, self.to, self.subject, self.body]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def approved(self):
        """Whether the approval holds for the text as it is now."""
        return self.approved_at is not None and self.approved_hash == self.fingerprint()
