"""Rows that are only ever added. A trigger holds the same in the database."""

from django.db import models


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete what is only ever added."""


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses what the trigger would refuse, nearer to the mistake."""

    def update(self, **kwargs):
        """Never."""
        raise AppendOnlyError(f"{self.model.__name__} is append-only")

    delete = bulk_update = update_or_create = update


class AppendOnlyManager(models.Manager.from_queryset(AppendOnlyQuerySet)):
    """The manager of append-only rows."""


class AppendOnlyModel(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, **kwargs):
        """Insert; a second save is refused."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} is append-only")
        super().save(**kwargs)

    def delete(self, **kwargs):
        """Never."""
        raise AppendOnlyError(f"{type(self).__name__} is append-only")
