"""The verbs of reception: register, confirm, acknowledge, correct (MPC-SER-002 §3, §5.1, §5.2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from casework.catalogue.models import Contact, Customer
from casework.rules import Conflict, Forbidden, Refused
from complaints import actions
from complaints.models import Kind, Reason
from complaints.models.acknowledgement import AcknowledgementChannel
from complaints.stages import Stage
from complaints.tests.pages import fresh
from complaints.tests.records import clocks, lines, moment, owed, takes_part
from nervion_cases.testing.situations import complaint_at, registered, said

CLOCKS = ["acknowledgement: runs", "closure: runs", "customer_answer: runs"]


def test_registering_starts_the_three_clocks_when_the_customer_spoke(cast):
    received, at = moment("10/11 09:00"), moment("10/11 12:00")

    complaint = actions.register(**said(cast), received_at=received, by=cast.ana, at=at)

    assert complaint.stage == Stage.REGISTERED
    assert complaint.folio == "Q-2026-00001"
    assert clocks(complaint) == CLOCKS
    assert set(complaint.case_file.deadlines.values_list("starts_at", flat=True)) == {received}
    assert complaint.case_file.responsible == cast.beto  # the head of Servicio al Cliente, until triage
    assert takes_part(cast.ana, complaint)
    assert takes_part(cast.beto, complaint)
    assert lines(complaint) == ["complaint.registered"]
    assert not complaint.case_file.outgoing_mail.exists()


def test_a_customer_with_an_address_is_owed_the_acuse_and_the_clock_waits_for_the_server(cast):
    complaint = registered(cast, contact=cast.contact)

    mail = owed("complaint.acknowledgement")
    assert (mail.to, mail.case_file) == (cast.contact.email, complaint.case_file)
    assert complaint.folio in mail.body
    assert lines(complaint) == ["complaint.registered", "acknowledgement.prepared"]
    assert clocks(complaint) == CLOCKS


def test_a_claim_gets_a_folio_of_its_own_series(cast):
    assert registered(cast, kind=Kind.CLAIM).folio.startswith("R-")


def test_the_same_submission_registers_once_and_only_for_its_author(cast):
    words = said(cast) | {"received_at": timezone.now(), "submission": uuid4()}

    first = actions.register(**words, by=cast.ana, at=timezone.now())

    assert actions.register(**words, by=cast.ana, at=timezone.now()) == first
    with pytest.raises(Refused, match="ya lo envió otra persona"):
        actions.register(**words, by=cast.beto, at=timezone.now())


@pytest.mark.parametrize("who", ["diego", "luz", "gil", "hugo", "irma", "julia"])
def test_who_does_not_register(cast, who):
    assert registered(cast, by=cast.carla)

    with pytest.raises(Forbidden):
        registered(cast, by=getattr(cast, who))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"received_at": moment("11/11 09:00")}, "no puede ser futura"),
        ({"received_at": moment("10/11 09:00").replace(year=2009)}, "anterior a 2010"),
        ({"lote": ""}, "Escriba el lote"),
        ({"lote": "--"}, "Escriba el lote"),
        ({"lote_not_applicable": True}, "Borre el lote"),
    ],
)
def test_what_cannot_be_registered_takes_no_folio(cast, changes, sentence):
    at = moment("10/11 12:00")

    with pytest.raises(Refused, match=sentence):
        registered(cast, at=at, **changes)

    assert registered(cast, at=at).folio == "Q-2026-00001"


def test_a_contact_of_another_customer_is_refused(cast):
    other = Contact.objects.create(customer=Customer.objects.create(key="C-9", name="Otra"), name="Otro")

    with pytest.raises(Refused, match="no es de ese cliente"):
        registered(cast, contact=other)


def test_what_came_by_itself_is_confirmed_once_and_keeps_its_folio(cast):
    complaint = complaint_at(Stage.TO_CONFIRM, cast=cast)
    folio = complaint.folio

    with pytest.raises(Forbidden):
        actions.confirm(complaint, kind=Kind.CLAIM, by=cast.carla, at=timezone.now())
    actions.confirm(complaint, kind=Kind.CLAIM, by=cast.ana, at=timezone.now())

    now = fresh(complaint)
    assert (now.stage, now.kind, now.folio) == (Stage.REGISTERED, Kind.CLAIM, folio)
    assert lines(now) == ["complaint.received", "complaint.confirmed"]
    assert takes_part(cast.ana, now)
    with pytest.raises(Refused, match="ya está confirmada"):
        actions.confirm(complaint, kind=Kind.COMPLAINT, by=cast.ana, at=timezone.now())


# --- Acuse ------------------------------------------------------------------------------------------------------------
def by_telephone(complaint, cast, *, at, happened_at=None, by=None):
    return actions.acknowledge(
        complaint,
        channel=AcknowledgementChannel.PHONE,
        text="Recibimos su reporte.",
        happened_at=happened_at,
        by=by or cast.ana,
        at=at,
    )


def test_an_acuse_by_telephone_counts_from_when_it_was_said(cast):
    complaint = registered(cast, at=moment("10/11 09:00"))

    by_telephone(complaint, cast, happened_at=moment("10/11 10:00"), at=moment("10/11 15:00"))

    met = complaint.case_file.deadlines.get(key="acknowledgement")
    assert (met.met_at, met.in_time) == (moment("10/11 10:00"), True)
    assert lines(complaint) == ["complaint.registered", "acknowledgement.given", "deadline.met"]


def test_a_late_acuse_is_given_and_stays_late(cast):
    complaint = registered(cast, at=moment("10/11 09:00"))

    by_telephone(complaint, cast, at=moment("11/11 09:00"))  # 24 business hours exactly: not less

    assert lines(complaint)[-3:] == ["acknowledgement.given", "deadline.breached", "deadline.met_late"]
    assert "acknowledgement: met broken" in clocks(complaint)


def test_what_is_written_down_too_late_is_late_even_if_the_sweep_has_not_passed(cast):
    complaint = registered(cast, at=moment("10/11 09:00"))

    by_telephone(complaint, cast, happened_at=moment("10/11 10:00"), at=moment("11/11 10:00"))

    assert "acknowledgement: met broken" in clocks(complaint)


@pytest.mark.parametrize(
    ("happened_at", "sentence"),
    [(moment("10/11 08:59"), "anterior a la recepción"), (moment("10/11 12:01"), "no puede ser futura")],
)
def test_an_acuse_is_neither_before_the_report_nor_in_the_future(cast, happened_at, sentence):
    complaint = registered(cast, at=moment("10/11 09:00"))

    with pytest.raises(Refused, match=sentence):
        by_telephone(complaint, cast, happened_at=happened_at, at=moment("10/11 12:00"))


def test_one_acuse_by_who_serves_customers_with_its_words(cast):
    complaint, at = registered(cast), timezone.now()

    with pytest.raises(Forbidden):
        by_telephone(complaint, cast, by=cast.carla, at=at)
    with pytest.raises(Refused, match="Escriba lo que se le dijo"):
        actions.acknowledge(complaint, channel=AcknowledgementChannel.VISIT, text=" ", by=cast.ana, at=at)
    with pytest.raises(Refused, match="no tiene correo"):
        actions.acknowledge(complaint, channel=AcknowledgementChannel.MAIL, by=cast.ana, at=at)
    by_telephone(complaint, cast, at=at)
    with pytest.raises(Refused, match="ya tiene acuse"):
        by_telephone(complaint, cast, at=at)

    assert complaint.acknowledgements.count() == 1


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.DUPLICATE])
def test_nobody_is_told_of_a_case_that_is_over(cast, stage):
    complaint = complaint_at(stage, cast=cast)

    with pytest.raises(Refused, match="ya no se trabaja"):
        by_telephone(complaint, cast, at=timezone.now())


# --- Corrections ------------------------------------------------------------------------------------------------------
def test_a_correction_keeps_the_old_value_and_names_no_customer_in_the_timeline(cast):
    complaint = registered(cast)

    actions.correct(
        complaint,
        changes={"invoice": "F-881", "contact": cast.contact, "reason": Reason.DELIVERY},
        reason="Lo dictó mal",
        version=1,
        by=cast.ana,
        at=timezone.now(),
    )

    now = fresh(complaint)
    assert (now.invoice, now.contact, now.case_file.version) == ("F-881", cast.contact, 2)
    assert now.case_file.title.startswith("Entrega")
    said_before = dict(now.corrections.values_list("field", "before"))
    assert said_before == {"factura": "", "contacto": str(cast.quiet), "motivo": "Calidad del producto"}
    line = now.case_file.timeline.get(verb="complaint.corrected")
    assert cast.contact.name not in str(line.facts)
    assert cast.quiet.name not in str(line.facts)
    assert now.case_file.search_terms.filter(what="invoice", key="F881").exists()


def test_a_correction_by_whoever_read_something_older_is_a_conflict_and_changes_nothing(cast):
    complaint, at = registered(cast), timezone.now()
    actions.correct(complaint, changes={"invoice": "F-1"}, reason="Faltaba", version=1, by=cast.beto, at=at)

    with pytest.raises(Conflict):
        actions.correct(complaint, changes={"invoice": "F-2"}, reason="Faltaba", version=1, by=cast.ana, at=at)

    assert fresh(complaint).invoice == "F-1"
    assert complaint.corrections.count() == 1


def test_what_is_no_correction_leaves_no_trace(cast):
    complaint, at = registered(cast), timezone.now()
    other = Contact.objects.create(customer=Customer.objects.create(key="C-9", name="Otra"), name="Otro")

    for changes, sentence in (
        ({"invoice": ""}, "No cambió ningún dato"),
        ({"stage": Stage.CLOSED}, "no se corrige aquí"),
        ({"contact": other}, "no es de ese cliente"),
        ({"lote_text": ""}, "Escriba el lote"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.correct(complaint, changes=changes, reason="Porque sí", version=1, by=cast.ana, at=at)

    now = fresh(complaint)
    assert (now.case_file.version, now.corrections.count(), now.stage) == (1, 0, Stage.REGISTERED)
    assert lines(now) == ["complaint.registered"]


def test_an_executive_corrects_only_what_is_his_or_hers(cast):
    complaint = registered(cast, by=cast.beto, at=timezone.now() - timedelta(minutes=1))
    change = {"changes": {"invoice": "F-1"}, "reason": "Faltaba", "version": 1, "at": timezone.now()}

    with pytest.raises(Forbidden):
        actions.correct(complaint, **change, by=cast.ana)
    actions.assign_responsible(complaint, person=cast.ana, by=cast.beto, at=timezone.now())
    actions.correct(complaint, **change, by=cast.ana)

    assert fresh(complaint).invoice == "F-1"
