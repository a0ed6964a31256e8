"""Some thirty complaints, lived through the real verbs in the order in which things happened.

A story is a generator: it yields the instant of its next step (aware) and does it when that instant comes, so that
folios, deadlines and mail fall as they would have.
"""

import random
from datetime import datetime, time, timedelta

from casework.correspondence import approving
from casework.correspondence.models import Channel as By
from casework.moment import PLANT
from casework.people.models import Department, User
from casework.records import evidence as evidence_room
from complaints import actions
from complaints.models import Complaint, ConformityResult, Matter, Reason
from complaints.models.acknowledgement import AcknowledgementChannel
from coordination import actions as coordination
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage
from nervion_cases.demo.photos import wall
from nervion_cases.demo.plots import PLOTS


class Cast:
    """People and areas by name, fetched once."""

    def __init__(self):
        self.people = {person.username: person for person in User.objects.with_roles()}
        self.areas = {area.code: area for area in Department.objects.select_related("head")}

    def __getattr__(self, username):
        return self.people[username]

    def head_of(self, code):
        """Who answers for an area."""
        return self.people[self.areas[code].head.username]


class Days:
    """Instants of a story: working days counted back from today, at a plant-local time."""

    def __init__(self, now, chance):
        self.now, self.chance = now, chance

    def at(self, days_ago, hour):
        """About `hour` o'clock, that many natural days ago; a weekend falls on the Friday before."""
        day = (self.now - timedelta(days=days_ago)).astimezone(PLANT).date()
        while day.weekday() > 4:
            day -= timedelta(days=1)
        return datetime.combine(day, time(hour, self.chance.randrange(2, 58)), PLANT)


def stories(now, customers, products):
    """One generator per plot."""
    cast = Cast()
    for number, plot in enumerate(PLOTS):
        chance = random.Random(number)  # noqa: S311
        customer = customers[plot.customer]
        product = products[plot.product]
        yield live(plot, cast, Days(now, chance), customer, product, number)


def live(plot, cast, days, customer, product, number):
    """From the telephone to as far as the plot goes."""
    contact = customer.contacts.first()
    start = days.at(plot.days_ago, 9 + number % 7)
    lote = product.lotes.all()[plot.lote]
    yield start
    executive = cast.people[("ejecutivo", "ivonne.servicio", "ejecutivo", "saul.servicio")[number % 4]]
    said = {
        "customer": customer,
        "contact": contact,
        "kind": plot.kind,
        "channel": plot.channel,
        "received_at": start - timedelta(minutes=6),
        "reason": plot.reason,
        "product": product,
        "lote": lote.number if plot.reason not in (Reason.INVOICING, Reason.SERVICE) else "",
        "lote_not_applicable": plot.reason in (Reason.INVOICING, Reason.SERVICE),
        "invoice": f"F-{48210 + number * 37}",
        "quantity": plot.quantity,
        "unit": "cubetas" if plot.quantity else "",
        "amount_claimed": plot.amount,
        "description": plot.words,
        "wants_return": plot.wants_return,
    }
    if plot.until == "to_confirm":
        actions.receive(**said, at=start)
        return
    if plot.photos:
        files = [wall(product.name, number * 10 + turn) for turn in range(plot.photos)]
        said["evidence"] = [evidence_room.receive(file, by=executive, at=start).pk for file in files]
    complaint = actions.register(**said, by=executive, at=start)
    if not contact.email and plot.until != "registered":
        yield start + timedelta(hours=2)
        actions.acknowledge(
            complaint,
            channel=AcknowledgementChannel.PHONE,
            text=f"Le dijimos que su folio es {complaint.folio} y que lo estamos revisando.",
            by=executive,
            at=start + timedelta(hours=2),
        )
    if plot.until == "registered":
        return
    at = days.at(max(plot.days_ago - 1, 0), 10 + number % 5)
    at = max(at, start + timedelta(hours=3))
    if plot.until in ("cancelled", "duplicate"):
        yield at
        yield from _end(plot, cast, complaint, at)
        return
    yield at
    actions.channel(
        complaint,
        matter=plot.matter,
        severity=plot.severity,
        responsible=executive,
        departments=[cast.areas[code] for code in plot.areas],
        question=plot.question,
        override_reason="El cliente pidió que también lo viera esa área." if plot.extra_areas else "",
        by=cast.coordinador,
        at=at,
    )
    yield from _answers_of_areas(plot, cast, complaint, at)
    if plot.until == "channelled":
        return
    at = at + timedelta(hours=26)
    yield at
    ruler = cast.calidad if plot.matter == Matter.TECHNICAL else cast.head_of(plot.areas[0])
    actions.issue_dictamen(
        complaint,
        upheld=plot.upheld,
        manufacturing_defect=plot.upheld and plot.matter == Matter.TECHNICAL,
        root_cause=plot.cause,
        plan=plot.plan,
        by=ruler,
        at=at,
    )
    at = at + timedelta(hours=2)
    yield at
    for request in _requests(complaint, RequestStage.ANSWERED):
        coordination.accept(request, by=cast.coordinador, at=at)
    yield from _answer(plot, cast, complaint, executive, at)


def _requests(complaint, stage):
    return CoordinationRequest.objects.filter(about=complaint.case_file, stage=stage).order_by("pk")


def _answers_of_areas(plot, cast, complaint, at):
    """Each area answers in its way: soon, late, not yet, or says that it is not theirs."""
    for turn, code in enumerate(plot.areas):
        manner = plot.manners[turn] if turn < len(plot.manners) else "soon"
        request = CoordinationRequest.objects.filter(about=complaint.case_file, department=cast.areas[code]).first()
        if manner == "waits" or request is None:
            continue
        moment = at + timedelta(hours=5 + 3 * turn)
        yield moment
        head = cast.head_of(code)
        if manner == "not_ours":
            coordination.reroute(
                request,
                reason="El daño ocurrió en el traslado, no en el almacén.",
                suggested=cast.areas["transporte"],
                by=head,
                at=moment,
            )
        elif manner == "asks":
            coordination.ask_for_information(
                request, question="¿Con qué diluyente se aplicó y en qué proporción?", by=head, at=moment
            )
        elif code != "calidad" or plot.until == "channelled":
            coordination.answer(request, action=plot.done, cause=plot.cause, by=head, at=moment)


def _answer(plot, cast, complaint, executive, at):
    """The answer to the customer, as far as the plot goes."""
    at = at + timedelta(hours=3)
    if plot.until == "ruled":
        return
    yield at
    contact = complaint.contact
    answer = actions.draft_answer(
        Complaint.objects.get(pk=complaint.pk),
        channel=By.MAIL if contact.email else By.PHONE,
        contact=contact,
        subject=f"Respuesta a su reporte {complaint.folio}",
        body=f"Estimado(a) {contact.name}:\n\n{plot.answer}\n\nServicio al Cliente\nPinturas Nervión",
        submit=True,
        by=executive,
        at=at,
    )
    if plot.until == "submitted":
        return
    at = at + timedelta(hours=2)
    yield at
    message = approving.approve(answer.message, version=answer.message.version, by=cast.coordinador, at=at)
    if message.channel != By.MAIL:
        at = at + timedelta(hours=1)
        yield at
        answer.refresh_from_db()
        actions.answer_delivered(answer, happened_at=at, by=executive, at=at)
    if plot.until == "answered":
        return
    yield from _close(plot, cast, complaint, executive, at)


def _close(plot, cast, complaint, executive, at):
    at = at + timedelta(days=plot.days_to_close, hours=4)
    yield at
    if plot.conformity == "attempts":
        for turn in range(3):
            actions.record_conformity(
                complaint, result=ConformityResult.NO_REPLY, note="No contestó el teléfono.", by=executive, at=at
            )
            if turn < 2:
                at = at + timedelta(days=1)
                yield at
    else:
        actions.record_conformity(complaint, result=plot.conformity, note=plot.said, by=executive, at=at)
    at = at + timedelta(minutes=20)
    yield at
    actions.close(complaint, by=executive, at=at)
    if plot.until == "reopened":
        at = at + timedelta(days=2)
        yield at
        actions.reopen(
            complaint, reason="El cliente reporta la misma falla en la reposición.", by=cast.coordinador, at=at
        )


def _end(plot, cast, complaint, at):
    if plot.until == "cancelled":
        actions.cancel(
            complaint, reason="El producto es de otra marca; se orientó al cliente.", by=cast.coordinador, at=at
        )
        return
    original = (
        Complaint.objects.filter(case_file__customer=complaint.case_file.customer).exclude(pk=complaint.pk).first()
    )
    actions.mark_as_duplicate(
        complaint, original=original, reason="El cliente llamó y también escribió.", by=cast.coordinador, at=at
    )
    yield from ()
