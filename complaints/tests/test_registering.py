"""Registering: the happy path, every refusal with what was typed, the draft, and one submission that is one case."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.catalogue.models import Contact, Customer
from casework.desk import drafts
from casework.desk.models import Draft
from casework.mail.models import OutgoingMail
from casework.records.models import Evidence, FolioSeries
from casework.records.tests.files import jpeg, upload
from complaints.models import Complaint
from complaints.stages import Stage
from complaints.views.registering import DRAFT
from nervion_cases.testing.cast import make_cast
from nervion_cases.testing.situations import registered

FORM = "complaints:register"
WORDS = "Se decoloró a los tres días. Ñandú & <b>palabras</b> «del cliente»."


def typed(cast, **other):
    """The form as a browser with its script sends it; None takes a field out."""
    data = {
        "submission": str(uuid.uuid4()),
        "channel": "phone",
        "received_at": f"{timezone.localtime() - timedelta(hours=1):%d/%m/%Y %H:%M}",
        "customer": str(cast.customer.pk),
        "customer_text": cast.customer.name,
        "contact": str(cast.contact.pk),
        "kind": "complaint",
        "reason": "quality",
        "product": str(cast.product.pk),
        "product_text": cast.product.name,
        "lote": "l24 0117-a",
        "description": WORDS,
        "quantity": "1,234.5",
        "unit": "litros",
        "amount_claimed": "$1,250.00",
        "invoice": "F-48728",
        "external_reference": "ERP 77",
    } | other
    return {name: value for name, value in data.items() if value is not None}


def refused(response):
    """The sentences beside the fields."""
    assert response.status_code == 422
    assert response.context["form"].errors
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_a_complaint_is_registered_on_one_page(cast, signed_in):
    response = signed_in(cast.ana).post(reverse(FORM), typed(cast, wants_return="on"))

    complaint = Complaint.objects.with_case_file().get()
    assert response.status_code == 302
    assert response.url == reverse("complaints:registered", args=[complaint.folio])
    assert (complaint.stage, complaint.kind, complaint.channel) == (Stage.REGISTERED, "complaint", "phone")
    assert complaint.case_file.customer == cast.customer
    assert complaint.contact == cast.contact
    assert complaint.lote == cast.lote
    assert complaint.lote_text == "l24 0117-a"
    assert complaint.quantity == Decimal("1234.50")
    assert complaint.amount_claimed == Decimal("1250.00")
    assert complaint.description == WORDS
    assert complaint.wants_return is True
    assert complaint.case_file.opened_by == cast.ana
    assert OutgoingMail.objects.get().to == cast.contact.email


def test_what_is_only_typed_is_found_without_a_script(cast, signed_in):
    said = typed(
        cast, customer="", customer_text="ferreteria ñandu", product="", product_text="vinilica mate", contact=None
    )

    response = signed_in(cast.ana).post(reverse(FORM), said)
    assert refused(response) == {"contact": ["Elija con quién se habló."]}
    assert response.context["form"]["customer_text"].value() == cast.customer.name

    signed_in(cast.ana).post(reverse(FORM), said | {"contact": str(cast.quiet.pk)})
    complaint = Complaint.objects.get()
    assert (complaint.case_file.customer, complaint.product, complaint.contact) == (
        cast.customer,
        cast.product,
        cast.quiet,
    )


def test_several_customers_are_offered_to_choose_from(cast, signed_in):
    other = Customer.objects.create(key="C-0102", name="Ferretería El Tornillo", city="Puebla")
    said = typed(cast, customer="", customer_text="ferreteria", contact=None)

    response = signed_in(cast.ana).post(reverse(FORM), said)
    assert refused(response) == {"customer_text": ["Elija cuál de estos clientes es."]}
    assert set(response.context["form"].offered_customers) == {cast.customer, other}

    signed_in(cast.ana).post(reverse(FORM), said | {"customer_choice": str(other.pk)})
    assert Complaint.objects.get().case_file.customer == other


def test_a_text_that_was_changed_after_choosing_is_believed(cast, signed_in):
    said = typed(cast, customer_text="Otra empresa que no existe")

    response = signed_in(cast.ana).post(reverse(FORM), said)

    assert refused(response)["customer_text"] == ["Ningún cliente se llama así. Revise el nombre o agréguelo."]
    assert Complaint.objects.count() == 0


REFUSALS = {
    "future": ({"received_at": "31/12/2090 10:00"}, "received_at", "La fecha de recepción no puede ser futura."),
    "before the clock": (
        {"received_at": "31/12/2009 10:00"},
        "received_at",
        "La fecha de recepción es anterior a 2010; revise el año.",
    ),
    "30 Feb": ({"received_at": "30/02/2026 10:00"}, "received_at", "Escriba la fecha y la hora como 21/11/2026 16:05."),
    "year 9999": ({"received_at": "31/12/9999 23:59"}, "received_at", "Revise el año de la fecha."),
    "year 1": ({"received_at": "0001-01-01T00:00"}, "received_at", "Revise el año de la fecha."),
    "offset trick": (
        {"received_at": "2026-01-01T00:00+25:00"},
        "received_at",
        "Escriba la fecha y la hora como 21/11/2026 16:05.",
    ),
    "no day": ({"received_at": ""}, "received_at", "Escriba la fecha y la hora."),
    "no customer": ({"customer": "", "customer_text": " "}, "customer_text", "Escriba el nombre del cliente."),
    "no kind": ({"kind": None}, "kind", "Elija si es queja o reclamación."),
    "invented kind": ({"kind": "devolucion"}, "kind", "Elija si es queja o reclamación."),
    "no reason": ({"reason": None}, "reason", "Seleccione el motivo de la queja."),
    "no channel": ({"channel": "fax"}, "channel", "Elija por qué medio llegó la queja."),
    "no lote": ({"lote": " -- "}, "lote", "Escriba el lote o marque «No aplica»."),
    "lote and none": (
        {"lote_not_applicable": "on"},
        "lote",
        "Borre el lote o desmarque «No aplica».",
    ),
    "unknown product": (
        {"product": "", "product_text": "zzz"},
        "product_text",
        "Ningún producto se llama así. Corríjalo o deje el campo vacío.",
    ),
    "NaN": ({"quantity": "NaN"}, "quantity", "Escriba una cantidad con números, por ejemplo 1,234.5."),
    "1e400": ({"quantity": "1e400"}, "quantity", "Escriba una cantidad con números, por ejemplo 1,234.5."),
    "Infinity": (
        {"amount_claimed": "Infinity"},
        "amount_claimed",
        "Escriba una cantidad con números, por ejemplo 1,250.00.",
    ),
    "decimal comma": ({"quantity": "12,5"}, "quantity", "Escriba una cantidad con números, por ejemplo 1,234.5."),
    "negative": ({"quantity": "-3"}, "quantity", "La cantidad debe ser mayor que cero."),
    "zero": ({"quantity": "0"}, "quantity", "La cantidad debe ser mayor que cero."),
    "negative amount": ({"amount_claimed": "-0.01"}, "amount_claimed", "El monto no puede ser negativo."),
    "huge": ({"quantity": "9" * 30}, "quantity", "La cantidad es demasiado grande."),
    "no unit": ({"unit": ""}, "unit", "Escriba la unidad: litros, piezas, cubetas…"),
    "long description": (
        {"description": "x" * 1_000_000},
        "description",
        "Escriba como máximo 8000 caracteres (tiene 1000000).",
    ),
    "no description": ({"description": "  "}, "description", "Escriba qué pasó."),
    "long invoice": ({"invoice": "F" * 41}, "invoice", "Escriba como máximo 40 caracteres (tiene 41)."),
    "contact of another": ({"contact": "999999"}, "contact", "Elija un contacto de ese cliente."),
    "contact as text": ({"contact": "9" * 60}, "contact", "Elija un contacto de ese cliente."),
}


@pytest.mark.parametrize(("other", "field", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_says_why_and_keeps_what_was_typed(cast, signed_in, other, field, sentence):
    said = typed(cast, **other)

    response = signed_in(cast.ana).post(reverse(FORM), said)

    assert refused(response)[field] == [sentence]
    assert Complaint.objects.count() == 0
    assert FolioSeries.objects.count() == 0
    form = response.context["form"]
    for name in ("description", "invoice", "lote", "quantity", "received_at", "customer_text"):
        assert form[name].value() == said.get(name), name
    assert form["submission"].value() == said["submission"]
    page = response.content.decode()
    assert "<title>Error: Registrar queja" in page
    assert "Hay un problema" in page


@pytest.mark.parametrize(
    "text",
    ["línea\n" * 1000, "Z̷̢͎a̴l̵g̶o̵" * 20, "שלום עליכם", "🎨🪣 cubeta", "\ud83c".encode("utf-8", "surrogatepass")],
    ids=["newlines", "zalgo", "rtl", "emoji", "lone surrogate"],
)
def test_unusual_text_is_kept_and_drawn(cast, signed_in, text):
    browser = signed_in(cast.ana)

    response = browser.post(reverse(FORM), typed(cast, description=text))

    complaint = Complaint.objects.get()
    assert response.url == reverse("complaints:registered", args=[complaint.folio])
    assert browser.get(complaint.get_absolute_url()).status_code == 200


def test_fields_that_the_form_does_not_ask_are_ignored(cast, signed_in):
    extra = {
        "stage": "closed",
        "estado": "cerrado",
        "responsible": cast.fermin.pk,
        "folio": "Q-2026-99999",
        "is_staff": "1",
        "vence_en": "2030-01-01",
        "version": "9",
    }

    signed_in(cast.ana).post(reverse(FORM), typed(cast, **extra))

    complaint = Complaint.objects.with_case_file().get()
    assert complaint.stage == Stage.REGISTERED
    assert complaint.case_file.responsible == cast.beto
    assert complaint.case_file.version == 1
    assert not cast.ana.is_staff


@pytest.mark.parametrize("who", ["diego", "luz", "gil", "hugo", "irma", "julia"])
def test_whoever_does_not_register_is_refused(cast, signed_in, who):
    browser = signed_in(getattr(cast, who))

    assert browser.get(reverse(FORM)).status_code == 403
    assert browser.post(reverse(FORM), typed(cast)).status_code == 403
    assert Complaint.objects.count() == 0


# --- Files and drafts -------------------------------------------------------------------------------------------------
def test_files_sent_with_a_form_that_is_refused_are_not_lost(cast, signed_in):
    browser = signed_in(cast.ana)

    response = browser.post(reverse(FORM), typed(cast, kind=None, files=upload(jpeg())))
    assert refused(response) == {"kind": ["Elija si es queja o reclamación."]}
    evidence = Evidence.objects.get()
    assert f'name="evidence" value="{evidence.pk}"' in response.content.decode()

    browser.post(reverse(FORM), typed(cast, evidence=evidence.pk))
    evidence.refresh_from_db()
    assert evidence.case_file == Complaint.objects.get().case_file


def test_the_draft_comes_back_and_goes_with_the_registration(cast, signed_in):
    browser = signed_in(cast.ana)
    said = typed(cast)
    browser.post(reverse("desk:save", args=[DRAFT]) + "?titulo=customer_text", said)

    page = browser.get(reverse(FORM))
    assert page.context["form"]["description"].value() == WORDS
    assert page.context["form"]["contact"].value() == str(cast.contact.pk)
    assert str(page.context["form"]["submission"].value()) == said["submission"]
    assert "Descartar borrador" in page.content.decode()
    assert not page.context["form"].errors

    browser.post(reverse(FORM), said)
    assert not Draft.objects.exists()


def test_a_draft_saved_after_its_own_registration_does_not_come_back(cast, signed_in):
    browser = signed_in(cast.ana)
    said = typed(cast)
    browser.post(reverse(FORM), said)
    drafts.save(cast.ana, DRAFT, "", {name: [value] for name, value in said.items()}, "", timezone.now())

    page = browser.get(reverse(FORM))

    assert page.context["draft"] is None
    assert str(page.context["form"]["submission"].value()) != said["submission"]


def test_adding_a_customer_keeps_what_was_written(cast, signed_in):
    browser = signed_in(cast.ana)

    response = browser.post(reverse(FORM), typed(cast, customer_text="Nueva & Cía", go="agregar-cliente"))
    assert response.url == "/catalogo/clientes/nuevo/?next=%2Fquejas%2Fnueva%2F&name=Nueva+%26+C%C3%ADa"

    new = Customer.objects.create(key="C-0900", name="Nueva & Cía")
    contact = Contact.objects.create(customer=new, name="Eva")
    form = browser.get(reverse(FORM), {"customer": new.pk}).context["form"]
    assert form["customer_text"].value() == new.name
    assert form["contact"].value() == str(contact.pk)
    assert form["description"].value() == WORDS


def test_what_is_too_long_for_a_draft_is_not_lost_on_the_way_to_add_a_customer(cast, signed_in):
    said = typed(cast, customer_text="Nueva", description="x" * 100_000, go="agregar-cliente")

    response = signed_in(cast.ana).post(reverse(FORM), said)

    assert "__all__" in refused(response)
    assert response.context["form"]["description"].value() == said["description"]


def test_files_go_along_to_add_a_customer(cast, signed_in):
    browser = signed_in(cast.ana)

    browser.post(reverse(FORM), typed(cast, customer_text="Nueva", go="agregar-cliente", files=upload(jpeg())))

    evidence = Evidence.objects.get()
    assert browser.get(reverse(FORM)).context["evidence"].ids == [evidence.pk]


# --- What is open already ---------------------------------------------------------------------------------------------
def test_the_panel_shows_what_is_open_for_the_customer_and_the_lote(cast, signed_in):
    same = registered(cast, lote="L24-0117 A")
    another = registered(cast, lote="X-9")
    elsewhere = Customer.objects.create(key="C-0500", name="Pinturas del Golfo")
    other = registered(cast, customer=elsewhere, contact=None, lote="l240117a")

    panel = signed_in(cast.ana).get(reverse("complaints:similar"), {"customer": cast.customer.pk, "lote": "L24 0117-A"})

    assert {(c.folio, c.same_lote) for c in panel.context["of_customer"]} == {
        (same.folio, True),
        (another.folio, False),
    }
    assert [c.folio for c in panel.context["of_lote"]] == [other.folio]
    assert "2 del mismo lote" in panel.content.decode()


@pytest.mark.parametrize(
    "query", [{}, {"customer": "x"}, {"customer": "9" * 40}, {"lote": "%" * 300}, {"lote": "a\\b"}]
)
def test_the_panel_survives_any_question(cast, signed_in, query):
    assert signed_in(cast.ana).get(reverse("complaints:similar"), query).status_code == 200
    assert signed_in(cast.ana).get(reverse("complaints:contacts"), query).status_code == 200


def test_contacts_are_offered_with_their_data_only_to_whoever_reads_them(cast, signed_in):
    query = {"customer": cast.customer.pk}

    in_full = signed_in(cast.ana).get(reverse("complaints:contacts"), query).content.decode()
    names = signed_in(cast.carla).get(reverse("complaints:contacts"), query).content.decode()

    assert cast.contact.email in in_full
    assert cast.contact.name in names
    assert cast.contact.email not in names
    assert cast.quiet.phone not in names


# --- Afterwards -------------------------------------------------------------------------------------------------------
def test_the_confirmation_says_what_happened_and_what_may_follow(cast, signed_in):
    by_mail = registered(cast, contact=cast.contact)
    by_phone = registered(cast, contact=cast.quiet)
    browser = signed_in(cast.ana)

    mailed = browser.get(reverse("complaints:registered", args=[by_mail.folio]))
    called = browser.get(reverse("complaints:registered", args=[by_phone.folio]))

    assert mailed.context["acknowledged"].startswith(f"El acuse sale por correo a {cast.contact.email}")
    assert mailed.context["must_call"] is None
    assert called.context["acknowledged"] == "Falta dar el acuse por teléfono: no hay un correo a donde enviarlo."
    assert called.context["must_call"].url == reverse("complaints:acknowledge", args=[by_phone.folio])
    assert [step.label for step in called.context["steps"]] == ["Abrir el caso", "Registrar otra del mismo cliente"]
    coordinator = signed_in(cast.beto).get(reverse("complaints:registered", args=[by_phone.folio]))
    assert "Asignar ahora" in [step.label for step in coordinator.context["steps"]]


def test_the_confirmation_of_a_case_that_one_may_not_see_does_not_exist(cast, signed_in):
    complaint = registered(cast)

    assert signed_in(cast.beto).get(reverse("complaints:registered", args=[complaint.folio])).status_code == 200
    assert signed_in(cast.fermin).get(reverse("complaints:registered", args=[complaint.folio])).status_code == 404


# --- F25 --------------------------------------------------------------------------------------------------------------
def test_f25_twenty_parallel_sendings_of_one_form_are_one_case(committed):
    cast = make_cast()
    said = typed(cast)
    browsers = []
    for _ in range(20):
        browser = Client()
        browser.force_login(cast.ana, backend="casework.people.accounts.PeopleBackend")
        browsers.append(browser)

    answers = committed.at_once(*(lambda b=b: b.post(reverse(FORM), said) for b in browsers), seconds=60)

    complaint = Complaint.objects.with_case_file().get()
    address = reverse("complaints:registered", args=[complaint.folio])
    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {(302, address)}
    assert FolioSeries.objects.get(prefix="Q").last == 1
    assert OutgoingMail.objects.count() == 1


def test_a_submission_of_another_person_is_not_shown(cast, signed_in):
    said = typed(cast)
    signed_in(cast.ana).post(reverse(FORM), said)

    response = signed_in(cast.beto).post(reverse(FORM), said)

    assert refused(response) == {"__all__": ["Ese formulario ya lo envió otra persona. Abra uno nuevo."]}
    assert Complaint.objects.count() == 1
