"""Correcting the register (product §2), and two people who correct at once (trust §3, F27)."""

import pytest
from django.utils import timezone

from casework.catalogue.models import Contact, Customer
from casework.people.roles import Role
from complaints.models import Kind, Reason
from complaints.stages import OVER, Stage
from complaints.tests.pages import fresh, read, send, text_of
from nervion_cases.testing.cast import Part, make_person
from nervion_cases.testing.situations import complaint_at, registered


def form_of(page):
    """The fields as the browser would send them back untouched."""
    data = {}
    for bound in page.context["form"]:
        value = bound.value()
        if value not in (None, "", False):
            data[bound.html_name] = "on" if value is True else value
    return data


def opened(browser, complaint, **changes):
    """The form of a person who opened it now and typed something."""
    return form_of(read(browser, "correct", complaint)) | {"correction_reason": "Se anotó mal."} | changes


def test_what_was_wrong_is_corrected_and_the_old_value_stays_readable(cast, signed_in):
    complaint = registered(cast)
    ana = signed_in(cast.ana)

    answer = send(
        ana, "correct", complaint, opened(ana, complaint, kind=Kind.CLAIM, quantity="1,012.5", unit="cubetas")
    )

    assert answer.status_code == 302
    now = fresh(complaint)
    assert (now.kind, float(now.quantity), now.unit, now.folio) == (Kind.CLAIM, 1012.5, "cubetas", complaint.folio)
    rows = {row.field: (row.before, row.after) for row in complaint.corrections.all()}
    assert rows["tipo"] == ("Queja", "Reclamación")
    assert set(rows) == {"tipo", "cantidad", "unidad"}


def test_what_nobody_touched_is_no_correction(cast, signed_in):
    complaint = registered(cast)
    ana = signed_in(cast.ana)

    answer = send(ana, "correct", complaint, opened(ana, complaint))

    assert answer.status_code == 422
    assert "No cambió ningún dato." in text_of(answer)
    assert not complaint.corrections.exists()


def test_a_stale_version_gets_both_texts_and_loses_nothing(cast, signed_in):
    complaint = registered(cast, description="Llegó con grumos")
    ana, beto = signed_in(cast.ana), signed_in(cast.beto)
    of_ana = opened(ana, complaint, description="Llegó con grumos y olor", invoice="F-100")
    of_beto = opened(beto, complaint, description="Llegó con grumos y sin tapa", reason=Reason.PACKAGING)
    assert send(beto, "correct", complaint, of_beto).status_code == 302

    late = send(ana, "correct", complaint, of_ana)

    assert late.status_code == 409
    page = text_of(late)
    when = timezone.localtime(complaint.corrections.first().at)
    assert f"{cast.beto} cambió este caso a las {when:%H:%M}, mientras usted escribía." in page
    assert "Llegó con grumos y olor" in page
    assert "Llegó con grumos y sin tapa" in page
    joined = late.context["form"]
    assert joined["description"].value() == "Llegó con grumos y olor"  # both changed it: hers stays, his is beside it
    assert joined["reason"].value() == Reason.PACKAGING  # only he changed it
    assert joined["invoice"].value() == "F-100"  # only she changed it
    assert fresh(complaint).description == "Llegó con grumos y sin tapa"

    both = form_of(late) | {"description": "Llegó con grumos, olor y sin tapa"}
    assert send(ana, "correct", complaint, both).status_code == 302
    now = fresh(complaint)
    assert (now.description, now.reason, now.invoice) == (
        "Llegó con grumos, olor y sin tapa",
        Reason.PACKAGING,
        "F-100",
    )


def test_after_two_corrections_of_others_the_oldest_value_decides_who_changed_what(cast, signed_in):
    complaint = registered(cast, description="Uno")
    ana, beto = signed_in(cast.ana), signed_in(cast.beto)
    of_ana = opened(ana, complaint, unit="litros")
    for words in ("Dos", "Tres"):
        assert send(beto, "correct", complaint, opened(beto, complaint, description=words)).status_code == 302

    late = send(ana, "correct", complaint, of_ana)

    assert late.context["form"]["description"].value() == "Tres"
    assert late.context["form"]["unit"].value() == "litros"
    assert [difference.both for difference in late.context["differences"]] == [False]


def test_a_box_that_the_other_ticked_stays_ticked(cast, signed_in):
    complaint = registered(cast)
    ana, beto = signed_in(cast.ana), signed_in(cast.beto)
    of_ana = opened(ana, complaint, unit="litros")
    assert send(beto, "correct", complaint, opened(beto, complaint, wants_return="on")).status_code == 302

    late = send(ana, "correct", complaint, of_ana)
    assert send(ana, "correct", complaint, form_of(late)).status_code == 302

    now = fresh(complaint)
    assert (now.wants_return, now.unit) == (True, "litros")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"correction_reason": " "}, "Escriba por qué se corrige."),
        ({"description": ""}, "Escriba qué pasó."),
        ({"lote_text": ""}, "Escriba el lote o marque «No aplica»."),
        ({"lote_not_applicable": "on"}, "Borre el lote o desmarque «No aplica»."),
        ({"quantity": "-3"}, "La cantidad debe ser mayor que cero."),
        ({"quantity": "0"}, "La cantidad debe ser mayor que cero."),
        ({"quantity": "1e400"}, "Escriba una cantidad con números"),
        ({"quantity": "1,2,3"}, "Escriba una cantidad con números"),
        ({"quantity": "9" * 20}, "La cantidad es demasiado grande."),
        ({"quantity": "NaN"}, "Escriba una cantidad con números"),
        ({"quantity": "doce"}, "Escriba una cantidad con números"),
        ({"amount_claimed": "-1"}, "El monto no puede ser negativo."),
        ({"version": "x"}, "Vuelva a abrir la página"),
    ],
)
def test_what_is_wrong_is_said_and_kept(cast, signed_in, changes, sentence):
    complaint = registered(cast)
    ana = signed_in(cast.ana)

    answer = send(ana, "correct", complaint, opened(ana, complaint, unit="litros a granel", **changes))

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert answer.context["form"]["unit"].value() == "litros a granel"
    assert not complaint.corrections.exists()


def test_another_customers_contact_is_not_a_choice(cast, signed_in):
    complaint = registered(cast)
    foreign = Contact.objects.create(customer=Customer.objects.create(key="C-9", name="Otro"), name="Ajeno")
    ana = signed_in(cast.ana)

    assert send(ana, "correct", complaint, opened(ana, complaint, contact=foreign.pk)).status_code == 422
    assert send(ana, "correct", complaint, opened(ana, complaint, contact=cast.contact.pk)).status_code == 302
    assert fresh(complaint).contact == cast.contact


def test_fields_that_are_not_on_the_form_are_ignored(cast, signed_in):
    complaint = registered(cast)
    ana = signed_in(cast.ana)
    extra = {"stage": "closed", "received_at": "2020-01-01", "cycle": "9", "customer": "1", "severity": "high"}

    send(ana, "correct", complaint, opened(ana, complaint, unit="litros", **extra))

    now = fresh(complaint)
    assert (now.unit, now.stage, now.cycle, now.severity) == ("litros", Stage.REGISTERED, 1, "")
    assert now.received_at == complaint.received_at


def test_an_executive_corrects_only_his_or_her_own(cast, signed_in):
    nora = make_person(Part("nora", "Nora", "Paz", "servicio", (Role.EXECUTIVE,)))
    complaint = registered(cast)
    data = opened(signed_in(cast.ana), complaint, unit="litros")

    for person, status in ((nora, 403), (cast.elena, 403), (cast.fermin, 404)):
        assert send(signed_in(person), "correct", complaint, data).status_code == status
        assert read(signed_in(person), "correct", complaint).status_code == status
    assert not complaint.corrections.exists()
    assert send(signed_in(cast.ana), "correct", complaint, data).status_code == 302


@pytest.mark.parametrize("stage", OVER)
def test_a_case_that_is_over_is_not_corrected(cast, signed_in, stage):
    complaint = complaint_at(stage, cast=cast)

    assert send(signed_in(cast.beto), "correct", complaint, {"version": 1}).status_code == 409
    assert not complaint.corrections.exists()
