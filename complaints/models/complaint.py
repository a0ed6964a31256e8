"""The complaint itself: what the customer told us (MPC-SER-002 §5.1, §5.2)."""

from django.db import models
from django.db.models import F, Q

from casework.catalogue.models import Contact, Lote, Product
from casework.records.models import CaseFile, seen_by
from casework.web.addresses import address
from complaints.stages import Stage
from coordination.models import Matter

__all__ = ["Channel", "Complaint", "Kind", "Matter", "Reason", "Severity"]


class Kind(models.TextChoices):
    """The compulsory category (MPC-SER-002 §3)."""

    COMPLAINT = "complaint", "Queja"
    CLAIM = "claim", "Reclamación"


class Channel(models.TextChoices):
    """How the customer spoke (MPC-SER-002 §5.1)."""

    PHONE = "phone", "Teléfono"
    MAIL = "mail", "Correo"
    WEB = "web", "Formulario web"
    CRM = "crm", "CRM"
    VISIT = "visit", "Visita"
    WHATSAPP = "whatsapp", "WhatsApp"


class Reason(models.TextChoices):
    """The six of MPC-SER-002 §2."""

    QUALITY = "quality", "Calidad del producto"
    PACKAGING = "packaging", "Empaque"
    DELIVERY = "delivery", "Entrega"
    SERVICE = "service", "Atención"
    INVOICING = "invoicing", "Facturación"
    SPECIFICATION = "specification", "Incumplimiento de especificación"


class Severity(models.TextChoices):
    """How grave the coordinator judges it."""

    LOW = "low", "baja"
    MEDIUM = "medium", "media"
    HIGH = "high", "alta"


class ComplaintQuerySet(models.QuerySet):
    """Questions about complaints."""

    def visible_to(self, person):
        """Complaints whose case the person may see."""
        return self.filter(seen_by(person, "case_file__"))

    def with_case_file(self):
        """Each complaint with what every screen shows of it."""
        return self.select_related(
            "case_file__customer",
            "case_file__responsible",
            "case_file__department",
            "product",
            "lote",
            "contact",
        )


class Complaint(models.Model):
    """Queja or reclamación. `received_at` is when the customer spoke: clocks start there."""

    case_file = models.OneToOneField(
        CaseFile,
        models.PROTECT,
        primary_key=True,
        related_name="complaint",
        verbose_name="expediente",
    )
    stage = models.CharField("etapa", max_length=12, choices=Stage)
    kind = models.CharField("tipo", max_length=12, choices=Kind)
    channel = models.CharField("medio de recepción", max_length=10, choices=Channel)
    received_at = models.DateTimeField("recibida el")
    registered_at = models.DateTimeField("registrada el")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", verbose_name="contacto")
    reason = models.CharField("motivo", max_length=16, choices=Reason)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", verbose_name="producto")
    lote = models.ForeignKey(
        Lote,
        models.PROTECT,
        null=True,
        related_name="complaints",
        verbose_name="lote conocido",
    )
    lote_text = models.CharField("lote", max_length=40, blank=True)
    lote_key = models.CharField("lote comparable", max_length=40, blank=True, editable=False, db_index=True)
    lote_not_applicable = models.BooleanField("el lote no aplica", default=False)
    invoice = models.CharField("factura", max_length=40, blank=True)
    quantity = models.DecimalField("cantidad", max_digits=12, decimal_places=2, null=True)
    unit = models.CharField("unidad", max_length=20, blank=True)
    amount_claimed = models.DecimalField("monto reclamado (MXN)", max_digits=14, decimal_places=2, null=True)
    description = models.TextField("descripción", max_length=8000)
    wants_return = models.BooleanField("pide devolución", default=False)
    matter = models.CharField("asunto", max_length=16, choices=Matter, blank=True)
    severity = models.CharField("gravedad", max_length=8, choices=Severity, blank=True)
    cycle = models.PositiveSmallIntegerField("ciclo", default=1)
    submission = models.UUIDField("envío del formulario", unique=True, null=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "queja o reclamación"
        verbose_name_plural = "quejas y reclamaciones"
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                name="complaint_registered_after_it_was_received",
                condition=Q(registered_at__gte=F("received_at")),
                violation_error_message="La fecha de recepción no puede ser futura.",
            ),
            models.CheckConstraint(
                name="complaint_quantity_is_positive",
                condition=Q(quantity=None) | Q(quantity__gt=0),
            ),
            models.CheckConstraint(
                name="complaint_amount_is_not_negative",
                condition=Q(amount_claimed=None) | Q(amount_claimed__gte=0),
            ),
            models.CheckConstraint(
                name="complaint_triaged_once_channelled",
                condition=Q(stage__in=["to_confirm", "registered", "cancelled", "duplicate"]) | ~Q(matter=""),
            ),
            models.CheckConstraint(
                name="complaint_lote_given_or_not_applicable",
                condition=Q(lote_not_applicable=True, lote_text="") | (Q(lote_not_applicable=False) & ~Q(lote_text="")),
                violation_error_message="Escriba el lote o marque «No aplica».",
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "-received_at"], name="complaint_by_stage"),
            models.Index(fields=["-received_at"], name="complaint_by_reception"),
        ]

    def __str__(self):
        return self.folio

    def get_absolute_url(self):
        """Its page."""
        return address("complaints:detail", self.folio)

    @property
    def folio(self):
        """Its folio, Q-… or R-…, kept when it is recategorised."""
        return self.case_file.folio
