"""Requests between departments, each a case of its own (MPC-SER-009 §5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from casework.people.models import Department
from casework.people.roles import Role
from casework.records.models import CaseFile, seen_by
from casework.web.addresses import address
from coordination.stages import Stage


class Matter(models.TextChoices):
    """What a request or complaint is about (MPC-SER-002 §5.3)."""

    TECHNICAL = "technical", "técnico"
    LOGISTIC = "logistic", "logístico"
    ADMINISTRATIVE = "administrative", "administrativo"


class RoutingRule(models.Model):
    """Which departments answer a matter, and within how many business hours (MPC-SER-002 §5.4; never above 48)."""

    matter = models.CharField("asunto", max_length=16, choices=Matter)
    department = models.ForeignKey(Department, models.PROTECT, related_name="routing", verbose_name="departamento")
    primary = models.BooleanField("se propone primero", default=False)
    hours = models.PositiveSmallIntegerField("horas hábiles", default=48)

    class Meta:
        verbose_name = "ruta de canalización"
        verbose_name_plural = "rutas de canalización"
        ordering = ["matter", "-primary", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_route_per_matter_and_department",
                fields=["matter", "department"],
            ),
            models.CheckConstraint(
                name="route_within_48_business_hours",
                condition=Q(hours__gte=1, hours__lte=48),
                violation_error_message="Entre 1 y 48 horas hábiles (MPC-SER-009 §3.2).",
            ),
        ]

    def __str__(self):
        return f"{self.get_matter_display()} → {self.department}"


class CoordinationRequestQuerySet(models.QuerySet):
    """Questions about requests."""

    def visible_to(self, person):
        """Requests whose case the person may see; an executive also those about a complaint that he or she sees."""
        visible = seen_by(person, "case_file__")
        if person.has_role(Role.EXECUTIVE):
            visible |= seen_by(person, "about__")
        return self.filter(visible)

    def unsettled(self):
        """Neither accepted nor withdrawn."""
        return self.exclude(stage__in=[Stage.ACCEPTED, Stage.WITHDRAWN])


class CoordinationRequest(models.Model):
    """Who asks what of which department, on which case, how urgent. The responsible person is the case file's."""

    case_file = models.OneToOneField(
        CaseFile,
        models.PROTECT,
        primary_key=True,
        related_name="request",
        verbose_name="expediente",
    )
    about = models.ForeignKey(
        CaseFile,
        models.PROTECT,
        null=True,
        related_name="requests",
        verbose_name="sobre el expediente",
    )
    stage = models.CharField("etapa", max_length=12, choices=Stage, default=Stage.ASKED)
    matter = models.CharField("asunto", max_length=16, choices=Matter, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        related_name="requests",
        verbose_name="departamento",
    )
    question = models.TextField("qué se pide", max_length=4000)
    urgent_hours = models.PositiveSmallIntegerField("horas si es urgente", null=True)
    first_assigned_at = models.DateTimeField("asignada por primera vez el", null=True)
    first_seen_at = models.DateTimeField("vista por primera vez el", null=True)

    objects = CoordinationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "solicitud interdepartamental"
        verbose_name_plural = "solicitudes interdepartamentales"
        ordering = ["-case_file"]
        constraints = [
            models.CheckConstraint(
                name="urgent_request_within_1_and_48_hours",
                condition=Q(urgent_hours=None) | Q(urgent_hours__gte=1, urgent_hours__lte=48),
                violation_error_message="Una urgencia se atiende entre 1 y 48 horas.",
            ),
            models.CheckConstraint(
                name="assigned_request_has_a_department",
                condition=Q(stage__in=["asked", "withdrawn"]) | Q(department__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["department"],
                condition=Q(stage__in=["asked", "assigned", "answered"]),
                name="request_open_by_department",
            ),
            models.Index(fields=["about"], name="request_about"),
        ]

    def __str__(self):
        return self.folio

    def get_absolute_url(self):
        """Its page."""
        return address("coordination:detail", self.folio)

    @property
    def folio(self):
        """Its own folio, CI-…"""
        return self.case_file.folio


class Leg(models.Model):
    """The time one department held a request (product §4.3)."""

    request = models.ForeignKey(
        CoordinationRequest,
        models.PROTECT,
        related_name="legs",
        verbose_name="solicitud",
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="departamento")
    since = models.DateTimeField("desde")
    until = models.DateTimeField("hasta", null=True)

    class Meta:
        verbose_name = "tramo"
        verbose_name_plural = "tramos"
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                name="one_running_leg_per_request",
                fields=["request"],
                condition=Q(until=None),
            )
        ]

    def __str__(self):
        return f"{self.request} en {self.department}"


class SaidBySomeone(models.Model):
    """A record of something a person said about a request."""

    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        abstract = True
        ordering = ["at"]


class Answer(SaidBySomeone):
    """What the department did (MPC-SER-009 §5.4)."""

    request = models.ForeignKey(
        CoordinationRequest,
        models.PROTECT,
        related_name="answers",
        verbose_name="solicitud",
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="departamento")
    action = models.TextField("acción realizada", max_length=4000)
    cause = models.CharField("causa", max_length=300, blank=True)
    commits_on = models.DateField("fecha compromiso", null=True)

    class Meta(SaidBySomeone.Meta):
        verbose_name = "respuesta del área"
        verbose_name_plural = "respuestas de las áreas"

    def __str__(self):
        return f"Respuesta a {self.request_id}"


class InformationRequest(SaidBySomeone):
    """«Necesito más información». The wait is measured; the promise goes on (product §3)."""

    request = models.ForeignKey(
        CoordinationRequest,
        models.PROTECT,
        related_name="questions",
        verbose_name="solicitud",
    )
    question = models.TextField("qué falta saber", max_length=2000)
    reply = models.TextField("respuesta", max_length=4000, blank=True)
    replied_at = models.DateTimeField("respondida el", null=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="respondida por",
    )

    class Meta(SaidBySomeone.Meta):
        verbose_name = "petición de información"
        verbose_name_plural = "peticiones de información"
        constraints = [
            models.CheckConstraint(
                name="information_replied_at_and_by_together",
                condition=Q(replied_at=None, replied_by=None) | Q(replied_at__isnull=False, replied_by__isnull=False),
            )
        ]

    def __str__(self):
        return self.question[:60]


class Rerouting(SaidBySomeone):
    """«No corresponde a mi área»: why, and which area is suggested."""

    request = models.ForeignKey(
        CoordinationRequest,
        models.PROTECT,
        related_name="reroutings",
        verbose_name="solicitud",
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="departamento")
    suggested = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="área sugerida",
    )
    reason = models.TextField("motivo", max_length=2000)

    class Meta(SaidBySomeone.Meta):
        verbose_name = "devolución al coordinador"
        verbose_name_plural = "devoluciones al coordinador"

    def __str__(self):
        return self.reason[:60]


class Verification(SaidBySomeone):
    """The coordinator's word on an answer: accepted, or returned for rework with a reason (MPC-SER-009 §5.6)."""

    request = models.ForeignKey(
        CoordinationRequest,
        models.PROTECT,
        related_name="verifications",
        verbose_name="solicitud",
    )
    accepted = models.BooleanField("aceptada")
    reason = models.TextField("motivo", max_length=2000, blank=True)

    class Meta(SaidBySomeone.Meta):
        verbose_name = "verificación"
        verbose_name_plural = "verificaciones"
        constraints = [
            models.CheckConstraint(
                name="rework_has_a_reason",
                condition=Q(accepted=True) | Q(reason__regex=r"\S"),
                violation_error_message="Escriba por qué se devuelve.",
            )
        ]

    def __str__(self):
        return "Aceptada" if self.accepted else "Devuelta"
