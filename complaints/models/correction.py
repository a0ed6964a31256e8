"""What was wrong in the register, and what it says now."""

from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint


class Correction(models.Model):
    """One field corrected, with its reason; the old value stays readable (product §2)."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="corrections", verbose_name="queja")
    field = models.CharField("campo", max_length=40)
    before = models.TextField("decía", blank=True)
    after = models.TextField("dice", blank=True)
    reason = models.TextField("motivo", max_length=2000)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "corrección"
        verbose_name_plural = "correcciones"
        ordering = ["-at", "pk"]

    def __str__(self):
        return f"{self.field} de {self.complaint_id}"
