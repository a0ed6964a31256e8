"""How a complaint ends, and how it begins again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from complaints.models.complaint import Complaint


class Ending(models.Model):
    """Something final that a person did, with its reason."""

    reason = models.TextField("motivo", max_length=2000)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        abstract = True
        ordering = ["at"]


class Closure(models.Model):
    """Cierre (MPC-SER-002 §5.8). A reopened case keeps the earlier one."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="closures", verbose_name="queja")
    cycle = models.PositiveSmallIntegerField("ciclo")
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "cierre"
        verbose_name_plural = "cierres"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(name="one_closure_per_cycle", fields=["complaint", "cycle"])]

    def __str__(self):
        return f"Cierre de {self.complaint_id}"


class Reopening(Ending):
    """Reapertura: a new cycle, with its reason; nothing of the earlier one is erased (product §2)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="reopenings", verbose_name="queja")
    cycle = models.PositiveSmallIntegerField("ciclo que abre")

    class Meta(Ending.Meta):
        verbose_name = "reapertura"
        verbose_name_plural = "reaperturas"
        constraints = [models.UniqueConstraint(name="one_reopening_per_cycle", fields=["complaint", "cycle"])]

    def __str__(self):
        return f"Reapertura de {self.complaint_id}"


class Cancellation(Ending):
    """Anulación: the case leaves the indicators visibly."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="cancellation", verbose_name="queja")

    class Meta(Ending.Meta):
        verbose_name = "anulación"
        verbose_name_plural = "anulaciones"

    def __str__(self):
        return f"Anulación de {self.complaint_id}"


class Duplication(Ending):
    """Duplicada: linked to the one that goes on; both keep their folios."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="duplication", verbose_name="queja")
    original = models.ForeignKey(Complaint, models.PROTECT, related_name="duplicates", verbose_name="original")

    class Meta(Ending.Meta):
        verbose_name = "duplicación"
        verbose_name_plural = "duplicaciones"
        constraints = [
            models.CheckConstraint(
                name="complaint_is_not_its_own_duplicate",
                condition=~Q(complaint=F("original")),
                violation_error_message="Una queja no puede ser duplicada de sí misma.",
            )
        ]

    def __str__(self):
        return f"{self.complaint_id} duplica {self.original_id}"
