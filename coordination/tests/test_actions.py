"""The verbs of a request between departments: who may, from where to where, and what they leave written."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from casework.alerts.models import Alert
from casework.deadlines.models import Deadline
from casework.people.models import Substitute
from casework.records.models import CaseFile
from casework.rules import Conflict, Forbidden, Refused
from coordination import actions
from coordination.models import CoordinationRequest
from coordination.stages import Stage
from nervion_cases.testing.situations import area, channelled, registered, request_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def of_the_warehouse(cast, **other):
    """A request to Almacén PT about a complaint that Beto channelled."""
    return request_of(channelled(cast, matter="logistic", areas=("almacen-pt",), **other))


def fresh(request):
    return CoordinationRequest.objects.select_related("case_file", "department").get(pk=request.pk)


def lines(request):
    return list(request.case_file.timeline.order_by("pk").values_list("verb", flat=True))


def told(person, reason):
    return Alert.objects.filter(person=person, reason=reason).count()


def answered(cast):
    request = of_the_warehouse(cast)
    actions.answer(request, action="Se repuso.", by=cast.diego, at=timezone.now())
    return request


# --- Asking -----------------------------------------------------------------------------------------------------------
def test_asking_makes_a_case_with_its_folio_its_area_and_its_promise(cast):
    complaint = registered(cast)
    at = timezone.now()

    request = actions.ask(
        about=complaint.case_file, department=area("almacen-pt"), question="¿Salió así?", by=cast.beto, at=at
    )

    assert request.folio.startswith("CI-")
    assert (request.stage, request.case_file.responsible, request.first_assigned_at) == (
        Stage.ASSIGNED,
        cast.diego,
        at,
    )
    assert list(request.legs.values_list("department__code", "since", "until")) == [("almacen-pt", at, None)]
    assert request.case_file.deadlines.get().key == "coordination_answer"
    assert lines(request)[:2] == ["request.asked", "request.assigned"]
    assert told(cast.diego, "request.assigned") == 1
    assert CaseFile.objects.visible_to(cast.diego).filter(pk=complaint.pk).exists()


def test_an_urgency_has_a_promise_of_its_own(cast):
    request = of_the_warehouse(cast, urgent_hours=4)

    assert request.urgent_hours == 4
    assert request.case_file.deadlines.get().key == "coordination_urgent"


def test_the_substitute_of_the_date_is_asked(cast):
    today = timezone.localdate()
    Substitute.objects.create(
        department=area("almacen-pt"),
        person=cast.ivan,
        since=today,
        until=today,
        named_by=cast.irma,
        named_at=timezone.now(),
    )

    assert of_the_warehouse(cast).case_file.responsible == cast.ivan


def test_an_area_without_a_head_is_not_asked(cast):
    with pytest.raises(Refused, match="no tiene jefe"), transaction.atomic():
        actions.ask(
            about=registered(cast).case_file,
            department=area("transporte"),
            question="¿?",
            by=cast.beto,
            at=timezone.now(),
        )
    assert not CoordinationRequest.objects.exists()


@pytest.mark.parametrize("who", ["ana", "carla", "diego", "luz", "gil", "hugo", "irma", "julia"])
def test_only_the_coordinator_and_direccion_comercial_ask_assign_and_withdraw(cast, who):
    person, at = getattr(cast, who), timezone.now()
    request = of_the_warehouse(cast)

    with pytest.raises(Forbidden):
        actions.ask(about=request.about, department=area("calidad"), question="¿?", by=person, at=at)
    with pytest.raises(Forbidden):
        actions.assign(request, department=area("calidad"), by=person, at=at)
    with pytest.raises(Forbidden):
        actions.withdraw(request, reason="Ya no.", by=person, at=at)
    with pytest.raises(Forbidden):
        actions.accept(request, by=person, at=at)
    with pytest.raises(Forbidden):
        actions.return_for_rework(request, reason="Falta.", by=person, at=at)


# --- The area ---------------------------------------------------------------------------------------------------------
def test_the_first_look_is_kept_and_later_ones_change_nothing(cast):
    request, at = of_the_warehouse(cast), timezone.now()

    actions.see(request, by=cast.diego, at=at)
    actions.see(request, by=cast.diego, at=at + HOUR)

    assert fresh(request).first_seen_at == at
    assert lines(request).count("request.seen") == 1


def test_the_first_answer_meets_the_promise(cast):
    request, at = of_the_warehouse(cast), timezone.now()

    given = actions.answer(request, action="Se repuso.", cause="Golpe", by=cast.diego, at=at)

    assert (given.department.code, given.by, given.cause) == ("almacen-pt", cast.diego, "Golpe")
    assert fresh(request).stage == Stage.ANSWERED
    assert request.case_file.deadlines.get().met_at == at
    assert request.legs.get().until == at
    assert told(cast.beto, "request.answered") == 1


@pytest.mark.parametrize("who", ["ana", "beto", "ivan", "luz", "fermin", "gil", "julia"])
def test_only_the_area_that_was_asked_answers(cast, who):
    request, person, at = of_the_warehouse(cast), getattr(cast, who), timezone.now()

    with pytest.raises(Forbidden):
        actions.answer(request, action="Yo digo.", by=person, at=at)
    with pytest.raises(Forbidden):
        actions.ask_for_information(request, question="¿?", by=person, at=at)
    with pytest.raises(Forbidden):
        actions.reroute(request, reason="No.", by=person, at=at)
    assert fresh(request).stage == Stage.ASSIGNED


def test_what_was_answered_is_not_answered_again(cast):
    request = answered(cast)

    for verb, words in (
        (actions.answer, {"action": "Otra vez."}),
        (actions.ask_for_information, {"question": "¿?"}),
        (actions.reroute, {"reason": "No."}),
    ):
        with pytest.raises(Conflict):
            verb(request, **words, by=cast.diego, at=timezone.now())
    assert request.answers.count() == 1


def test_a_question_reaches_the_coordinator_and_its_reply_the_area_while_the_promise_runs(cast):
    request, at = of_the_warehouse(cast), timezone.now()
    due = request.case_file.deadlines.get().due_at

    asked = actions.ask_for_information(request, question="¿Cuántas cubetas?", by=cast.diego, at=at)
    actions.give_information(asked, reply="Doce.", by=cast.ana, at=at + HOUR)

    assert told(cast.beto, "request.more_information") == 1
    assert told(cast.diego, "request.information_given") == 1
    deadline = request.case_file.deadlines.get()
    assert deadline.running
    assert deadline.due_at == due
    with pytest.raises(Conflict, match="ya respondió"):
        actions.give_information(asked, reply="Trece.", by=cast.beto, at=at)
    with pytest.raises(Forbidden):
        actions.give_information(asked, reply="Trece.", by=cast.diego, at=at)
    asked.refresh_from_db()
    assert (asked.reply, asked.replied_by) == ("Doce.", cast.ana)


def test_sent_on_twice_every_leg_is_kept_and_the_promise_goes_on(cast):
    request = of_the_warehouse(cast)
    start = request.first_assigned_at
    due = request.case_file.deadlines.get().due_at

    actions.reroute(request, reason="Es de Calidad.", suggested=area("calidad"), by=cast.diego, at=start + HOUR)
    actions.assign(request, department=area("calidad"), by=cast.beto, at=start + 2 * HOUR)
    actions.reroute(request, reason="Es de Ingeniería.", by=cast.carla, at=start + 3 * HOUR)
    actions.assign(request, department=area("ingenieria"), by=cast.elena, at=start + 4 * HOUR)

    request = fresh(request)
    assert list(request.legs.values_list("department__code", "since", "until")) == [
        ("almacen-pt", start, start + HOUR),
        ("calidad", start + 2 * HOUR, start + 3 * HOUR),
        ("ingenieria", start + 4 * HOUR, None),
    ]
    assert (request.department.code, request.case_file.responsible) == ("ingenieria", cast.ivan)
    assert request.first_assigned_at == start
    deadline = request.case_file.deadlines.get()
    assert deadline.running
    assert deadline.due_at == due
    assert told(cast.beto, "request.rerouted") == 2
    with pytest.raises(Forbidden):
        actions.answer(request, action="Aún yo.", by=cast.diego, at=start + 5 * HOUR)


def test_what_has_an_area_is_not_assigned_again(cast):
    with pytest.raises(Conflict, match="ya tiene área"):
        actions.assign(of_the_warehouse(cast), department=area("calidad"), by=cast.beto, at=timezone.now())


def test_it_is_handed_over_within_the_area(cast):
    request, at = of_the_warehouse(cast), timezone.now()

    actions.hand_over(request, person=cast.luz, by=cast.diego, at=at)

    assert fresh(request).case_file.responsible == cast.luz
    assert told(cast.luz, "request.assigned") == 1
    actions.answer(fresh(request), action="Revisé.", by=cast.luz, at=at)


@pytest.mark.parametrize("who", ["ana", "luz", "ivan", "carla"])
def test_only_the_head_or_the_coordinator_hands_over(cast, who):
    with pytest.raises(Forbidden):
        actions.hand_over(of_the_warehouse(cast), person=cast.luz, by=getattr(cast, who), at=timezone.now())


def test_nobody_of_another_area_or_without_an_account_is_entrusted(cast):
    request = of_the_warehouse(cast)
    with pytest.raises(Refused, match="no es del departamento"):
        actions.hand_over(request, person=cast.ivan, by=cast.diego, at=timezone.now())
    cast.luz.is_active = False
    with pytest.raises(Refused, match="no es del departamento"):
        actions.hand_over(request, person=cast.luz, by=cast.diego, at=timezone.now())


# --- The coordinator --------------------------------------------------------------------------------------------------
def test_an_accepted_answer_ends_the_request(cast):
    request, at = answered(cast), timezone.now()

    actions.accept(request, by=cast.beto, at=at)

    request = fresh(request)
    assert (request.stage, request.case_file.closed_at, request.case_file.closed_by) == (
        Stage.ACCEPTED,
        at,
        cast.beto,
    )
    for verb, words in ((actions.accept, {}), (actions.return_for_rework, {"reason": "Tarde."})):
        with pytest.raises(Conflict):
            verb(request, **words, by=cast.beto, at=at)


def test_rework_goes_back_with_its_reason_and_no_new_promise(cast):
    request = answered(cast)
    first = Deadline.objects.get(case_file=request.case_file)
    at = timezone.now() + HOUR

    actions.return_for_rework(request, reason="Falta la fotografía.", by=cast.beto, at=at)

    assert fresh(request).stage == Stage.ASSIGNED
    assert request.verifications.get().reason == "Falta la fotografía."
    assert request.legs.filter(until=None).get().since == at
    reminder = request.case_file.deadlines.exclude(pk=first.pk).get()
    assert reminder.operational
    first.refresh_from_db()
    assert first.met_at
    assert told(cast.diego, "request.returned") == 1
    actions.answer(fresh(request), action="Aquí está.", by=cast.diego, at=at + HOUR)
    assert request.answers.count() == 2


def test_rework_without_a_reason_is_refused_by_the_database_too(cast):
    request = answered(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.return_for_rework(request, reason="  ", by=cast.beto, at=timezone.now())


def test_what_nobody_answered_is_neither_accepted_nor_returned(cast):
    request = of_the_warehouse(cast)
    with pytest.raises(Conflict):
        actions.accept(request, by=cast.beto, at=timezone.now())
    with pytest.raises(Conflict):
        actions.return_for_rework(request, reason="Falta.", by=cast.beto, at=timezone.now())


def test_what_is_withdrawn_ends_without_a_verdict(cast):
    request, at = of_the_warehouse(cast), timezone.now()

    actions.withdraw(request, reason="Se anuló la queja.", by=cast.beto, at=at)

    deadline = request.case_file.deadlines.get()
    assert (fresh(request).stage, deadline.ended_at, deadline.met_at) == (Stage.WITHDRAWN, at, None)
    assert not request.legs.filter(until=None).exists()
    with pytest.raises(Conflict):
        actions.withdraw(request, reason="Otra vez.", by=cast.beto, at=at)
    with pytest.raises(Conflict):
        actions.answer(request, action="Tarde.", by=cast.diego, at=at)


def test_what_was_answered_is_not_withdrawn(cast):
    with pytest.raises(Conflict):
        actions.withdraw(answered(cast), reason="Ya no.", by=cast.beto, at=timezone.now())


@pytest.mark.parametrize("target", ["accepted", "answered_without_leg"])
def test_no_stage_is_jumped_by_raw_sql(cast, target):
    """An assigned request is not accepted; what was withdrawn does not come back."""
    request = of_the_warehouse(cast)
    if target != "accepted":
        actions.withdraw(request, reason="Ya no.", by=cast.beto, at=timezone.now())
        target = "answered"

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE coordination_coordinationrequest SET stage = %s WHERE case_file_id = %s", [target, request.pk]
        )


# --- The bell ---------------------------------------------------------------------------------------------------------
def new(request):
    """What is new in somebody's bell about a request: [("request.assigned", "diego"), …]."""
    alerts = Alert.objects.filter(case_file=request.case_file, seen_at=None)
    return sorted(alerts.values_list("reason", "person__username"))


def test_an_alert_is_new_while_it_is_that_person_s_turn(cast):
    request, now = of_the_warehouse(cast), timezone.now()
    heard = [new(request)]
    for number, step in enumerate(
        (
            lambda at: actions.ask_for_information(request, question="¿De qué lote?", by=cast.diego, at=at),
            lambda at: actions.give_information(request.questions.get(), reply="Del 45.", by=cast.beto, at=at),
            lambda at: actions.answer(request, action="Se repuso.", by=cast.diego, at=at),
            lambda at: actions.return_for_rework(fresh(request), reason="Falta la causa.", by=cast.beto, at=at),
            lambda at: actions.hand_over(fresh(request), person=cast.luz, by=cast.diego, at=at),
            lambda at: actions.answer(fresh(request), action="Era el golpe.", by=cast.luz, at=at),
            lambda at: actions.accept(fresh(request), by=cast.beto, at=at),
        ),
        start=1,
    ):
        step(now + timedelta(minutes=number))
        heard.append(new(request))

    informed = ("request.information_given", "diego")
    assert heard == [
        [("request.assigned", "diego")],
        [("request.assigned", "diego"), ("request.more_information", "beto")],
        [("request.assigned", "diego"), informed],
        [("request.answered", "beto"), informed],
        [informed, ("request.returned", "diego")],
        [("request.assigned", "luz"), informed],
        [("request.answered", "beto"), informed],
        [informed],
    ]
