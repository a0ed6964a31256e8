"""Beats doubled and missing, clocks that are wrong, and a Monday on which everything is due: F9, F10, F22, F42."""

import time
from collections import Counter
from datetime import timedelta

from celery import current_app
from django.db.models import F

from casework.alerts.models import Alert
from casework.catalogue.models import Contact
from casework.deadlines import digest, ladder, sweep
from casework.deadlines.models import Deadline, PromiseKey
from casework.mail.models import Heartbeat, MailState, OutgoingMail
from casework.moment import PLANT, database_now
from casework.people.models import Department, Substitute, User
from casework.people.roles import Role
from casework.records.models import TimelineEntry
from casework.worktime.calendars import calendar
from complaints import actions
from nervion_cases.testing.faults.ledger import fault
from nervion_cases.testing.faults.postroom import Sender, check_copies, mail_server
from nervion_cases.testing.moving import RUNGS, bring

PERIOD = 30  # seconds between two sweeps (nervion_cases/celery.py)
FAST = "x10"  # a beat whose clock runs so fast ticks every three seconds; everybody else lives at the usual speed
HEARD = {"half_at": 1, "three_quarters_at": 3, "breaks_at": 5}  # the executive; from three quarters the coordinator too


def lived(complaints):
    """The running deadlines of complaints registered by telephone, three each; nobody is owed an acuse by mail."""
    sender, coordinator = Sender(), User.objects.get(username="coordinador")
    quiet = Contact.objects.select_related("customer").filter(email="").first()
    cases = []
    for _ in range(complaints):
        complaint = sender.complaint(contact=quiet)
        actions.assign_responsible(complaint, person=sender.executive, by=coordinator, at=database_now())
        cases.append(complaint.case_file)
    return Deadline.objects.running().filter(case_file__in=cases)


def each_kind(deadlines):
    """The deadlines of each promise: of a case, one in every part."""
    return [
        deadlines.filter(key=key)
        for key in (PromiseKey.ACKNOWLEDGEMENT, PromiseKey.CUSTOMER_ANSWER, PromiseKey.CLOSURE)
    ]


def climbed(deadlines, *, by):
    """Whether nothing of these was to be looked at by an instant."""
    return not deadlines.filter(look_again_at__lte=by).exists()


def told(deadlines):
    """How often each of the first three rungs of these was told to each person."""
    pks = set(deadlines.values_list("pk", flat=True))
    alerts = Alert.objects.filter(reason__in=ladder.REASONS.values())
    return Counter(
        (reason, person)
        for occasion, reason, person in alerts.values_list("occasion", "reason", "person__username")
        if int(occasion.split(":")[1]) in pks
    )


def swept_since(instant):
    """Whether a sweep began after an instant, and ended."""
    return Heartbeat.objects.filter(name="deadlines", at__gt=instant).exists()


def all_sent():
    """Whether the post has nothing left that is due."""
    owed = OutgoingMail.objects.filter(state__in=[MailState.PENDING, MailState.SENDING])
    return not owed.filter(not_before__lte=database_now()).exists()


def check_breaches(ledger, deadlines):
    """Each breach at its own instant, with one line."""
    broken = deadlines.exclude(breached_at=None)
    lines = TimelineEntry.objects.filter(verb="deadline.breached", case_file__in=broken.values("case_file"))
    ledger.check(
        broken.count() == lines.count() == broken.filter(breached_at=F("breaks_at")).count(),
        f"{broken.count()} breaches at their own instants, {lines.count()} lines",
    )


def faked(offset):
    """The command under which a process believes that it is later or earlier."""
    return ("faketime", "-f", offset)


def start_fast_beat(house, name="beat", offset="+0"):
    """A beat that ticks ten times as often."""
    return house.start_beat(name, prefix=faked(f"{offset} {FAST}"))


# --- F9 ---------------------------------------------------------------------------------------------------------------
@fault("F9", "one beat, then two, then five; each ticks every three seconds", proves="I2")
def many_beats(house, ledger):
    """Twenty complaints for each number of beats: what they tell must be the same."""
    counts = {}
    with mail_server(house) as script:
        house.start_worker()
        for beats in (1, 2, 5):
            for number in range(len(house.parts) - 1, beats):
                start_fast_beat(house, f"beat{number + 1}")
            deadlines, now = lived(20), database_now()
            for part, name, seconds in zip(each_kind(deadlines), RUNGS, (2, 5, 8), strict=True):
                bring(part, name, to=now + timedelta(seconds=seconds))
            house.wait_for(lambda d=deadlines: climbed(d, by=database_now() + timedelta(minutes=1)), what="worker")
            house.wait_for(all_sent, what="worker")
            counts[beats] = told(deadlines)
            check_breaches(ledger, deadlines)
        time.sleep(PERIOD / 10)  # and once more for all of them
        one = counts[1]
        ledger.note(
            f"one beat told {one.total()} alerts: " + ", ".join(f"{n} {r} {who}" for (r, who), n in one.items())
        )
        ledger.equal(one.total(), 20 * sum(HEARD.values()), "alerts of one beat")
        for beats in (2, 5):
            ledger.check(
                counts[beats] == one, f"{beats} beats told {counts[beats].total()}, of each as many as one beat"
            )
        ledger.equal(told(Deadline.objects.all()).total(), 3 * one.total(), "alerts in all")
        check_copies(ledger, script)


# --- F10 --------------------------------------------------------------------------------------------------------------
@fault("F10", "no beat for two hours, then back", proves="I1 I2 I14")
def no_beat(house, ledger):
    """The two hours are moved into the rows; the way back is waited for, at the usual speed."""
    deadlines = lived(20)
    house.start_web(workers=1)
    house.start_worker()
    house.manage("sweep_deadlines")
    current_app.send_task("casework.mail.tasks.beat")
    house.wait_for(lambda: house.health()[0] == 200, what="worker")
    ledger.note("/salud/ says 200 while everything beats")

    away, now = timedelta(hours=2), database_now()
    Heartbeat.objects.update(at=F("at") - away)
    for place, (part, name) in enumerate(zip(each_kind(deadlines), RUNGS, strict=True)):
        bring(part, name, to=now - away * (place + 1) / 4)
    status, body = house.health()
    ledger.check(
        status == 503 and "no se revisan" in body["partes"]["barrido"],
        f"/salud/ says {status}: «{body['partes']['barrido']}»",
    )
    house.start_beat()
    took = house.wait_for(lambda: climbed(deadlines, by=now), what="worker", seconds=3 * PERIOD)
    ledger.check(took <= 2 * PERIOD, f"all that came due meanwhile was climbed {took:.0f} s after the beat came back")
    ledger.equal(told(deadlines).total(), 20 * sum(HEARD.values()), "alerts")
    ledger.equal(told(deadlines)["deadline.breached", "coordinador"], 20, "of a breach, to the coordinator")
    check_breaches(ledger, deadlines)
    house.wait_for(lambda: house.health()[0] == 200, what="web")
    ledger.note("/salud/ says 200 again")


# --- F22 --------------------------------------------------------------------------------------------------------------
@fault("F22", "the clocks of worker and beat are wrong: +1 h, -1 h, +1 day", proves="I13 I2")
def wrong_clocks(house, ledger):
    """The database's clock decides: what came due a moment ago is told, what comes due within the error is not."""
    with mail_server(house) as script:
        for offset, error in (("+1h", timedelta(hours=1)), ("-1h", timedelta(hours=1)), ("+1d", timedelta(days=1))):
            due, soon, late = each_kind(lived(9))
            now = database_now()
            bring(due, "breaks_at", to=now - timedelta(seconds=1), rung=2)
            bring(soon, "half_at", to=now + timedelta(minutes=5))
            bring(late, "breaks_at", to=now + error - timedelta(minutes=5), rung=2)
            house.start_worker(prefix=faked(offset))
            start_fast_beat(house, offset=offset)
            house.wait_for(lambda d=due, n=now: climbed(d, by=n), what="worker")
            for _ in range(2):
                since = database_now()
                house.wait_for(lambda s=since: swept_since(s), what="worker")
            house.wait_for(all_sent, what="worker")
            early = told(soon) + told(late)
            expected = {("deadline.breached", "ejecutivo"): 9, ("deadline.breached", "coordinador"): 9}
            ledger.equal(dict(told(due)), expected, f"{offset}: told of 9 that broke, swept twice or more")
            ledger.equal(early.total(), 0, f"{offset}: told of 18 whose moment comes within the error")
            check_breaches(ledger, due)
            house.stop("worker", "beat")
        far = database_now() + timedelta(minutes=1)
        ledger.equal(Heartbeat.objects.filter(at__gt=far).count(), 0, "heartbeats in the future")
        ledger.equal(Deadline.objects.filter(breached_at__gt=far).count(), 0, "breaches in the future")
        check_copies(ledger, script)


# --- F42 --------------------------------------------------------------------------------------------------------------
@fault("F42", "a thousand alerts due at the same minute, as the jornada opens after a weekend", proves="I1 I2 I3")
def monday_at_nine(house, ledger):
    """What broke on a Saturday some days ago waits for the next opening; then the worker starts."""
    saturday, deadlines = a_saturday(), lived(115)
    Substitute.objects.create(  # a third to hear of a breach
        department=Department.objects.get(code="servicio"),
        person=User.objects.get(username="saul.servicio"),
        since=saturday.date(),
        until=database_now().astimezone(PLANT).date(),
        named_by=User.objects.get(username="administrador"),
        named_at=saturday,
    )
    bring(deadlines, "breaks_at", to=saturday, rung=2)
    begun = time.monotonic()
    found = sweep.sweep(at=saturday + timedelta(minutes=5))
    ledger.note(f"{found} deadlines swept in {time.monotonic() - begun:.1f} s")
    mails = OutgoingMail.objects.filter(letter="deadline")
    minutes = {each.astimezone(PLANT) for each in mails.values_list("not_before", flat=True)}
    ledger.check(mails.count() >= 1000, f"{mails.count()} alerts owe a mail")
    ledger.check(
        minutes == {calendar("jornada").next_open(saturday)},
        f"all due at {', '.join(f'{minute:%A %d/%m %H:%M}' for minute in minutes)}, none before",
    )
    digest.send_digests(at=database_now())
    digests = OutgoingMail.objects.filter(letter="digest")
    for mail in digests.order_by("to"):
        ledger.equal(mail.body.count("/expedientes/"), deadlines.count(), f"lines in the one digest of {mail.to}")
    hear = User.objects.in_role(Role.COORDINATOR, Role.COMMERCIAL, Role.DIRECTION).values_list("username", flat=True)
    people = {"ejecutivo", "saul.servicio", *hear}
    ledger.equal({mail.person.username for mail in digests}, people, "a digest for each who hears of them")
    with mail_server(house) as script:
        house.start_worker()
        house.start_beat()
        took = house.wait_for(all_sent, what="worker", seconds=300)
        sent = OutgoingMail.objects.filter(state=MailState.SENT).count()
        ledger.check(
            sent == OutgoingMail.objects.count(),
            f"{sent} mails sent in {took:.0f} s, {sent / took:.0f} a second (limit: 300 s)",
        )
        owed = sorted(OutgoingMail.objects.values_list("message_id", flat=True))
        ledger.check(sorted(script.message_ids) == owed, "I3: each arrived once, under its own Message-ID")


def a_saturday():
    """Noon of a Saturday more than a week ago: the jornada of those days is the usual one, and all hear of it since."""
    noon = database_now().astimezone(PLANT).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=9)
    return noon - timedelta(days=(noon.weekday() - 5) % 7)
