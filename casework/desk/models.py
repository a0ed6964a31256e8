"""Drafts: what a person was typing, kept by the server for 30 days."""

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """One person's unfinished form. One per person, form and place (e.g. a folio); the fields as typed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="drafts",
        verbose_name="persona",
    )
    form = models.CharField("formulario", max_length=40)
    place = models.CharField("lugar", max_length=40, blank=True)
    title = models.CharField("título", max_length=120, blank=True)
    fields = models.JSONField("campos", default=dict)
    saved_at = models.DateTimeField("guardado el")
    discarded_at = models.DateTimeField("descartado el", null=True)

    class Meta:
        verbose_name = "borrador"
        verbose_name_plural = "borradores"
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_draft_per_person_form_and_place",
                fields=["person", "form", "place"],
            )
        ]

    def __str__(self):
        return self.title or self.form
