"""Links for people without an account. The token is shown once; only its SHA-256 is kept (trust §4)."""

import hashlib
import secrets

from django.db import models
from django.db.models import F, Q


def digest(token):
    """The stored form of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class LinkManager(models.Manager):
    """Issuing and finding links."""

    def issue(self, *, purpose, subject, expires_at, at, uses=1):
        """A new link for one purpose and one subject (the key of a row). The link and its token, told only now."""
        token = secrets.token_urlsafe(32)
        link = self.create(
            purpose=purpose,
            subject=str(subject),
            token_hash=digest(token),
            at=at,
            expires_at=expires_at,
            uses=uses,
        )
        return link, token

    def usable(self, token, *, purpose, at):
        """The link behind a token if it may still be used for this purpose, else None."""
        return self.filter(
            token_hash=digest(token),
            purpose=purpose,
            expires_at__gt=at,
            revoked_at=None,
            used__lt=F("uses"),
        ).first()


class Link(models.Model):
    """A single-purpose link with an end: survey, customer's page, hand-off of photographs."""

    purpose = models.CharField("para qué", max_length=30)
    subject = models.CharField("sobre qué", max_length=40)
    token_hash = models.CharField("huella", max_length=64, unique=True)
    at = models.DateTimeField("creado el")
    expires_at = models.DateTimeField("vence el")
    uses = models.PositiveSmallIntegerField("usos permitidos", default=1)
    used = models.PositiveSmallIntegerField("usos hechos", default=0)
    revoked_at = models.DateTimeField("retirado el", null=True)

    objects = LinkManager()

    class Meta:
        verbose_name = "enlace"
        verbose_name_plural = "enlaces"
        constraints = [
            models.CheckConstraint(name="link_not_used_more_than_allowed", condition=Q(used__lte=F("uses"))),
            models.CheckConstraint(
                name="link_expires_after_it_is_made",
                condition=Q(expires_at__gt=F("at")),
            ),
        ]
        indexes = [models.Index(fields=["purpose", "subject"])]

    def __str__(self):
        return f"{self.purpose} {self.subject}"
