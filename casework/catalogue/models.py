"""Customers with their contacts, products with their lotes."""

import re

from django.db import models
from django.db.models import Q

from casework.text import code, plain


class Searchable(models.Model):
    """A row found by what people type: its names folded into one comparable text."""

    search_name = models.CharField("nombre comparable", max_length=300, editable=False, db_index=True)
    active = models.BooleanField("activo", default=True)

    class Meta:
        abstract = True

    def save(self, **kwargs):
        """Keep the comparable text true."""
        self.search_name = plain(self.names())[:300]
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_name"}
        super().save(**kwargs)


class CatalogueQuerySet(models.QuerySet):
    """Finding by what is typed."""

    def matching(self, text):
        """Active rows that are called so."""
        return self.called(text).filter(active=True)

    def called(self, text):
        """Rows in which every word typed begins some word of the names, accent-blind; n also finds ñ."""
        rows = self.all()
        for word in plain(text).split()[:8]:
            rows = rows.filter(search_name__regex="(^| )" + re.escape(word).replace("n", "[nñ]"))
        return rows


class Customer(Searchable):
    """A company or person that buys. Treated as personal data (trust §10)."""

    key = models.CharField("clave", max_length=20, unique=True)
    name = models.CharField("nombre", max_length=160)
    city = models.CharField("ciudad", max_length=80, blank=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = "cliente"
        verbose_name_plural = "clientes"
        ordering = ["search_name"]

    def __str__(self):
        return self.name

    def names(self):
        """What it is found by."""
        return f"{self.name} {self.key} {self.city}"


class Contact(models.Model):
    """Someone at a customer with whom one speaks."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts", verbose_name="cliente")
    name = models.CharField("nombre", max_length=120)
    email = models.EmailField("correo", blank=True)
    phone = models.CharField("teléfono", max_length=30, blank=True)
    active = models.BooleanField("activo", default=True)

    class Meta:
        verbose_name = "contacto"
        verbose_name_plural = "contactos"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="contact_has_a_name",
                condition=Q(name__regex=r"\S"),
                violation_error_message="Escriba el nombre del contacto.",
            )
        ]

    def __str__(self):
        return self.name


class Product(Searchable):
    """A paint, varnish or thinner as it is sold."""

    key = models.CharField("clave", max_length=30, unique=True)
    name = models.CharField("nombre", max_length=160)
    line = models.CharField("línea", max_length=80, blank=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = "producto"
        verbose_name_plural = "productos"
        ordering = ["search_name"]

    def __str__(self):
        return self.name

    def names(self):
        """What it is found by."""
        return f"{self.name} {self.key} {self.line}"


class LoteQuerySet(models.QuerySet):
    """Finding batches."""

    def starting_with(self, text):
        """Those whose number begins so, whatever the punctuation."""
        return self.filter(key__startswith=code(text)) if code(text) else self.all()


class Lote(models.Model):
    """A batch of a product, compared without punctuation («l24 0117-a» is L240117A)."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="lotes", verbose_name="producto")
    number = models.CharField("lote", max_length=40)
    key = models.CharField("lote comparable", max_length=40, editable=False, db_index=True)
    made_on = models.DateField("fabricado el", null=True, blank=True)

    objects = LoteQuerySet.as_manager()

    class Meta:
        verbose_name = "lote"
        verbose_name_plural = "lotes"
        ordering = ["-made_on", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_lote_per_product_and_key",
                fields=["product", "key"],
                violation_error_message="Ese lote ya existe para este producto.",
            ),
        ]

    def __str__(self):
        return self.number

    def save(self, **kwargs):
        """Keep the comparable number true."""
        self.key = code(self.number)[:40]
        super().save(**kwargs)
