"""The verbs of the end of a complaint, and of its new beginning (MPC-SER-002 §5.8, §6; product §2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.correspondence import approving
from casework.correspondence.models import Channel
from casework.mail import outbox
from casework.rules import Forbidden, Refused
from complaints import actions, policies
from complaints.models import ConformityResult, SatisfactionSurvey
from complaints.stages import MOVES, Stage
from complaints.tests.pages import fresh
from complaints.tests.records import asked_anew, clocks, lines, moment, owed, takes_part
from coordination import actions as coordination
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage
from nervion_cases.testing.situations import (
    answered,
    channelled,
    closed,
    complaint_at,
    registered,
    request_of,
    ruled,
)

NO_REPLY, SATISFIED = ConformityResult.NO_REPLY, ConformityResult.SATISFIED


def say(complaint, result, *, by, at=None):
    return actions.record_conformity(complaint, result=result, note="Por teléfono.", by=by, at=at or timezone.now())


# --- Conformity -------------------------------------------------------------------------------------------------------
def test_the_customers_word_is_recorded_once(cast):
    complaint = answered(cast)

    with pytest.raises(Forbidden):
        say(complaint, SATISFIED, by=cast.carla)
    say(complaint, ConformityResult.DISSATISFIED, by=cast.ana)
    with pytest.raises(Refused, match="ya está registrada"):
        say(complaint, SATISFIED, by=cast.ana)

    assert policies.conformity_settled(complaint)
    assert lines(complaint)[-1] == "conformity.recorded"


def test_three_attempts_settle_it_and_two_do_not(cast):
    complaint = answered(cast)

    settled = []
    for _ in range(3):
        say(complaint, NO_REPLY, by=cast.ana)
        settled.append(policies.conformity_settled(fresh(complaint)))

    assert settled == [False, False, True]
    assert lines(complaint).count("conformity.attempted") == 3


def test_the_customer_is_asked_of_an_answer_that_was_given(cast):
    with pytest.raises(Refused, match="ya se entregó"):
        say(ruled(cast), SATISFIED, by=cast.ana)


# --- Close ------------------------------------------------------------------------------------------------------------
def test_a_close_meets_its_promise_and_stops_the_case(cast):
    at = moment("10/11 09:00")
    complaint = answered(cast, at=at)
    say(complaint, SATISFIED, by=cast.ana, at=at)

    closure = actions.close(complaint, by=cast.ana, at=moment("12/11 09:00"))

    now = fresh(complaint)
    assert (now.stage, closure.cycle) == (Stage.CLOSED, 1)
    assert (now.case_file.closed_at, now.case_file.closed_by) == (moment("12/11 09:00"), cast.ana)
    assert clocks(now) == ["acknowledgement: met", "closure: met", "customer_answer: met"]
    assert lines(now)[-2:] == ["complaint.closed", "deadline.met"]
    assert not SatisfactionSurvey.objects.exists()  # the customer has no address
    with pytest.raises(Refused, match="ya no se trabaja"):
        actions.close(complaint, by=cast.beto, at=moment("12/11 10:00"))


def test_a_close_on_the_sixteenth_day_is_late_and_stays_late(cast):
    complaint = answered(cast, at=moment("01/11 09:00"))
    say(complaint, SATISFIED, by=cast.ana, at=moment("02/11 09:00"))

    actions.close(complaint, by=cast.ana, at=moment("17/11 00:00"))

    assert "closure: met broken" in clocks(complaint)


def test_an_executive_closes_only_what_is_his_or_hers(cast):
    complaint = answered(cast, by=cast.beto)
    say(complaint, SATISFIED, by=cast.ana)
    actions.assign_responsible(complaint, person=cast.beto, by=cast.beto, at=timezone.now())

    for person in (cast.ana, cast.carla, cast.diego, cast.gil):
        with pytest.raises(Forbidden):
            actions.close(complaint, by=person, at=timezone.now())
    assert actions.close(complaint, by=cast.elena, at=timezone.now())


def test_nothing_is_closed_while_something_is_missing(cast):
    complaint, at = answered(cast, areas=("calidad", "ingenieria")), timezone.now()

    with pytest.raises(Refused, match="Falta registrar la conformidad"):
        actions.close(complaint, by=cast.beto, at=at)
    say(complaint, SATISFIED, by=cast.ana)
    with pytest.raises(Refused, match="sin verificar"):
        actions.close(complaint, by=cast.beto, at=at)
    request = CoordinationRequest.objects.get(about=complaint.pk, stage=RequestStage.ASSIGNED)
    coordination.withdraw(request, reason="Ya no hace falta.", by=cast.beto, at=at)
    complaint.acknowledgements.update(failed_at=at)
    with pytest.raises(Refused, match="Falta el acuse"):
        actions.close(complaint, by=cast.beto, at=at)
    complaint.acknowledgements.update(failed_at=None)

    assert actions.close(complaint, by=cast.beto, at=at)


# --- Survey -----------------------------------------------------------------------------------------------------------
def surveyed(cast, *, at):
    """A closed complaint of a customer with an address, and the token that was sent."""
    complaint = registered(cast, contact=cast.contact, at=at)
    outbox.record_delivered(owed("complaint.acknowledgement"), at=at)
    closed(cast, at=at, complaint=complaint)
    words = owed("complaint.survey").body
    return complaint, words.split("/encuesta/")[1].split("/")[0].split()[0]


def test_a_survey_is_answered_once_within_thirty_days(cast):
    at = moment("10/11 09:00")
    complaint, token = surveyed(cast, at=at)

    for wrong, when in (("x" * 43, at), (token[:-1], at), (token, at + timedelta(days=30))):
        with pytest.raises(Refused, match="ya no se puede usar"):
            actions.answer_survey(wrong, score=1, comment="", at=when)
    actions.answer_survey(token, score=5, comment="Muy bien, gracias.", at=at + timedelta(days=29))
    with pytest.raises(Refused, match="ya no se puede usar"):
        actions.answer_survey(token, score=1, comment="", at=at + timedelta(days=29))

    survey = complaint.surveys.get()
    assert (survey.score, survey.comment) == (5, "Muy bien, gracias.")
    line = complaint.case_file.timeline.get(verb="survey.answered")
    assert line.facts == {"score": 5}  # what the customer said is not copied into the bitácora
    assert lines(complaint)[-2:] == ["survey.sent", "survey.answered"]


# --- Reopening --------------------------------------------------------------------------------------------------------
def test_a_reopened_case_begins_a_cycle_with_reminders_and_keeps_what_was_decided(cast):
    complaint = closed(cast, at=moment("10/11 09:00"))

    with pytest.raises(Forbidden):
        actions.reopen(complaint, reason="Volvió a fallar.", by=cast.ana, at=moment("12/11 09:00"))
    actions.reopen(complaint, reason="Volvió a fallar.", by=cast.beto, at=moment("12/11 09:00"))

    now = fresh(complaint)
    assert (now.stage, now.cycle, now.case_file.closed_at) == (Stage.CHANNELLED, 2, None)
    assert clocks(now) == [
        "acknowledgement: met",
        "closure (reminder): runs",
        "closure: met",
        "customer_answer (reminder): runs",
        "customer_answer: met",
    ]
    assert now.closures.count() == now.reopenings.count() == now.dictamenes.count() == 1
    assert lines(now)[-1] == "complaint.reopened"
    assert not policies.conformity_settled(now)
    with pytest.raises(Refused, match="Solo se reabre"):
        actions.reopen(complaint, reason="Otra vez.", by=cast.beto, at=moment("12/11 10:00"))


def test_a_reopened_case_is_closed_again_by_its_reminders(cast):
    complaint = closed(cast, at=moment("10/11 09:00"))
    again = moment("12/11 09:00")
    actions.reopen(complaint, reason="Volvió a fallar.", by=cast.beto, at=again)

    actions.issue_dictamen(
        complaint, upheld=True, root_cause="Pigmento", plan="Reponer otra vez", by=cast.carla, at=again
    )
    answer = actions.draft_answer(
        complaint,
        channel=Channel.PHONE,
        contact=cast.quiet,
        subject="Respuesta",
        body="Repondremos otra vez.",
        submit=True,
        by=cast.ana,
        at=again,
    )
    approving.approve(answer.message, version=1, by=cast.beto, at=again)
    actions.answer_delivered(answer, happened_at=again, by=cast.ana, at=again)
    say(complaint, SATISFIED, by=cast.ana, at=again)
    actions.close(complaint, by=cast.ana, at=again)

    now = fresh(complaint)
    assert now.stage == Stage.CLOSED
    assert [clock for clock in clocks(now) if "reminder" in clock] == [
        "closure (reminder): met",
        "customer_answer (reminder): met",
    ]
    assert list(now.closures.values_list("cycle", flat=True)) == [1, 2]


def test_a_reopened_case_is_followed_by_somebody_who_still_works_here(cast):
    complaint = closed(cast)
    cast.ana.is_active = False
    cast.ana.save(update_fields=["is_active"])

    actions.reopen(complaint, reason="Volvió a fallar.", by=cast.elena, at=timezone.now())

    assert fresh(complaint).case_file.responsible == cast.beto
    assert takes_part(cast.beto, complaint)


# --- Cancelling, duplicates -------------------------------------------------------------------------------------------
def test_cancelling_ends_the_clocks_without_a_verdict_and_lets_the_areas_off(cast):
    at = moment("10/11 09:00")
    complaint = channelled(cast, areas=("calidad", "ingenieria"), at=at)
    first, second = complaint.case_file.requests.order_by("pk")
    coordination.answer(first, action="Se midió.", by=cast.carla, at=at)

    with pytest.raises(Forbidden):
        actions.cancel(complaint, reason="No era nuestra.", by=cast.ana, at=moment("10/11 10:00"))
    actions.cancel(complaint, reason="No era nuestra.", by=cast.beto, at=moment("10/11 10:00"))

    now = fresh(complaint)
    assert (now.stage, now.case_file.closed_by) == (Stage.CANCELLED, cast.beto)
    assert clocks(now) == ["acknowledgement: ended", "closure: ended", "customer_answer: ended"]
    assert lines(now)[-1] == "complaint.cancelled"
    for request in (first, second):
        request.refresh_from_db()
    assert (first.stage, second.stage) == (RequestStage.ANSWERED, RequestStage.WITHDRAWN)
    assert clocks(second) == ["coordination_answer: ended"]
    assert "El caso se anuló" in second.case_file.timeline.get(verb="request.withdrawn").facts["reason"]


def test_what_an_area_answered_about_a_cancelled_case_is_accepted_but_not_returned(cast):
    complaint = channelled(cast)
    request = request_of(complaint)
    coordination.answer(request, action="Se midió.", by=cast.carla, at=timezone.now())
    actions.cancel(complaint, reason="No era nuestra.", by=cast.beto, at=timezone.now())

    with pytest.raises(Refused, match="ya terminó y nadie la trabaja"):
        coordination.return_for_rework(request, reason="Falta la foto.", by=cast.beto, at=timezone.now())
    coordination.accept(request, by=cast.beto, at=timezone.now())

    assert clocks(request) != ["coordination_answer: runs"]
    assert request_of(complaint).stage == RequestStage.ACCEPTED


@pytest.mark.parametrize("verb", ["cancel", "duplicate"])
@pytest.mark.parametrize("stage", Stage)
def test_stages_at_which_a_case_may_be_given_up(cast, stage, verb):
    complaint, at = complaint_at(stage, cast=cast), timezone.now()
    target = Stage.CANCELLED if verb == "cancel" else Stage.DUPLICATE

    def give_up():
        if verb == "cancel":
            return actions.cancel(complaint, reason="No era nuestra.", by=cast.beto, at=at)
        original = registered(cast)
        return actions.mark_as_duplicate(complaint, original=original, reason="Es la misma.", by=cast.beto, at=at)

    if target in MOVES[stage]:
        give_up()
        assert fresh(complaint).stage == target
    else:
        with pytest.raises(Refused):
            give_up()
        assert fresh(complaint).stage == stage


def test_a_duplicate_is_linked_on_both_files_and_keeps_its_folio(cast):
    original, copy = registered(cast), channelled(cast)
    folio = copy.folio

    with pytest.raises(Forbidden):
        actions.mark_as_duplicate(copy, original=original, reason="Es la misma.", by=cast.ana, at=timezone.now())
    actions.mark_as_duplicate(copy, original=original, reason="Es la misma.", by=cast.beto, at=timezone.now())

    now = fresh(copy)
    assert (now.stage, now.folio, now.duplication.original) == (Stage.DUPLICATE, folio, original)
    assert lines(now)[-1] == "complaint.duplicated"
    assert lines(original)[-1] == "complaint.has_duplicate"
    assert request_of(copy).stage == RequestStage.WITHDRAWN
    assert all("ended" in clock for clock in clocks(now))
    assert all("runs" in clock for clock in clocks(original))


def test_what_is_no_duplicate(cast):
    complaint = registered(cast)
    theirs = registered(cast, contact=None)
    theirs.case_file.customer = type(cast.customer).objects.create(key="C-9", name="Otra")
    theirs.case_file.save(update_fields=["customer"])

    for original, sentence in (
        (complaint, "de sí misma"),
        (complaint_at(Stage.CANCELLED, cast=cast), "elija el caso que sigue"),
        (complaint_at(Stage.DUPLICATE, cast=cast), "elija el caso que sigue"),
        (theirs, "de otro cliente"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.mark_as_duplicate(complaint, original=original, reason="Es igual.", by=cast.beto, at=timezone.now())

    assert fresh(complaint).stage == Stage.REGISTERED


# --- Who sees what ----------------------------------------------------------------------------------------------------
def test_an_executive_sees_every_open_case_and_of_the_closed_only_the_own(cast):
    mine, theirs = closed(cast), registered(cast, by=cast.beto)
    seen = type(mine).objects.visible_to

    assert set(seen(asked_anew(cast.ana))) == {mine, theirs}
    actions.cancel(theirs, reason="No era nuestra.", by=cast.beto, at=timezone.now())
    assert set(seen(asked_anew(cast.ana))) == {mine}
    assert set(seen(asked_anew(cast.beto))) == {mine, theirs}
