"""Situations are reached by living them with the real verbs, so that a test can never describe an impossible case."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from casework.correspondence import approving
from casework.correspondence.models import Channel as MessageChannel
from casework.people.models import Department
from complaints import actions
from complaints.models import Channel, Complaint, ConformityResult, Kind, Matter, Reason, Severity
from complaints.models.acknowledgement import AcknowledgementChannel
from complaints.stages import Stage
from coordination import actions as coordination
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage

_numbers = count(1)


def said(cast, **other):
    """What a customer says, ready for `register`; keyword arguments replace parts of it."""
    return {
        "customer": cast.customer,
        "contact": cast.quiet,
        "kind": Kind.COMPLAINT,
        "channel": Channel.PHONE,
        "reason": Reason.QUALITY,
        "product": cast.product,
        "lote": cast.lote.number,
        "description": f"Decoloración a los tres días de aplicar ({next(_numbers)})",
    } | other


def registered(cast, *, at=None, by=None, **other):
    """A registered complaint whose customer has no e-mail, unless `contact` says otherwise."""
    at = at or timezone.now()
    other.setdefault("received_at", at)
    return actions.register(**said(cast, **other), by=by or cast.ana, at=at)


def area(code):
    """A department by its code."""
    return Department.objects.get(code=code)


def channelled(
    cast, *, at=None, matter=Matter.TECHNICAL, areas=("calidad",), urgent_hours=None, complaint=None, **other
):
    """A complaint channelled by Beto: a new one, or one that was registered."""
    at = at or timezone.now()
    complaint = complaint or registered(cast, at=at, **other)
    actions.channel(
        complaint,
        matter=matter,
        severity=Severity.MEDIUM,
        responsible=cast.ana,
        departments=[area(code) for code in areas],
        question="¿Qué pasó con este lote?",
        urgent_hours=urgent_hours,
        override_reason="Así lo pide la prueba.",
        by=cast.beto,
        at=at,
    )
    complaint.refresh_from_db()
    return complaint


def ruled(cast, *, at=None, **other):
    """A complaint with its dictamen; the acuse was given by telephone and the area's answer accepted."""
    at = at or timezone.now()
    complaint = channelled(cast, at=at, **other)
    if not complaint.acknowledgements.exists():
        actions.acknowledge(
            complaint, channel=AcknowledgementChannel.PHONE, text="Recibimos su reporte.", by=cast.ana, at=at
        )
    by = cast.carla if complaint.matter == Matter.TECHNICAL else cast.diego
    actions.issue_dictamen(
        complaint, upheld=True, manufacturing_defect=True, root_cause="Pigmento caduco", plan="Reponer", by=by, at=at
    )
    for request in CoordinationRequest.objects.filter(about=complaint.case_file, stage=RequestStage.ANSWERED):
        coordination.accept(request, by=cast.beto, at=at)
    complaint.refresh_from_db()
    return complaint


def answered(cast, *, at=None, **other):
    """A complaint whose answer, drafted by Ana and approved by Beto, was given by telephone."""
    at = at or timezone.now()
    complaint = ruled(cast, at=at, **other)
    answer = actions.draft_answer(
        complaint,
        channel=MessageChannel.PHONE,
        contact=complaint.contact,
        subject="Respuesta a su reporte",
        body="Repondremos el producto.",
        submit=True,
        by=cast.ana,
        at=at,
    )
    approving.approve(answer.message, version=answer.message.version, by=cast.beto, at=at)
    actions.answer_delivered(answer, happened_at=at, by=cast.ana, at=at)
    complaint.refresh_from_db()
    return complaint


def closed(cast, *, at=None, **other):
    """A closed complaint: the customer agreed."""
    at = at or timezone.now()
    complaint = answered(cast, at=at, **other)
    actions.record_conformity(complaint, result=ConformityResult.SATISFIED, note="Está de acuerdo.", by=cast.ana, at=at)
    actions.close(complaint, by=cast.ana, at=at)
    complaint.refresh_from_db()
    return complaint


def complaint_at(stage, *, cast, at=None, **other):
    """A complaint at a stage, lived up to it. Another one of the same customer is the original of a duplicate."""
    at = at or timezone.now()
    if stage == Stage.TO_CONFIRM:
        return actions.receive(**said(cast, **other), received_at=at, at=at)
    if stage == Stage.CANCELLED:
        complaint = registered(cast, at=at, **other)
        actions.cancel(complaint, reason="No era de Nervión.", by=cast.beto, at=at)
    elif stage == Stage.DUPLICATE:
        original = registered(cast, at=at - timedelta(minutes=1), **other)
        complaint = registered(cast, at=at, **other)
        actions.mark_as_duplicate(complaint, original=original, reason="Es la misma.", by=cast.beto, at=at)
    else:
        lived = {
            Stage.REGISTERED: registered,
            Stage.CHANNELLED: channelled,
            Stage.RULED: ruled,
            Stage.ANSWERED: answered,
            Stage.CLOSED: closed,
        }
        complaint = lived[stage](cast, at=at, **other)
    return Complaint.objects.with_case_file().get(pk=complaint.pk)


def request_of(complaint):
    """The first request of a complaint."""
    return (
        CoordinationRequest.objects.select_related("case_file", "department")
        .filter(about=complaint.pk)
        .order_by("pk")[0]
    )
