"""The verbs from the initial analysis to the dictamen (MPC-SER-002 §5.3–§5.6)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.alerts.models import Alert
from casework.people.models import Substitute
from casework.rules import Forbidden, Refused
from complaints import actions, my_day
from complaints.models import Matter, Severity
from complaints.stages import Stage
from complaints.tests.pages import fresh
from complaints.tests.records import asked_anew, clocks, lines, moment, takes_part
from coordination import actions as coordination
from coordination.stages import Stage as RequestStage
from nervion_cases.testing.situations import area, channelled, complaint_at, registered, request_of, ruled


def channel(complaint, cast, *, by=None, **other):
    """Channel as Beto does, unless said otherwise."""
    return actions.channel(
        complaint,
        **{
            "matter": Matter.TECHNICAL,
            "severity": Severity.HIGH,
            "responsible": cast.ana,
            "departments": [area("calidad")],
            "question": "¿Qué pasó con este lote?",
            "at": timezone.now(),
            "by": by or cast.beto,
        }
        | other,
    )


def rule(complaint, by, *, at=None):
    return actions.issue_dictamen(
        complaint, upheld=True, root_cause="Pigmento caduco", plan="Reponer", by=by, at=at or timezone.now()
    )


def to_rule(person):
    """The folios that wait for the person's dictamen on Mi día."""
    groups = my_day.waiting(asked_anew(person), at=timezone.now())
    return [row.folio for group in groups if group.key == "dictaminar" for row in group.rows]


def test_channelling_names_who_follows_and_asks_each_area_with_its_own_clock(cast):
    at = moment("10/11 09:00")
    complaint = registered(cast, at=at, by=cast.beto)

    channel(complaint, cast, departments=[area("calidad"), area("ingenieria")], at=at)

    now = fresh(complaint)
    assert (now.stage, now.matter, now.severity) == (Stage.CHANNELLED, Matter.TECHNICAL, Severity.HIGH)
    assert (now.case_file.responsible, now.case_file.department) == (cast.ana, area("calidad"))
    assert takes_part(cast.ana, now)
    assert lines(now)[-2:] == ["complaint.triaged", "complaint.channelled"]
    requests = list(now.case_file.requests.order_by("pk"))
    assert [request.case_file.responsible for request in requests] == [cast.carla, cast.ivan]
    for request in requests:
        assert clocks(request) == ["coordination_answer: runs"]
        assert lines(request) == ["request.asked", "request.assigned"]
    assert set(Alert.objects.filter(reason="request.assigned").values_list("person__username", flat=True)) == {
        "carla",
        "ivan",
    }
    for person in (cast.carla, cast.ivan):
        assert type(now).objects.visible_to(asked_anew(person)).exists()
    assert not type(now).objects.visible_to(asked_anew(cast.fermin)).exists()


def test_an_urgent_request_has_the_hours_it_was_given(cast):
    complaint = channelled(cast, at=moment("10/11 09:00"), urgent_hours=4)

    assert clocks(request_of(complaint)) == ["coordination_urgent: runs"]
    assert request_of(complaint).case_file.deadlines.get().due_at == moment("10/11 13:00")


@pytest.mark.parametrize("who", ["ana", "carla", "diego", "luz", "gil", "julia"])
def test_who_does_not_channel(cast, who):
    channel(registered(cast), cast, by=cast.elena)

    with pytest.raises(Forbidden):
        channel(registered(cast), cast, by=getattr(cast, who))


def test_what_channelling_refuses(cast):
    complaint = registered(cast)
    away = cast.ivan
    away.is_active = False
    away.save(update_fields=["is_active"])

    for changes, sentence in (
        ({"departments": []}, "Elija al menos un área"),
        ({"responsible": away}, "ya no trabaja aquí"),
        ({"responsible": cast.julia}, "no tiene un puesto que dé seguimiento"),
        ({"departments": [area("compras")]}, "necesita un motivo"),
        ({"departments": [area("direccion")], "override_reason": "Lo pidió"}, "nadie tiene el puesto de Jefe"),
    ):
        with pytest.raises(Refused, match=sentence):
            channel(complaint, cast, **changes)

    assert fresh(complaint).stage == Stage.REGISTERED
    assert not complaint.case_file.requests.exists()
    channel(complaint, cast, departments=[area("compras")], override_reason="Compraron otro envase.")
    assert complaint.triages.get().override_reason == "Compraron otro envase."


def test_an_area_is_asked_again_only_after_it_answered(cast):
    complaint = channelled(cast)

    with pytest.raises(Refused, match="Calidad todavía debe responder CI-"):
        channel(complaint, cast)
    coordination.answer(request_of(complaint), action="Se midió.", by=cast.carla, at=timezone.now())
    channel(complaint, cast, question="¿Y el otro lote?")

    assert complaint.case_file.requests.count() == 2


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (Stage.TO_CONFIRM, "confirme la categoría"),
        (Stage.RULED, "ya tiene dictamen"),
        (Stage.ANSWERED, "ya tiene dictamen"),
        (Stage.CLOSED, "ya tiene dictamen"),
        (Stage.CANCELLED, "ya no se trabaja"),
        (Stage.DUPLICATE, "ya no se trabaja"),
    ],
)
def test_stages_at_which_nothing_is_channelled(cast, stage, sentence):
    with pytest.raises(Refused, match=sentence):
        channel(complaint_at(stage, cast=cast), cast)


def test_triaging_anew_withdraws_what_the_areas_owe(cast):
    complaint = channelled(cast, areas=("calidad", "ingenieria"))
    answered, owed = complaint.case_file.requests.order_by("pk")
    coordination.answer(answered, action="Se midió.", by=cast.carla, at=timezone.now())

    with pytest.raises(Forbidden):
        actions.triage_again(complaint, reason="Es logístico.", by=cast.ana, at=timezone.now())
    actions.triage_again(complaint, reason="Es logístico.", by=cast.beto, at=timezone.now())

    for request in (answered, owed):
        request.refresh_from_db()
    assert (answered.stage, owed.stage) == (RequestStage.ANSWERED, RequestStage.WITHDRAWN)
    assert clocks(owed) == ["coordination_answer: ended"]
    assert lines(owed)[-1] == "request.withdrawn"
    assert fresh(complaint).stage == Stage.REGISTERED
    assert lines(complaint)[-1] == "complaint.triaged_again"
    assert "closure: runs" in clocks(complaint)


def test_somebody_else_follows_the_case(cast):
    complaint = registered(cast)

    for person, sentence in ((cast.hugo, "no tiene un puesto"), (cast.luz, "no tiene un puesto")):
        with pytest.raises(Refused, match=sentence):
            actions.assign_responsible(complaint, person=person, by=cast.beto, at=timezone.now())
    actions.assign_responsible(complaint, person=cast.diego, by=cast.beto, at=timezone.now())

    assert fresh(complaint).case_file.responsible == cast.diego
    assert takes_part(cast.diego, complaint)
    assert lines(complaint)[-1] == "complaint.assigned"
    told = Alert.objects.get(reason="complaint.assigned")
    assert (told.person, told.mail.to) == (cast.diego, cast.diego.email)


def test_whoever_takes_a_case_on_is_not_told_of_it(cast):
    complaint = registered(cast)

    actions.assign_responsible(complaint, person=cast.beto, by=cast.beto, at=timezone.now())

    assert not Alert.objects.filter(reason="complaint.assigned").exists()


# --- Dictamen ---------------------------------------------------------------------------------------------------------
def test_the_dictamen_answers_what_the_area_of_its_author_owed(cast):
    complaint = channelled(cast, areas=("calidad", "ingenieria"))

    dictamen = rule(complaint, cast.carla)

    calidad, ingenieria = complaint.case_file.requests.order_by("pk")
    assert fresh(complaint).stage == Stage.RULED
    assert (dictamen.department, dictamen.cycle) == (area("calidad"), 1)
    assert (calidad.stage, ingenieria.stage) == (RequestStage.ANSWERED, RequestStage.ASSIGNED)
    assert clocks(calidad) == ["coordination_answer: met"]
    assert "dictamen.issued" in lines(complaint)


def test_a_technical_matter_is_ruled_by_calidad_alone(cast):
    complaint = channelled(cast, areas=("ingenieria",))

    for person in (cast.ivan, cast.beto, cast.elena):
        with pytest.raises(Forbidden, match="Control de Calidad"):
            rule(complaint, person)
    assert rule(complaint, cast.carla)


def test_a_logistic_matter_is_ruled_by_the_head_of_an_area_that_was_asked(cast):
    complaint = channelled(cast, matter=Matter.LOGISTIC, areas=("almacen-pt",))

    for person in (cast.luz, cast.fermin, cast.ivan, cast.beto):
        with pytest.raises(Forbidden, match="el jefe de un área"):
            rule(complaint, person)
    assert rule(complaint, cast.diego).department == area("almacen-pt")


def test_an_area_that_gave_it_back_does_not_rule(cast):
    complaint = channelled(cast, matter=Matter.LOGISTIC, areas=("almacen-pt",))
    coordination.reroute(request_of(complaint), reason="Es de Compras.", by=cast.diego, at=timezone.now())

    with pytest.raises(Forbidden):
        rule(complaint, cast.diego)
    coordination.assign(request_of(complaint), department=area("compras"), by=cast.beto, at=timezone.now())
    with pytest.raises(Forbidden):
        rule(complaint, cast.diego)
    assert not to_rule(cast.diego)
    assert to_rule(cast.fermin) == [complaint.folio]
    assert rule(complaint, cast.fermin)


def test_a_substitute_rules_in_the_name_of_the_area_and_answers_for_it(cast):
    at = timezone.now()
    today = timezone.localdate()
    Substitute.objects.create(
        department=area("almacen-pt"),
        person=cast.ivan,
        since=today,
        until=today + timedelta(days=3),
        named_by=cast.irma,
        named_at=at,
    )
    complaint = channelled(cast, matter=Matter.LOGISTIC, areas=("almacen-pt",), at=at)

    dictamen = rule(complaint, asked_anew(cast.ivan))

    assert dictamen.department == area("almacen-pt")
    assert request_of(complaint).stage == RequestStage.ANSWERED


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (Stage.TO_CONFIRM, "clasificar y canalizar"),
        (Stage.REGISTERED, "clasificar y canalizar"),
        (Stage.RULED, "ya tiene dictamen"),
        (Stage.CLOSED, "ya no se trabaja"),
    ],
)
def test_stages_at_which_nothing_is_ruled(cast, stage, sentence):
    complaint = complaint_at(stage, cast=cast)
    type(complaint).objects.filter(pk=complaint.pk).update(matter=Matter.TECHNICAL)

    with pytest.raises(Refused, match=sentence):
        rule(complaint, cast.carla)


def test_going_back_to_the_areas_opens_a_cycle_and_needs_a_new_dictamen(cast):
    complaint = ruled(cast)
    at = timezone.now()

    with pytest.raises(Forbidden):
        actions.investigate_again(complaint, reason="No se sostiene.", by=cast.carla, at=at)
    actions.investigate_again(complaint, reason="No se sostiene.", by=cast.beto, at=at)
    with pytest.raises(Refused, match="todavía no tiene dictamen"):
        actions.investigate_again(complaint, reason="No se sostiene.", by=cast.beto, at=at)
    rule(fresh(complaint), cast.carla)

    assert list(complaint.dictamenes.order_by("pk").values_list("cycle", flat=True)) == [1, 2]
    with pytest.raises(IntegrityError), transaction.atomic():
        complaint.dictamenes.filter(cycle=2).update(cycle=1)
    assert "customer_answer: runs" in clocks(complaint)
