"""Complaints lived through the real verbs.

A story is a generator: it yields the instant of its next step (aware) and does it when that instant comes, so that
folios, deadlines and mail fall as they would have. People work in the hours of the calendar «jornada» only.
"""

import random
from datetime import datetime, time, timedelta

from casework.catalogue.models import Lote
from casework.correspondence import approving
from casework.correspondence.models import Channel as By
from casework.deadlines import running
from casework.deadlines.models import Deadline, PromiseKey
from casework.moment import PLANT
from casework.people.models import Department, User
from casework.people.roles import Role
from casework.records import evidence as evidence_room
from complaints import actions
from complaints.models import Channel, Complaint, ConformityResult, Matter, Reason
from complaints.models.acknowledgement import AcknowledgementChannel
from coordination import actions as coordination
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage
from nervion_cases.demo import voices
from nervion_cases.demo.photos import wall
from nervion_cases.demo.plot import AREAS

EXECUTIVES = ("ejecutivo", "ivonne.servicio", "ejecutivo", "saul.servicio")
WITHOUT_LOTE = (Reason.INVOICING, Reason.SERVICE)


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

    def helper_of(self, code):
        """Somebody of the area to whom its head may hand something over, or None."""
        return next(
            (p for p in self.people.values() if p.has_role(Role.MEMBER) and p.department_id == self.areas[code].pk),
            None,
        )


class Story:
    """From the telephone to as far as the plot goes. `world` has the cast, the catalogue, the hours and the post."""

    def __init__(self, plot, world, number):
        self.plot, self.world, self.number = plot, world, number
        self.cast, self.pace = world.cast, plot.pace
        self.chance = random.Random(number)  # noqa: S311
        self.executive = self.cast.people[EXECUTIVES[number % len(EXECUTIVES)]]
        self.contact = world.catalogue.contacts[plot.customer]
        self.product = world.catalogue.products[plot.product]
        self.at = plot.at or self._days_ago(plot.days_ago, 9 + number % 7)
        self.complaint = None

    def _days_ago(self, days, hour):
        """About `hour` o'clock, that many natural days ago; where nobody works or it is still to come, a day before."""
        day = (self.world.now - timedelta(days=days)).astimezone(PLANT).date()
        while True:
            at = datetime.combine(day, time(hour, self.chance.randrange(2, 58)), PLANT)
            if at < self.world.now and self.world.hours.opening_on(day):
                return at
            day -= timedelta(days=1)

    def after(self, hours, *, since=None):
        """Go on so many working hours later, or not at all if that is before now in the story."""
        self.at = max(self.at, self.world.hours.add(since or self.at, timedelta(minutes=round(60 * hours))))
        return self.at

    def later(self, days):
        """Go on so many natural days later, at a time at which people who do not work here do things."""
        self.at += timedelta(days=days, minutes=self.chance.randrange(0, 240))
        return self.at

    # --- The whole of it ----------------------------------------------------------------------------------------------
    def live(self):
        """Yields the instant of each step."""
        plot = self.plot
        received_at = self.at - timedelta(minutes=self.chance.randrange(3, 12))
        if plot.by_itself or plot.until == "to_confirm":
            yield self.at
            self.complaint = actions.receive(**self.said(self.at), at=self.at)
            self.world.post(self.complaint, until=self.at)
            if plot.until == "to_confirm":
                return
            yield self.after(self.pace.register)
            actions.confirm(self.complaint, kind=plot.kind, by=self.executive, at=self.at)
        else:
            if self.pace.register > 1:
                self.after(self.pace.register)
            yield self.at
            said = self.said(received_at) | self.evidence(plot.photos, by=self.executive)
            self.complaint = actions.register(**said, by=self.executive, at=self.at)
            self.world.post(self.complaint, until=self.at)
        self.world.registered[plot] = self.complaint
        if not self.contact.email and plot.until != "registered":
            yield self.after(self.pace.acknowledge)
            actions.acknowledge(
                self.complaint,
                channel=AcknowledgementChannel.PHONE,
                text=f"Le dijimos que su folio es {self.complaint.folio} y que lo estamos revisando.",
                by=self.executive,
                at=self.at,
            )
        if plot.until == "registered":
            return
        yield self.after(self.pace.channel)
        if plot.until in ("cancelled", "duplicate"):
            self.end()
            return
        if plot.corrected:
            self.correct()
            yield self.after(0.2)
        lasts = yield from self.cycle(plot.done, plot.cause, plot.plan, plot.answer, plot.manners)
        if lasts and plot.survey:
            yield self.later(plot.survey.days)
            self.answer_survey()

    def said(self, received_at):
        """What the customer told us."""
        plot = self.plot
        no_lote = plot.reason in WITHOUT_LOTE
        return {
            "customer": self.world.catalogue.customers[plot.customer],
            "contact": self.contact,
            "kind": plot.kind,
            "channel": Channel.WEB if plot.by_itself else plot.channel,
            "received_at": received_at,
            "reason": plot.reason,
            "product": self.product,
            "lote": "" if no_lote else self.lote().number,
            "lote_not_applicable": no_lote,
            "invoice": f"F-{(self.at.date().toordinal() - 735_000) * 13 + self.number % 13}",
            "quantity": plot.quantity,
            "unit": self.world.units(plot.product) if plot.quantity else "",
            "amount_claimed": plot.amount,
            "description": plot.words,
            "wants_return": plot.wants_return,
        }

    def lote(self) -> Lote:
        """Which one the customer has."""
        plot, catalogue = self.plot, self.world.catalogue
        if plot.made_on:
            return min(catalogue.lotes[plot.product], key=lambda lote: abs(lote.made_on - plot.made_on))
        return catalogue.lote_of(plot.product, self.at.date(), back=plot.lote)

    def evidence(self, photos, *, by):
        """Photographs just taken, uploaded."""
        if not photos:
            return {}
        files = [wall(self.product.name, self.number * 10 + turn) for turn in range(photos)]
        return {"evidence": [evidence_room.receive(file, by=by, at=self.at).pk for file in files]}

    def correct(self):
        """Somebody heard the invoice wrong."""
        complaint = Complaint.objects.with_case_file().get(pk=self.complaint.pk)
        actions.correct(
            complaint,
            changes={"invoice": f"{complaint.invoice}-B"},
            reason="El cliente mandó la factura; el número se había oído mal.",
            version=complaint.case_file.version,
            by=self.executive,
            at=self.at,
        )

    def end(self):
        """Cancelled, or the same as another."""
        plot = self.plot
        if plot.until == "cancelled":
            actions.cancel(self.complaint, reason=plot.ending, by=self.cast.coordinador, at=self.at)
        elif plot.same_as in self.world.registered:
            original = self.world.registered[plot.same_as]
            actions.mark_as_duplicate(
                self.complaint, original=original, reason=plot.ending, by=self.cast.coordinador, at=self.at
            )

    # --- A cycle: from the areas to the close ---------------------------------------------------------------------------
    def cycle(self, done, cause, plan, answer, manners, *, first=True):
        """Whether the case was closed and stays so."""
        plot = self.plot
        areas = plot.areas if first else (self.ruling,)
        asked = voices.QUESTIONS[plot.matter]
        actions.channel(
            self.complaint,
            matter=plot.matter,
            severity=plot.severity,
            responsible=self.executive,
            departments=[self.cast.areas[code] for code in areas],
            question=(plot.question or asked[self.number % len(asked)]) if first else plot.again,
            urgent_hours=plot.urgent_hours,
            override_reason="El cliente pidió que también lo viera esa área." if plot.out_of_route else "",
            by=self.cast.coordinador,
            at=self.at,
        )
        self.ruling = areas[0]
        since = self.at
        for turn, code in enumerate(areas):
            manner = manners[turn] if turn < len(manners) else "soon"
            yield from self.area(code, manner, done, cause, since=since, hours=self.pace.area + 3 * turn)
        if plot.until == "channelled":
            return False
        if plot.extended and first:
            yield self.after(3)
            self.extend()
        yield self.after(self.pace.rule)
        self.rule(cause, plan)
        yield self.after(self.pace.accept)
        for request in self.requests(stage=RequestStage.ANSWERED):
            coordination.accept(request, by=self.cast.coordinador, at=self.at)
        if plot.until == "ruled":
            return False
        answered = yield from self.tell_customer(answer, first=first)
        if not answered:
            return False
        agrees = yield from self.conformity(first)
        if not agrees:
            return (yield from self.once_more(actions.investigate_again, self.after(4)))
        yield self.after(self.pace.close)
        actions.close(self.complaint, by=self.executive, at=self.at)
        self.world.post(self.complaint, until=self.at)
        if first and plot.again and plot.conformity != ConformityResult.DISSATISFIED:
            return (yield from self.once_more(actions.reopen, self.after(9 + self.number % 20)))
        return True

    def once_more(self, verb, at):
        """Another cycle, for a reason."""
        yield at
        verb(self.complaint, reason=self.plot.again, by=self.cast.coordinador, at=self.at)
        if self.plot.until == "reopened":
            return False
        yield self.after(2)
        cause, matter = voices.AGAIN[self.plot.matter], self.plot.matter
        done = voices.DONE[matter][self.number % len(voices.DONE[matter])]
        return (yield from self.cycle(done, cause, voices.AGAIN_PLAN, voices.AGAIN_ANSWER, (), first=False))

    def requests(self, **which):
        """Of this complaint, as they are now."""
        return CoordinationRequest.objects.filter(about=self.complaint.case_file, **which).order_by("pk")

    def area(self, code, manner, done, cause, *, since, hours):
        """An area answers in its way: soon, late, not yet, after asking, or says that it is not theirs."""
        if manner == "waits":
            return
        by_dictamen = code == AREAS[Matter.TECHNICAL][0] and self.plot.until != "channelled"
        if manner == "soon" and by_dictamen and self.plot.matter == Matter.TECHNICAL:
            return
        request = self.requests(department=self.cast.areas[code]).last()
        head = self.cast.head_of(code)
        yield self.after(hours, since=since)
        coordination.see(request, by=head, at=self.at)
        if manner == "not_ours":
            yield from self.reroute(request, code, head, done, cause)
            return
        if manner == "asks":
            asked = coordination.ask_for_information(request, question=self.plot.asked[0], by=head, at=self.at)
            if self.plot.until == "channelled":
                return
            yield self.after(3)
            coordination.give_information(asked, reply=self.plot.asked[1], by=self.executive, at=self.at)
            yield self.after(3)
        elif manner == "hands_over" and (helper := self.cast.helper_of(code)):
            coordination.hand_over(request, person=helper, by=head, at=self.at)
            yield self.after(4)
            head = helper
        if manner == "lab":
            done, cause = voices.LAB[self.number % len(voices.LAB)], ""
        coordination.answer(request, action=done, cause=cause, by=head, at=self.at)
        if manner == "returned":
            yield self.after(3)
            coordination.return_for_rework(request, reason=self.plot.rework, by=self.cast.coordinador, at=self.at)
            yield self.after(6)
            coordination.answer(request, action=f"{done} {self.plot.plan}", cause=cause, by=head, at=self.at)

    def reroute(self, request, code, head, done, cause):
        """«No corresponde a mi área»; later the coordinator asks another one."""
        other = voices.WHOSE_THEN.get(code, "produccion")
        reason, suggested = voices.NOT_OURS[self.plot.matter], self.cast.areas[other]
        coordination.reroute(request, reason=reason, suggested=suggested, by=head, at=self.at)
        if self.plot.until == "channelled":
            return
        yield self.after(2)
        coordination.assign(request, department=suggested, by=self.cast.coordinador, at=self.at)
        yield self.after(6)
        coordination.answer(request, action=done, cause=cause, by=self.cast.head_of(other), at=self.at)
        if self.ruling == code:
            self.ruling = other

    def extend(self):
        """The customer is promised another date; the one of the indicator stays."""
        deadline = Deadline.objects.running().get(case_file=self.complaint.pk, key=PromiseKey.CUSTOMER_ANSWER)
        until = deadline.due_at + timedelta(days=7)
        running.extend(deadline, until=until, reason=self.plot.extended, by=self.cast.coordinador, at=self.at)

    def rule(self, cause, plan):
        """Calidad for what is technical, else the head of the area that answered."""
        technical = self.plot.matter == Matter.TECHNICAL
        actions.issue_dictamen(
            self.complaint,
            upheld=self.plot.upheld,
            manufacturing_defect=self.plot.upheld and technical,
            root_cause=cause,
            plan=plan,
            by=self.cast.calidad if technical else self.cast.head_of(self.ruling),
            at=self.at,
        )

    def tell_customer(self, words, *, first):
        """The answer is written, approved and given. Whether the plot goes beyond it."""
        contact = self.contact
        text = {
            "channel": By.MAIL if contact.email else By.PHONE,
            "contact": contact,
            "subject": f"Respuesta a su reporte {self.complaint.folio}",
            "body": f"Estimado(a) {contact.name}:\n\n{words}\n\nServicio al Cliente\nPinturas Nervión",
        }
        yield self.after(self.pace.draft)
        answer = actions.draft_answer(self.complaint, **text, submit=True, by=self.executive, at=self.at)
        if self.plot.until == "submitted":
            return False
        if self.plot.sent_back and first:
            yield self.after(1)
            approving.send_back(answer.message, reason=self.plot.sent_back, by=self.cast.coordinador, at=self.at)
            yield self.after(2)
            text["body"] = text["body"].replace(
                "\n\nServicio", "\n\nLe ofrecemos una disculpa por la molestia.\n\nServicio"
            )
            version = answer.message.version
            actions.redraft_answer(answer, **text, submit=True, version=version, by=self.executive, at=self.at)
            answer.message.refresh_from_db()
        yield self.after(self.pace.approve)
        version = answer.message.version
        message = approving.approve(answer.message, version=version, by=self.cast.coordinador, at=self.at)
        self.world.post(self.complaint, until=self.at)
        if message.channel != By.MAIL:
            yield self.after(self.pace.tell)
            actions.answer_delivered(answer, happened_at=self.at, by=self.executive, at=self.at)
        return self.plot.until != "answered"

    def conformity(self, first):
        """What the customer said, or three attempts on different days. Whether the case can be closed."""
        result, note = self.plot.conformity, self.plot.said
        if not first:
            result, note = ConformityResult.SATISFIED, "Esta vez quedó conforme."
        yield self.after(self.pace.conformity)
        if result != "attempts":
            actions.record_conformity(self.complaint, result=result, note=note, by=self.executive, at=self.at)
            return not (first and self.plot.again and result == ConformityResult.DISSATISFIED)
        for turn in range(3):
            if turn:
                yield self.after(8)
            note = voices.SAID["no_reply"][(self.number + turn) % len(voices.SAID["no_reply"])]
            actions.record_conformity(
                self.complaint, result=ConformityResult.NO_REPLY, note=note, by=self.executive, at=self.at
            )
        return True

    def answer_survey(self):
        """The customer opens the link of the letter, if there was one."""
        token = self.world.tokens.get(self.complaint.pk)
        if token:
            actions.answer_survey(token, score=self.plot.survey.score, comment=self.plot.survey.comment, at=self.at)
