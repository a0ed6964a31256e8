"""Two people on one case at the same moment, on a real PostgreSQL: somebody waits, nobody fails, nothing is half done."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from casework.catalogue.models import Product
from casework.correspondence import approving
from casework.correspondence.models import Channel as MessageChannel
from casework.deadlines import running
from casework.deadlines.models import Deadline, PromiseKey
from casework.records import timeline
from casework.records.models import Evidence
from casework.rules import Conflict, Refused
from complaints import actions
from complaints.actions import common
from complaints.models import Complaint, Matter, Severity
from complaints.stages import Stage
from coordination import actions as coordination
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage
from nervion_cases.testing.cast import make_cast
from nervion_cases.testing.situations import area, channelled, registered, request_of, ruled


def somebody_waits_for_me():
    """Whether another connection waits for a row that this one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


def until_somebody_waits(seconds=5):
    """Go on only when the other has come to the row that is held here."""
    end = timezone.now() + timedelta(seconds=seconds)
    while timezone.now() < end:
        if somebody_waits_for_me():
            return
    raise AssertionError("nobody came to wait")


def test_whoever_waited_reads_the_case_as_the_other_left_it(committed):
    cast = make_cast()
    complaint = registered(cast)
    other = Product.objects.create(key="ESM-01", name="Esmalte rojo", line="Esmaltes")
    held = Event()

    def corrects():
        with transaction.atomic():
            actions.correct(
                complaint, changes={"product": other}, reason="Era otro", version=1, by=cast.beto, at=timezone.now()
            )
            actions.assign_responsible(complaint, person=cast.beto, by=cast.beto, at=timezone.now())
            held.set()
            until_somebody_waits()

    def waits():
        assert held.wait(10)
        with transaction.atomic():
            return common.locked(complaint)

    _, read = committed.at_once(corrects, waits)

    assert read.product == other
    assert read.case_file.responsible == cast.beto


def test_a_dictamen_and_an_answer_with_photographs_do_not_wait_in_a_ring(committed):
    cast = make_cast()
    complaint = channelled(cast)
    request = request_of(complaint)
    photo = Evidence.objects.create(size=1, sha256="0" * 64, uploaded_by=cast.carla, uploaded_at=timezone.now())
    held = Event()

    def answers():
        with transaction.atomic():
            coordination.locked(request)
            held.set()
            until_somebody_waits()
            coordination.answer(request, action="Se midió.", evidence=[photo.pk], by=cast.carla, at=timezone.now())

    def rules():
        assert held.wait(10)
        actions.issue_dictamen(
            complaint, upheld=True, root_cause="Pigmento", plan="Reponer", by=cast.carla, at=timezone.now()
        )

    committed.at_once(answers, rules)

    request.refresh_from_db()
    assert (request.stage, request.answers.count()) == (RequestStage.ANSWERED, 1)
    assert Complaint.objects.get().stage == Stage.RULED
    assert Complaint.objects.get().case_file.evidence.get() == photo


def test_a_delivery_and_a_change_of_the_text_do_not_wait_in_a_ring(committed):
    cast = make_cast()
    complaint = ruled(cast)
    text = {"channel": MessageChannel.PHONE, "contact": cast.quiet, "subject": "Respuesta", "submit": True}
    answer = actions.draft_answer(complaint, **text, body="Repondremos.", by=cast.ana, at=timezone.now())
    approving.approve(answer.message, version=1, by=cast.beto, at=timezone.now())
    held = Event()

    def changes():
        with transaction.atomic():
            common.locked(complaint)
            held.set()
            until_somebody_waits()
            actions.redraft_answer(answer, **text, body="Otra cosa.", version=1, by=cast.ana, at=timezone.now())

    def delivers():
        assert held.wait(10)
        at = timezone.now()
        with pytest.raises(Refused, match="todavía no está aprobada"):
            actions.answer_delivered(answer, happened_at=at, by=cast.ana, at=at)

    committed.at_once(changes, delivers)

    assert Complaint.objects.get().stage == Stage.RULED


def test_an_area_that_answers_while_the_case_is_cancelled_does_not_stop_it(committed):
    cast = make_cast()
    complaint = channelled(cast, areas=("calidad", "ingenieria"))
    request = request_of(complaint)
    held = Event()

    def answers():
        with transaction.atomic():
            coordination.answer(request, action="Se midió.", by=cast.carla, at=timezone.now())
            held.set()
            until_somebody_waits()

    def cancels():
        assert held.wait(10)
        actions.cancel(complaint, reason="No era nuestra.", by=cast.beto, at=timezone.now())

    committed.at_once(answers, cancels)

    stages = list(CoordinationRequest.objects.order_by("pk").values_list("stage", flat=True))
    assert stages == [RequestStage.ANSWERED, RequestStage.WITHDRAWN]
    assert Complaint.objects.get().stage == Stage.CANCELLED


def test_what_is_returned_for_rework_while_the_case_is_cancelled_is_withdrawn(committed):
    cast = make_cast()
    complaint = channelled(cast)
    request = request_of(complaint)
    coordination.answer(request, action="Se midió.", by=cast.carla, at=timezone.now())
    held = Event()

    def returns():
        with transaction.atomic():
            coordination.return_for_rework(request, reason="Falta la foto.", by=cast.beto, at=timezone.now())
            held.set()
            until_somebody_waits()

    def cancels():
        assert held.wait(10)
        actions.cancel(complaint, reason="No era nuestra.", by=cast.elena, at=timezone.now())

    committed.at_once(returns, cancels)

    assert CoordinationRequest.objects.get().stage == RequestStage.WITHDRAWN
    assert not Deadline.objects.running().exists()


def test_an_extension_and_a_close_do_not_wait_in_a_ring(committed):
    cast = make_cast()
    complaint = registered(cast)
    deadline = Deadline.objects.get(key=PromiseKey.CLOSURE)
    held = Event()

    def ends():
        with transaction.atomic():
            timeline.write(complaint.case_file, "complaint.closed", by=cast.ana, at=timezone.now())
            held.set()
            until_somebody_waits()
            running.end(complaint.case_file, at=timezone.now())

    def extends():
        assert held.wait(10)
        until = deadline.due_at + timedelta(days=3)
        with pytest.raises(Refused, match="ya no corre"):
            running.extend(deadline, until=until, reason="El cliente lo pidió.", by=cast.beto, at=timezone.now())

    committed.at_once(ends, extends)


def test_two_clicks_on_channel_ask_the_area_once(committed):
    cast = make_cast()
    complaint = registered(cast)

    def click():
        try:
            actions.channel(
                complaint,
                matter=Matter.TECHNICAL,
                severity=Severity.LOW,
                responsible=cast.ana,
                departments=[area("calidad")],
                question="¿Qué pasó?",
                by=cast.beto,
                at=timezone.now(),
            )
        except Refused as no:
            return str(no)
        return ""

    said = committed.at_once(click, click)

    assert CoordinationRequest.objects.count() == complaint.triages.count() == 1
    assert sorted(said)[1].startswith("Calidad todavía debe responder CI-")


def test_a_calendar_that_moves_deadlines_and_a_step_of_a_case_do_not_wait_in_a_ring(committed):
    cast = make_cast()
    complaint = registered(cast)
    at = timezone.now()
    held = Event()

    def acts():
        with transaction.atomic():
            timeline.write(complaint.case_file, "complaint.registered", by=cast.ana, at=at)
            held.set()
            until_somebody_waits()
            running.meet(complaint.case_file, PromiseKey.ACKNOWLEDGEMENT, at=at)

    def moves():
        assert held.wait(10)
        return running.recalculate("habil", by=cast.elena, at=at)

    committed.at_once(acts, moves)

    assert not Deadline.objects.running().filter(key=PromiseKey.ACKNOWLEDGEMENT).exists()


def test_i7_of_many_corrections_at_once_each_accepted_one_is_a_version_and_a_line(committed):
    cast = make_cast()
    complaint = registered(cast)
    accepted, refused = [], []

    def person(number):
        def correct():
            for attempt in range(4):
                version = Complaint.objects.with_case_file().get().case_file.version
                invoice = f"F-{number}-{attempt}"
                try:
                    actions.correct(
                        complaint,
                        changes={"invoice": invoice},
                        reason="Se dictó mal.",
                        version=version,
                        by=cast.beto,
                        at=timezone.now(),
                    )
                    accepted.append(invoice)
                except Conflict:
                    refused.append(invoice)

        return correct

    committed.at_once(*map(person, range(4)))

    now = Complaint.objects.with_case_file().get()
    lines = now.case_file.timeline.filter(verb="complaint.corrected")
    print(f"I7: {len(accepted)} accepted, {len(refused)} refused")
    assert len(accepted) + len(refused) == 16
    assert now.case_file.version == 1 + len(accepted)
    assert sorted(lines.values_list("facts__version", flat=True)) == list(range(2, 2 + len(accepted)))
    assert now.invoice in accepted
    assert set(now.corrections.values_list("after", flat=True)) == set(accepted)
