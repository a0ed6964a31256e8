"""The dictamen."""

from django.conf import settings
from django.db import models

from casework.people.models import Department
from complaints.models.complaint import Complaint


class Dictamen(models.Model):
    """Dictamen (MPC-SER-002 §5.6): procede o no, root cause and plan. A later one does not erase an earlier one."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="dictamenes", verbose_name="queja")
    upheld = models.BooleanField("procede")
    manufacturing_defect = models.BooleanField("defecto de fabricación", default=False)
    root_cause = models.TextField("causa raíz", max_length=4000)
    plan = models.TextField("plan de acción", max_length=4000)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="emitido por el área")
    cycle = models.PositiveSmallIntegerField("ciclo")
    at = models.DateTimeField("emitido el")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="emitido por",
    )

    class Meta:
        verbose_name = "dictamen"
        verbose_name_plural = "dictamenes"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(name="one_dictamen_per_cycle", fields=["complaint", "cycle"])]

    def __str__(self):
        return "Procede" if self.upheld else "No procede"
