"""Customers, products and lotes: kept by the administrator, found while somebody types."""

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.catalogue import actions
from casework.catalogue.models import Contact, Customer, Lote, Product
from casework.rules import Refused

pytestmark = pytest.mark.django_db


def added(cast, name, **more):
    return actions.add_customer(name=name, by=cast.irma, at=timezone.now(), **more)


# --- Who --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["ana", "beto", "carla", "diego", "luz", "elena", "gil", "hugo", "julia"])
def test_only_the_administrator_keeps_the_catalogue(cast, signed_in, who):
    customer, product = cast.customer.pk, cast.product.pk
    addresses = [
        reverse("catalogue:customers"),
        reverse("catalogue:customer", args=[customer]),
        reverse("catalogue:add_contact", args=[customer]),
        reverse("catalogue:contact", args=[customer, cast.contact.pk]),
        reverse("catalogue:products"),
        reverse("catalogue:add_product"),
        reverse("catalogue:product", args=[product]),
        reverse("catalogue:add_lote", args=[product]),
        reverse("catalogue:lote", args=[product, cast.lote.pk]),
    ]
    admin, other = signed_in(cast.irma), signed_in(getattr(cast, who))

    for url in addresses:
        assert admin.get(url).status_code == 200, url
        assert (other.get(url).status_code, other.post(url, {}).status_code) == (403, 403), url


@pytest.mark.parametrize(
    ("who", "looks_up", "adds"),
    [
        ("ana", 200, 200),
        ("beto", 200, 200),
        ("carla", 200, 403),
        ("elena", 200, 200),
        ("irma", 403, 200),
        ("diego", 403, 403),
        ("luz", 403, 403),
        ("gil", 403, 403),
        ("hugo", 403, 403),
        ("julia", 403, 403),
    ],
)
def test_who_registers_looks_up_and_who_speaks_with_customers_adds_them(cast, signed_in, who, looks_up, adds):
    browser = signed_in(getattr(cast, who))

    for name in ("customer_options", "product_options", "lote_options"):
        assert browser.get(reverse(f"catalogue:{name}"), {"q": "fe"}).status_code == looks_up
    assert browser.get(reverse("catalogue:add_customer")).status_code == adds


def test_what_belongs_to_another_is_not_found_through_it(cast, signed_in):
    other = added(cast, "Otra Casa")
    admin = signed_in(cast.irma)

    assert admin.get(reverse("catalogue:contact", args=[other.pk, cast.contact.pk])).status_code == 404
    assert admin.get(f"/catalogo/clientes/{'9' * 50}/").status_code == 404


# --- While somebody types ---------------------------------------------------------------------------------------------
def options(browser, name, **query):
    return browser.get(reverse(f"catalogue:{name}_options"), query).json()


@pytest.mark.parametrize("typed", ["ferr", "FERRETERIA", "ñandú", "ÑANDU", "nandu", "puebla", "c-0101", "ferr pue"])
def test_a_customer_is_found_by_the_beginning_of_any_word(cast, signed_in, typed):
    found = options(signed_in(cast.ana), "customer", q=typed)

    assert found == [
        {
            "id": cast.customer.pk,
            "text": "Ferretería La Ñandú",
            "detail": "C-0101 · Puebla",
            "name": "Ferretería La Ñandú",
            "key": "C-0101",
            "city": "Puebla",
            "contact": {
                "id": cast.contact.pk,
                "name": "Rosa Ibarra",
                "email": "rosa@nandu.example",
                "phone": "222 555 0101",
            },
        }
    ]


@pytest.mark.parametrize("typed", ["", "f", "  f ", "retería", "%%", "__", "' OR 1=1--", "\\"])
def test_nothing_is_offered_for_one_letter_or_for_what_is_not_there(cast, signed_in, typed):
    assert options(signed_in(cast.ana), "customer", q=typed) == []


def test_calidad_is_offered_the_name_without_the_contact(cast, signed_in):
    found = options(signed_in(cast.carla), "customer", q="ferr")

    assert (found[0]["name"], found[0]["contact"]) == ("Ferretería La Ñandú", None)


@pytest.mark.parametrize("rows", [1, 3])
def test_suggestions_cost_two_queries(cast, signed_in, rows, django_assert_num_queries):
    for number in range(rows):
        added(cast, f"Zacatecana {number}", contact_name="Alguien")
    browser = signed_in(cast.ana)
    browser.get("/mi-cuenta/")

    with django_assert_num_queries(4):  # session, person; customers, contacts
        assert len(options(browser, "customer", q="zac")) == rows


def test_ten_are_offered_and_none_out_of_use(cast, signed_in):
    for number in range(12):
        added(cast, f"Zacatecana {number:02}")
    Customer.objects.filter(name="Zacatecana 00").update(active=False)

    found = options(signed_in(cast.ana), "customer", q="zacatecana")

    assert [row["name"] for row in found] == [f"Zacatecana {number:02}" for number in range(1, 11)]


def test_a_lote_is_found_without_its_punctuation_and_offered_with_its_product(cast, signed_in):
    browser = signed_in(cast.ana)
    offered = {
        "id": cast.lote.pk,
        "text": "L24 0117-A",
        "detail": "",
        "number": "L24 0117-A",
        "product": cast.product.pk,
    }

    assert options(browser, "lote", product=cast.product.pk) == [offered]
    assert options(browser, "lote", q="l240117") == [offered | {"detail": "Vinílica Mate Blanco 19 L"}]
    assert options(browser, "lote") == options(browser, "lote", q="l240118") == []
    assert options(browser, "lote", product="9" * 50) == options(browser, "lote", product="x") == []
    assert options(browser, "product", q="vinilica bla")[0]["detail"] == "VIN-BL-19 · Vinílicas"


# --- Adding a customer ------------------------------------------------------------------------------------------------
def typed_customer(**changes):
    return {
        "name": "Pinturas del Bajío",
        "city": "León",
        "key": "",
        "contact_name": "Julio Sáenz",
        "contact_email": "Julio@Bajio.example",
        "contact_phone": "477 123 4567 ext. 12",
        "next": "",
    } | changes


def test_a_customer_is_added_on_the_spot_and_the_form_goes_on(cast, signed_in):
    response = signed_in(cast.ana).post("/catalogo/clientes/nuevo/", typed_customer(next="/quejas/nueva/"))

    customer = Customer.objects.get(name="Pinturas del Bajío")
    assert response["Location"] == f"/quejas/nueva/?customer={customer.pk}"
    assert customer.key == f"C{customer.pk:05d}"
    contact = customer.contacts.get()
    assert (contact.name, contact.email, contact.phone) == (
        "Julio Sáenz",
        "julio@bajio.example",
        "477 123 4567 ext. 12",
    )


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"])
def test_adding_a_customer_never_leads_to_another_site(cast, signed_in, target):
    browser = signed_in(cast.ana)

    shown = browser.get("/catalogo/clientes/nuevo/", {"next": target}).content.decode()
    response = browser.post("/catalogo/clientes/nuevo/", typed_customer(next=target))

    assert target not in shown
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Escriba el nombre del cliente."),
        ({"name": "x" * 161}, "160"),
        ({"name": "FERRETERIA  la Ñandu"}, "Ya existe el cliente «Ferretería La Ñandú» con la clave C-0101."),
        ({"key": "c-0101"}, "Ya hay un cliente con esa clave."),
        ({"key": "<b>"}, "Use solo letras sin acento"),
        ({"contact_email": "a@x.mx, b@y.mx"}, "Escriba un correo como nombre@empresa.mx."),
        ({"contact_email": "a@x.mx\r\nBcc: b@y.mx"}, "Escriba un correo como nombre@empresa.mx."),
        ({"contact_phone": "llamar a Rosa"}, "Escriba el teléfono con números"),
    ],
)
def test_what_is_wrong_with_a_customer_is_said_and_what_was_typed_is_kept(cast, signed_in, changes, words):
    response = signed_in(cast.ana).post("/catalogo/clientes/nuevo/", typed_customer(**changes))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'value="León"' in response.content.decode()
    assert Customer.objects.count() == Contact.objects.count() - 1 == 1


def test_markup_in_a_name_is_shown_as_it_was_typed(cast, signed_in):
    customer = added(cast, '"><img src=x onerror=alert(1)>{{7*7}}')
    admin = signed_in(cast.irma)

    for url in (reverse("catalogue:customers"), reverse("catalogue:customer", args=[customer.pk])):
        page = admin.get(url).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in page


# --- Keeping it -------------------------------------------------------------------------------------------------------
def test_a_customer_is_corrected_and_put_out_of_use(cast, signed_in):
    admin = signed_in(cast.irma)

    admin.post(
        reverse("catalogue:customer", args=[cast.customer.pk]),
        {"name": "Ferretería La Ñandú", "city": "Cholula", "key": "c 0101-b"},
    )

    cast.customer.refresh_from_db()
    assert (cast.customer.city, cast.customer.key, cast.customer.active) == ("Cholula", "C0101-B", False)
    assert admin.get("/catalogo/clientes/").context["page_obj"].paginator.count == 0
    assert admin.get("/catalogo/clientes/?active=no&q=cholula").context["page_obj"].paginator.count == 1


def test_contacts_products_and_lotes_are_added_and_corrected(cast, signed_in):
    admin = signed_in(cast.irma)

    admin.post(
        reverse("catalogue:contact", args=[cast.customer.pk, cast.contact.pk]),
        {"name": "Rosa Ibarra", "email": "", "phone": "", "active": "on"},
    )
    admin.post(reverse("catalogue:add_contact", args=[cast.customer.pk]), {"name": "Eva", "email": "eva@x.example"})
    admin.post(reverse("catalogue:add_product"), {"key": "esm 100", "name": "Esmalte", "line": "Industrial"})
    product = Product.objects.get(key="ESM100")
    admin.post(reverse("catalogue:add_lote", args=[product.pk]), {"number": "E-1", "made_on": "01/10/2026"})
    lote = Lote.objects.get(product=product)
    admin.post(reverse("catalogue:lote", args=[product.pk, lote.pk]), {"number": "E-2", "made_on": ""})

    cast.contact.refresh_from_db()
    lote.refresh_from_db()
    assert cast.contact.email == ""
    assert cast.customer.contacts.get(name="Eva").email == "eva@x.example"
    assert (lote.number, lote.key, lote.made_on) == ("E-2", "E2", None)


def test_the_same_lote_written_otherwise_is_refused(cast):
    with pytest.raises(Refused, match="Ese lote ya existe para este producto"):
        actions.add_lote(cast.product, number="l240117a", by=cast.irma, at=timezone.now())
    with pytest.raises(Refused, match="El lote debe tener letras o números"):
        actions.add_lote(cast.product, number="--", by=cast.irma, at=timezone.now())


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["customers", "products"])
def test_the_lists_cost_the_same_for_one_and_for_three(cast, signed_in, name, rows, django_assert_num_queries):
    for number in range(rows):
        added(cast, f"Zacatecana {number}")
        actions.add_product(key=f"Z{number}", name=f"Zinc {number}", by=cast.irma, at=timezone.now())
    browser = signed_in(cast.irma)
    browser.get("/mi-cuenta/")

    with django_assert_num_queries(5):  # session, person, count, page, frame
        response = browser.get(reverse(f"catalogue:{name}"), {"q": "z"})

    assert response.context["page_obj"].paginator.count == rows
