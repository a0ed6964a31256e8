"""The verbs of the answer to the customer (MPC-SER-002 §5.7); what the post does with it is in test_outcomes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.alerts.models import Alert
from casework.catalogue.models import Contact, Customer
from casework.correspondence import approving
from casework.correspondence.models import Channel, CustomerMessage
from casework.rules import Forbidden, Refused
from complaints import actions
from complaints.models import CustomerAnswer
from complaints.stages import Stage
from complaints.tests.pages import fresh
from complaints.tests.records import clocks, lines, moment
from nervion_cases.testing.situations import complaint_at, ruled


def text(cast, **other):
    """What is written to the customer, by telephone unless said otherwise."""
    return {
        "channel": Channel.PHONE,
        "contact": cast.quiet,
        "subject": "Respuesta a su reporte",
        "body": "Repondremos el producto.",
        "submit": True,
        "by": cast.ana,
        "at": timezone.now(),
    } | other


def approved(cast, *, at):
    """A case whose answer, to be given by telephone, is approved."""
    complaint = ruled(cast, at=at)
    answer = actions.draft_answer(complaint, **text(cast, at=at))
    approving.approve(answer.message, version=1, by=cast.beto, at=at)
    return complaint, answer


def test_what_is_drafted_waits_until_it_is_offered(cast):
    complaint = ruled(cast)

    answer = actions.draft_answer(complaint, **text(cast, submit=False))

    assert answer.message.submitted_at is None
    assert not Alert.objects.filter(reason="approval.asked").exists()
    actions.redraft_answer(answer, **text(cast, version=1))
    assert list(Alert.objects.filter(reason="approval.asked").values_list("person__username", flat=True)) == ["beto"]
    assert lines(complaint)[-1] == "answer.drafted"
    with pytest.raises(Refused, match="ya tiene una respuesta en preparación"):
        actions.draft_answer(complaint, **text(cast))


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (Stage.REGISTERED, "Falta el dictamen"),
        (Stage.CHANNELLED, "Falta el dictamen"),
        (Stage.ANSWERED, "ya se entregó"),
        (Stage.CLOSED, "ya no se trabaja"),
        (Stage.CANCELLED, "ya no se trabaja"),
    ],
)
def test_stages_at_which_nothing_is_answered(cast, stage, sentence):
    complaint = complaint_at(stage, cast=cast)
    before = CustomerAnswer.objects.count()

    with pytest.raises(Refused, match=sentence):
        actions.draft_answer(complaint, **text(cast))

    assert CustomerAnswer.objects.count() == before


@pytest.mark.parametrize("who", ["gil", "hugo", "irma", "julia"])
def test_who_does_not_write_to_customers(cast, who):
    with pytest.raises(Forbidden):
        actions.draft_answer(ruled(cast), **text(cast, by=getattr(cast, who)))

    assert not CustomerMessage.objects.exists()


def test_what_was_found_of_one_customer_is_never_told_to_another(cast):
    other = Contact.objects.create(
        customer=Customer.objects.create(key="C-9", name="Otra"), name="Otro", email="otro@otra.example"
    )
    complaint = ruled(cast)

    with pytest.raises(Refused, match="no es de ese cliente"):
        actions.draft_answer(complaint, **text(cast, contact=other, channel=Channel.MAIL))
    answer = actions.draft_answer(complaint, **text(cast))
    with pytest.raises(Refused, match="no es de ese cliente"):
        actions.redraft_answer(answer, **text(cast, contact=other, channel=Channel.MAIL, version=1))


def test_an_answer_given_by_telephone_counts_from_when_it_was_said(cast):
    start = moment("10/11 09:00")
    complaint, answer = approved(cast, at=start)

    with pytest.raises(Forbidden):
        actions.answer_delivered(answer, happened_at=start, by=cast.carla, at=start)
    actions.answer_delivered(answer, happened_at=moment("10/11 10:00"), by=cast.ana, at=moment("10/11 12:00"))

    answer.refresh_from_db()
    assert (answer.sent_at, answer.message.delivered_at) == (moment("10/11 10:00"), moment("10/11 10:00"))
    assert fresh(complaint).stage == Stage.ANSWERED
    assert "customer_answer: met" in clocks(complaint)
    assert lines(complaint)[-2:] == ["answer.sent", "deadline.met"]


def test_a_late_answer_is_given_and_stays_late(cast):
    start = moment("01/11 09:00")
    complaint, answer = approved(cast, at=start)

    actions.answer_delivered(answer, happened_at=moment("17/11 00:00"), by=cast.ana, at=moment("17/11 00:00"))

    assert "customer_answer: met broken" in clocks(complaint)
    assert fresh(complaint).stage == Stage.ANSWERED


def test_what_cannot_be_recorded_as_given(cast):
    at = timezone.now() - timedelta(minutes=5)
    complaint = ruled(cast, at=at)
    answer = actions.draft_answer(complaint, **text(cast, at=at))
    give = {"by": cast.ana, "at": at + timedelta(minutes=2)}

    with pytest.raises(Refused, match="todavía no está aprobada"):
        actions.answer_delivered(answer, happened_at=at, **give)
    approving.approve(answer.message, version=1, by=cast.beto, at=at)
    for happened_at in (at - timedelta(seconds=1), at + timedelta(minutes=3)):
        with pytest.raises(Refused, match="después de la aprobación"):
            actions.answer_delivered(answer, happened_at=happened_at, **give)
    actions.answer_delivered(answer, happened_at=at, **give)
    with pytest.raises(Refused, match="ya se entregó"):
        actions.answer_delivered(answer, happened_at=at, **give)


def test_by_mail_nobody_records_it_by_hand(cast):
    at = timezone.now()
    answer = actions.draft_answer(ruled(cast, at=at), **text(cast, channel=Channel.MAIL, contact=cast.contact, at=at))
    approving.approve(answer.message, version=1, by=cast.beto, at=at)

    with pytest.raises(Refused, match="cuenta cuando el servidor la acepta"):
        actions.answer_delivered(answer, happened_at=at, by=cast.ana, at=at)


def test_an_answer_of_before_is_neither_changed_nor_given_once_it_is_investigated_again(cast):
    at = timezone.now()
    complaint, answer = approved(cast, at=at)
    actions.investigate_again(complaint, reason="No se sostiene.", by=cast.beto, at=at)
    answer.refresh_from_db()

    with pytest.raises(Refused, match="Falta el dictamen"):
        actions.answer_delivered(answer, happened_at=at, by=cast.ana, at=at)
    actions.issue_dictamen(fresh(complaint), upheld=False, root_cause="Otra", plan="Nada", by=cast.carla, at=at)
    for verb in (
        lambda: actions.answer_delivered(answer, happened_at=at, by=cast.ana, at=at),
        lambda: actions.redraft_answer(answer, **text(cast, version=1)),
    ):
        with pytest.raises(Refused, match="de antes de volver a investigar"):
            verb()
    assert actions.draft_answer(fresh(complaint), **text(cast)).cycle == 2


def test_an_edit_voids_the_approval(cast):
    complaint, answer = approved(cast, at=timezone.now())

    actions.redraft_answer(answer, **text(cast, body="Otra cosa.", version=1))

    message = CustomerMessage.objects.get()
    assert (message.approved, message.approved_by, message.version) == (False, None, 2)
    assert lines(complaint)[-1] == "answer.edited"
    assert fresh(complaint).stage == Stage.RULED
