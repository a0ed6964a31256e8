"""What the register form asks while somebody types."""

from django.db.models import Prefetch

from casework.catalogue.models import Contact, Customer, Lote, Product
from casework.text import code, plain

LEAST = 2
MOST = 10


def customers_like(text):
    """At most ten active customers with their active contacts, in two queries; none for fewer than two letters."""
    if len(plain(text)) < LEAST:
        return []
    contacts = Contact.objects.filter(active=True).order_by("pk")
    found = Customer.objects.matching(text).prefetch_related(
        Prefetch("contacts", queryset=contacts, to_attr="active_contacts")
    )
    return list(found[:MOST])


def products_like(text):
    """At most ten active products, in one query."""
    return list(Product.objects.matching(text)[:MOST]) if len(plain(text)) >= LEAST else []


def lotes_like(text, *, product_id=None):
    """At most ten lotes, the newest first: of a product even before anything is typed, else by their beginning."""
    key = code(text)
    if product_id is None and len(key) < LEAST:
        return []
    rows = Lote.objects.starting_with(text).select_related("product")
    if product_id is not None:
        rows = rows.filter(product=product_id)
    return list(rows[:MOST])
