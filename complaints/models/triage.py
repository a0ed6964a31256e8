"""The coordinator's initial analysis."""

from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint, Matter, Severity


class Triage(models.Model):
    """Análisis inicial (MPC-SER-002 §5.3): matter, severity and who is responsible."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="triages", verbose_name="queja")
    matter = models.CharField("asunto", max_length=16, choices=Matter)
    severity = models.CharField("gravedad", max_length=8, choices=Severity)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="responsable",
    )
    override_reason = models.TextField("motivo del cambio de ruta", max_length=2000, blank=True)
    cycle = models.PositiveSmallIntegerField("ciclo")
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "análisis inicial"
        verbose_name_plural = "análisis iniciales"
        ordering = ["at"]

    def __str__(self):
        return f"{self.get_matter_display()}, gravedad {self.get_severity_display()}"
