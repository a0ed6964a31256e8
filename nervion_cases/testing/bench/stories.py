"""The few dozen complaints that are lived through the real verbs, so that thousands can be copied from what they wrote.

What differs from copy to copy is lived under a mark, a word like «ZzclienteZz»: it comes back in the rows as it was
typed, folded for the search («zzclientezz») or as a code («ZZCLIENTEZZ»), and each is replaced in its own manner.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.contrib.auth.models import Group
from django.db.models import Min

from casework.alerts import bell
from casework.alerts.models import Alert
from casework.catalogue.models import Contact, Customer, Product
from casework.correspondence import approving
from casework.correspondence.models import Channel as By
from casework.deadlines.models import Deadline
from casework.deadlines.sweep import sweep
from casework.mail import outbox
from casework.mail.models import MailState, OutgoingMail
from casework.moment import PLANT
from casework.people.models import Department, User
from casework.people.roles import Role
from casework.records.models import TimelineEntry
from casework.worktime.calendars import calendar
from complaints import actions
from complaints.models import Channel, Complaint, ConformityResult, Kind, Matter, Reason, Severity
from complaints.models.acknowledgement import AcknowledgementChannel
from coordination import actions as coordination
from coordination.models import CoordinationRequest
from coordination.stages import Stage as RequestStage

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EVENTS = 40  # of the case whose page is measured
LONGEST = timedelta(days=24)  # from the telephone to the close


@dataclass(frozen=True)
class Plot:
    """How far a case goes and in which manner; how many of a thousand complaints are like it."""

    name: str
    until: str
    share: int
    mail: bool = True
    kind: str = Kind.COMPLAINT
    matter: str = Matter.TECHNICAL
    areas: tuple = ("calidad",)
    slow: int = 0  # days that each of the long steps takes more
    conformity: str = ConformityResult.SATISFIED
    events: int = 0
    starts: int = 4  # how many are lived, each begun at another moment

    @property
    def open(self):
        """Whether it is still to be done."""
        return self.until not in ("closed", "cancelled", "duplicate")


BOTH = ("calidad", "ingenieria")
LOGISTIC = {"matter": Matter.LOGISTIC, "areas": ("almacen-pt", "transporte")}
ADMINISTRATIVE = {"matter": Matter.ADMINISTRATIVE, "areas": ("facturacion",)}
PLOTS = (
    Plot("closed by mail", "closed", 340),
    Plot("closed by mail, two areas", "closed", 80, areas=BOTH),
    Plot("closed by telephone", "closed", 170, mail=False),
    Plot("closed, logistic", "closed", 110, **LOGISTIC),
    Plot("closed, administrative", "closed", 70, kind=Kind.CLAIM, **ADMINISTRATIVE),
    Plot("closed late", "closed", 80, slow=4),
    Plot("closed without a reply", "closed", 30, conformity=ConformityResult.NO_REPLY),
    Plot("cancelled", "cancelled", 40, starts=3),
    Plot("duplicate", "duplicate", 30, starts=3),
    Plot("to confirm", "to_confirm", 3, starts=3),
    Plot("registered", "registered", 6),
    Plot("registered without mail", "registered", 2, mail=False, starts=3),
    Plot("channelled", "channelled", 10, starts=7, areas=BOTH),
    Plot("channelled, logistic", "channelled", 5, **LOGISTIC),
    Plot("the areas answered", "areas", 6),
    Plot("ruled", "ruled", 6),
    Plot("answer to be approved", "submitted", 4),
    Plot("answered", "answered", 7, starts=7),
    Plot("a long story", "channelled", 1, events=EVENTS, starts=1),
)


def mark(name):
    """A word that stands for something of each copy."""
    return f"Zz{name}Zz"


@dataclass
class Cast:
    """Who appears: the demo's people, and the marked ones that become somebody else in each copy."""

    people: dict = field(default_factory=dict)
    areas: dict = field(default_factory=dict)

    def head_of(self, code):
        """Who answers for an area."""
        return self.people[self.areas[code].head.username]


def make_marked():
    """The executive and the customer of every story. Their rows stay; nobody signs in as her."""
    executive = User(
        username=mark("usuario").lower(),
        first_name=mark("nombre"),
        last_name=mark("apellido"),
        email=f"{mark('usuario').lower()}@nervion.example",
        department=Department.objects.get(code="servicio"),
    )
    executive.set_unusable_password()
    executive.save()
    executive.groups.set([Group.objects.get(name=Role.EXECUTIVE.value)])
    customer = Customer.objects.create(key=mark("clave"), name=mark("cliente"), city=mark("ciudad"))
    Contact.objects.create(
        customer=customer,
        name=mark("contacto"),
        email=f"{mark('correo').lower()}@clientes.example",
        phone=mark("telefono"),
    )
    Contact.objects.create(customer=customer, name=mark("callado"), phone=mark("otro"))


def cast():
    """Everybody by name, fetched once."""
    return Cast(
        {person.username: person for person in User.objects.with_roles()},
        {area.code: area for area in Department.objects.select_related("head")},
    )


# --- One story: it yields the instant of its next step, and does it when that instant comes ---------------------------
def live(plot, actors, start, number):
    """From the telephone to as far as the plot goes. Yields instants; returns nothing."""
    executive, boss = actors.people[mark("usuario").lower()], actors.people["coordinador"]
    said = what_is_said(plot, number)
    if plot.until == "to_confirm":
        yield start
        actions.receive(**said, received_at=start, at=start)
        return
    yield start
    complaint = actions.register(**said, received_at=start - 6 * MINUTE, by=executive, at=start)
    if plot.until == "duplicate":
        yield (at := start + 40 * MINUTE)
        again = actions.register(**said, received_at=at - 4 * MINUTE, by=executive, at=at)
        yield (at := at + HOUR)
        actions.mark_as_duplicate(again, original=complaint, reason="Llamó y también escribió.", by=boss, at=at)
        plot_of_original = PLOTS[0]
        yield from investigate(plot_of_original, actors, complaint, at + HOUR, executive)
        return
    if not plot.mail and plot.until != "registered":
        yield (at := start + HOUR)
        actions.acknowledge(
            complaint,
            channel=AcknowledgementChannel.PHONE,
            text=f"Le dijimos que su folio es {complaint.folio} y que lo estamos revisando.",
            by=executive,
            at=at,
        )
    if plot.until == "cancelled":
        yield (at := start + 3 * HOUR)
        actions.cancel(complaint, reason="El producto es de otra marca; se orientó al cliente.", by=boss, at=at)
    elif plot.until != "registered":
        yield from investigate(plot, actors, complaint, start + 2 * HOUR + 5 * MINUTE, executive)


def what_is_said(plot, number):
    """What the customer tells."""
    customer = Customer.objects.get(key=mark("clave"))
    contacts = customer.contacts.order_by("pk")
    product = Product.objects.order_by("pk")[number % 8]
    administrative = plot.matter == Matter.ADMINISTRATIVE
    reasons = {Matter.TECHNICAL: Reason.QUALITY, Matter.LOGISTIC: Reason.DELIVERY}
    return {
        "customer": customer,
        "contact": contacts[0] if plot.mail else contacts[1],
        "kind": plot.kind,
        "channel": [Channel.PHONE, Channel.MAIL, Channel.WHATSAPP][number % 3],
        "reason": reasons.get(plot.matter, Reason.INVOICING),
        "product": product,
        "lote": "" if administrative else mark("lote"),
        "lote_not_applicable": administrative,
        "invoice": mark("factura"),
        "quantity": 4 + number,
        "unit": "cubetas",
        "amount_claimed": 1250 * (1 + number),
        "description": (
            f"La pintura del pedido {mark('factura')} presenta {mark('una')} y {mark('dos')} en los muros de "
            f"{mark('ciudad')}; el cliente dice que {mark('tres')} y pide que se revise cuanto antes."
        ),
    }


def investigate(plot, actors, complaint, at, executive):
    """The areas, the dictamen, the answer and the close."""
    boss = actors.people["coordinador"]
    slow = plot.slow * DAY
    yield at
    actions.channel(
        complaint,
        matter=plot.matter,
        severity=Severity.MEDIUM,
        responsible=executive,
        departments=[actors.areas[code] for code in plot.areas],
        question="¿Qué muestra la retención de este lote y qué se hizo con él?",
        override_reason="El cliente pidió que también lo viera esa área.",
        by=boss,
        at=at,
    )
    if plot.events:
        yield from much_happens(plot, actors, complaint, at, executive)
        return
    if plot.until == "channelled":
        return
    at += DAY + HOUR
    for code in plot.areas:
        if code == plot.areas[0] and plot.until != "areas":
            continue  # its dictamen answers
        request = CoordinationRequest.objects.get(about=complaint.case_file, department=actors.areas[code])
        yield (at := at + 20 * MINUTE)
        coordination.see(request, by=actors.head_of(code), at=at)
        yield (at := at + 25 * MINUTE)
        coordination.answer(
            request,
            action="Se revisó la retención y el registro de producción; se repondrá el producto.",
            cause="Pigmento con molienda incompleta",
            by=actors.head_of(code),
            at=at,
        )
    if plot.until == "areas":
        return
    yield (at := at + DAY + slow)
    ruler = actors.people["calidad"] if plot.matter == Matter.TECHNICAL else actors.head_of(plot.areas[0])
    actions.issue_dictamen(
        complaint,
        upheld=True,
        manufacturing_defect=plot.matter == Matter.TECHNICAL,
        root_cause="Molienda incompleta del pigmento en el tanque 4.",
        plan="Reponer el producto y revisar la malla del molino.",
        by=ruler,
        at=at,
    )
    yield (at := at + HOUR)
    for request in CoordinationRequest.objects.filter(about=complaint.case_file, stage=RequestStage.ANSWERED):
        coordination.accept(request, by=boss, at=at)
    if plot.until != "ruled":
        yield from answer(plot, actors, complaint, at, executive)


def answer(plot, actors, complaint, at, executive):
    """The answer to the customer, its approval, the customer's word and the close."""
    yield (at := at + HOUR + plot.slow * DAY)
    complaint = Complaint.objects.with_case_file().get(pk=complaint.pk)
    draft = actions.draft_answer(
        complaint,
        channel=By.MAIL if plot.mail else By.PHONE,
        contact=complaint.contact,
        subject=f"Respuesta a su reporte {complaint.folio}",
        body=f"Estimado(a) {complaint.contact.name}:\n\nRepondremos las cubetas de su pedido {mark('factura')} esta "
        "semana y revisamos la molienda del lote.\n\nServicio al Cliente\nPinturas Nervión",
        submit=True,
        by=executive,
        at=at,
    )
    if plot.until == "submitted":
        return
    yield (at := at + 2 * HOUR)
    approving.approve(draft.message, version=draft.message.version, by=actors.people["coordinador"], at=at)
    if not plot.mail:
        yield (at := at + HOUR)
        draft.refresh_from_db()
        actions.answer_delivered(draft, happened_at=at, by=executive, at=at)
    if plot.until == "answered":
        return
    at += 2 * DAY + plot.slow * DAY
    attempts = 3 if plot.conformity == ConformityResult.NO_REPLY else 1
    for turn in range(attempts):
        yield (at := at + turn * DAY)
        actions.record_conformity(
            complaint, result=plot.conformity, note="Así lo dijo por teléfono.", by=executive, at=at
        )
    yield (at := at + 20 * MINUTE)
    actions.close(complaint, by=executive, at=at)


def much_happens(plot, actors, complaint, at, executive):
    """Questions, replies and corrections until the page of the case has so many events."""
    request = CoordinationRequest.objects.filter(about=complaint.case_file).order_by("pk")[0]
    turn = 0
    while lines_of(complaint) < plot.events:
        yield (at := at + 2 * MINUTE)
        if plot.events - lines_of(complaint) >= 3:
            asked = coordination.ask_for_information(
                request, question="¿Con qué diluyente se aplicó?", by=actors.head_of(plot.areas[0]), at=at
            )
            yield (at := at + 2 * MINUTE)
            coordination.give_information(asked, reply="Con agua, al diez por ciento.", by=executive, at=at)
        case_file = Complaint.objects.with_case_file().get(pk=complaint.pk).case_file
        yield (at := at + 2 * MINUTE)
        actions.correct(
            complaint,
            changes={"quantity": 30 + turn},
            reason="El cliente contó de nuevo.",
            version=case_file.version,
            by=executive,
            at=at,
        )
        turn += 1


def lines_of(complaint):
    """How many events the page of a complaint shows: its own and those of its requests."""
    own = TimelineEntry.objects.filter(case_file=complaint.pk).count()
    return own + TimelineEntry.objects.filter(case_file__request__about=complaint.pk).count()


# --- Living it --------------------------------------------------------------------------------------------------------
def lived(plot, actors, start, number, *, until):
    """Live one story: before each step the worker passes, as it would have; after the last, until `until`."""
    last = start
    for at in live(plot, actors, start, number):
        passes(last, at)
        last = at
    if plot.open:
        passes(last, until)
    else:
        deliver(last + LONGEST)
        for person in User.objects.filter(pk__in=Alert.objects.filter(seen_at=None).values("person")):
            bell.see_all(by=person, at=last + LONGEST)


def passes(since, until):
    """What the worker does between two moments: mail leaves at once, the sweep passes each morning."""
    deliver(until)
    waiting = Deadline.objects.running().filter(look_again_at__lte=until)
    while rung := waiting.aggregate(first=Min("look_again_at"))["first"]:
        morning = datetime.combine(rung.astimezone(PLANT).date(), time(9, 5), PLANT)
        passed = min(morning if morning >= rung else morning + DAY, until)
        sweep(at=passed)
        deliver(passed + MINUTE)


def deliver(until):
    """What was owed by then has been sent, a minute after it was owed."""
    for mail in OutgoingMail.objects.filter(state=MailState.PENDING, not_before__lte=until).order_by("pk"):
        outbox.record_delivered(mail, at=mail.not_before + MINUTE)


def starting_moments(plot, number, *, now):
    """When the cases of a plot begin: closed ones in a quiet month, open ones on the last working days."""
    if plot.open:
        oldest = {"to_confirm": 1, "registered": 2, "channelled": 4, "areas": 6}.get(plot.until, 11)
        days = [now.astimezone(PLANT).date() - (1 + turn % oldest + (oldest > 6) * 4) * DAY for turn in range(9)]
    else:
        monday = quiet_monday(now)
        days = [monday + turn * DAY for turn in range(5)]
    days = [day for day in days if day.weekday() < 5] or [last_working_day(now)]
    for turn in range(plot.starts):
        day = days[(turn + number) % len(days)]
        yield datetime.combine(day, time(9 + (turn * 2 + number) % 7, (7 * number + 13 * turn) % 60), PLANT)


def last_working_day(now):
    """The last day from Monday to Friday that is over."""
    day = now.astimezone(PLANT).date() - DAY
    while day.weekday() > 4:
        day -= DAY
    return day


def quiet_monday(now):
    """The last Monday after which nothing is closed for as long as a case takes, all of it in the past."""
    hours = calendar("habil")
    day = now.astimezone(PLANT).date() - LONGEST - 14 * DAY
    while True:
        if day.weekday() == 0:
            month = [day + turn * DAY for turn in range((LONGEST + 7 * DAY).days)]
            if all(hours.opening_on(one) is not None for one in month if one.weekday() < 5):
                return day
        day -= DAY
