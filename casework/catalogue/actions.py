"""What may be done with customers, contacts, products and lotes. Every verb says who did it and when."""

import logging
import secrets
import unicodedata

from django.db import IntegrityError, transaction

from casework.catalogue.models import Contact, Customer, Lote, Product
from casework.rules import Refused
from casework.text import code, plain

logger = logging.getLogger("nervion.catalogue")


@transaction.atomic
def add_customer(*, name, city="", key="", contact_name="", contact_email="", contact_phone="", by, at):
    """A new customer, with one contact if there is something to say about it; without a key it is given one."""
    _check_name_is_free(Customer, name, what="el cliente")
    customer = Customer(name=_tidy(name), city=_tidy(city), key=_key(key) or secrets.token_hex(8))
    _save(customer, "Ya hay un cliente con esa clave.")
    if not key:
        customer.key = _free_key(customer.pk)
        _save(customer, "Ya hay un cliente con esa clave.")
    if contact_name or contact_email or contact_phone:
        add_contact(customer, name=contact_name or name, email=contact_email, phone=contact_phone, by=by, at=at)
    _note("added", customer, by=by, at=at)
    return customer


@transaction.atomic
def correct_customer(customer, *, name, city, key, active, by, at):
    """Other words for the same customer. Cases already written keep pointing to it."""
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    _check_name_is_free(Customer, name, what="el cliente", besides=customer)
    customer.name, customer.city, customer.key, customer.active = _tidy(name), _tidy(city), _key(key), active
    _save(customer, "Ya hay un cliente con esa clave.", "name", "city", "key", "active")
    _note("corrected", customer, by=by, at=at)
    return customer


@transaction.atomic
def add_contact(customer, *, name, email="", phone="", by, at):
    """Someone else at the customer."""
    contact = Contact.objects.create(customer=customer, name=_tidy(name), email=email.lower(), phone=_tidy(phone))
    _note("added", contact, by=by, at=at)
    return contact


@transaction.atomic
def correct_contact(contact, *, name, email, phone, active, by, at):
    """Other words for the same contact."""
    contact.name, contact.email, contact.phone, contact.active = _tidy(name), email.lower(), _tidy(phone), active
    contact.save(update_fields=["name", "email", "phone", "active"])
    _note("corrected", contact, by=by, at=at)
    return contact


@transaction.atomic
def add_product(*, key, name, line="", by, at):
    """A new product."""
    product = Product(key=_key(key), name=_tidy(name), line=_tidy(line))
    _save(product, "Ya hay un producto con esa clave.")
    _note("added", product, by=by, at=at)
    return product


@transaction.atomic
def correct_product(product, *, key, name, line, active, by, at):
    """Other words for the same product."""
    product = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    product.key, product.name, product.line, product.active = _key(key), _tidy(name), _tidy(line), active
    _save(product, "Ya hay un producto con esa clave.", "key", "name", "line", "active")
    _note("corrected", product, by=by, at=at)
    return product


@transaction.atomic
def add_lote(product, *, number, made_on=None, by, at):
    """A batch of a product."""
    _check_number(number)
    lote = Lote(product=product, number=_tidy(number), made_on=made_on)
    _save(lote, "Ese lote ya existe para este producto.")
    _note("added", lote, by=by, at=at)
    return lote


@transaction.atomic
def correct_lote(lote, *, number, made_on, by, at):
    """Other words for the same batch."""
    _check_number(number)
    lote.number, lote.made_on = _tidy(number), made_on
    _save(lote, "Ese lote ya existe para este producto.")
    _note("corrected", lote, by=by, at=at)
    return lote


def _check_number(number):
    if not code(number):
        raise Refused("El lote debe tener letras o números.")


def _check_name_is_free(model, name, *, what, besides=None):
    """The same name written otherwise is the same customer (trust §5 row 63)."""
    for row in model.objects.called(name):
        if row != besides and plain(row.name) == plain(name):
            raise Refused(f"Ya existe {what} «{row.name}» con la clave {row.key}.")


def _key(text):
    """A key as it is kept: NFKC, capitals, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _tidy(text):
    """What was typed without spare spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _free_key(pk):
    """«C00042», or with a letter more if somebody typed that one by hand."""
    candidate = f"C{pk:05d}"
    while Customer.objects.filter(key=candidate).exists():
        candidate += "X"
    return candidate


def _save(row, sentence, *fields):
    try:
        with transaction.atomic():
            row.save(**({"update_fields": list(fields)} if fields else {}))
    except IntegrityError:
        raise Refused(sentence) from None


def _note(what, row, *, by, at):
    logger.info("%s %s %s by %s at %s", row._meta.model_name, row.pk, what, by.pk if by else None, at.isoformat())
