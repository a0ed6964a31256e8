"""The sweep over 100,000 running deadlines: when none is due, and when ten thousand break at once.

Beside it, in the same run and on as many rows of the same table, one bare UPDATE: what the facts alone would cost.
"""

import statistics
import time
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from casework.alerts.models import Alert
from casework.catalogue.models import Customer, Product
from casework.deadlines import sweep
from casework.deadlines.models import Deadline
from casework.mail.models import OutgoingMail
from casework.moment import database_now
from casework.people.models import Department, User
from casework.people.roles import Role
from casework.records.models import TimelineEntry
from complaints import actions
from complaints.models import Channel, Kind, Matter, Reason, Severity
from nervion_cases.testing.bench.table import Row
from nervion_cases.testing.databases import drop, point_to, statement
from nervion_cases.testing.faults.people import settle_in
from nervion_cases.testing.moving import bring

DATABASE = "bench_sweep"
RUNNING, DUE, ROUNDS = 100_000, 10_000, 3
LIVED = 50  # complaints lived with the verbs, of which the rest are copies
INDEX = "deadline_to_look_at"


def rows(house):
    """Build the database, measure, and leave it."""
    before, house.database = house.database, DATABASE
    point_to("template1")
    drop(DATABASE)
    statement(f'CREATE DATABASE "{DATABASE}"')
    point_to(DATABASE)
    try:
        house.manage("migrate", "--no-input", "--verbosity", 0)
        settle_in()
        live()
        multiply()
        return [*none_due(), *many_due()]
    finally:
        house.database = before
        point_to("template1")
        drop(DATABASE)
        point_to(before)


# --- Its rows ---------------------------------------------------------------------------------------------------------
def live():
    """Complaints registered by telephone and channelled to areas in turn, with all their promises running."""
    people = {person.username: person for person in User.objects.with_roles()}
    areas = cycle(Department.objects.filter(head__groups__name=Role.HEAD).order_by("pk"))
    customers, products = cycle(Customer.objects.order_by("pk")), cycle(Product.objects.order_by("pk"))
    executives = cycle(("ejecutivo", "ivonne.servicio", "saul.servicio"))
    for number in range(LIVED):
        at, customer, product = timezone.now(), next(customers), next(products)
        by = people[next(executives)]
        complaint = actions.register(
            customer=customer,
            contact=customer.contacts.first(),
            kind=Kind.COMPLAINT,
            channel=Channel.PHONE,
            reason=Reason.QUALITY,
            product=product,
            lote=product.lotes.all()[0].number,
            description=f"Se decolora a los tres días de aplicar; es la cubeta {number} del pedido.",
            received_at=at,
            by=by,
            at=at,
        )
        actions.channel(
            complaint,
            matter=Matter.TECHNICAL,
            severity=Severity.MEDIUM,
            responsible=by,
            departments=[next(areas)],
            question="¿Qué pasó con este lote?",
            urgent_hours=None,
            override_reason="Así toca en la medición.",
            by=people["coordinador"],
            at=at,
        )


def multiply():
    """As many copies of every case, with what the sweep reads of it, as make 100,000 running deadlines."""
    lived = Deadline.objects.running().count()
    copies = RUNNING // lived
    step = "10000000::bigint"  # beyond what the sequences will reach here
    with connection.cursor() as cursor:
        for table, case in (
            ("records_casefile", "id"),
            ("records_participation", "case_file_id"),
            ("records_timelineentry", "case_file_id"),
            ("deadlines_deadline", "case_file_id"),
        ):
            columns = _columns(cursor, table)
            values = {name: name for name in columns} | {"id": f"id + n * {step}", case: f"{case} + n * {step}"}
            if "folio" in values:
                values["folio"] = "folio || '-' || n"
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE "
                f"SELECT {', '.join(values.values())} FROM {table}, generate_series(1, {copies - 1}) n"
            )
            cursor.execute(f"ANALYZE {table}")  # or what was planned for a handful of rows is done with all of them
        cursor.execute("VACUUM ANALYZE")


def _columns(cursor, table):
    cursor.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def make_due(turn):
    """Let the promises of one tenth of the running deadlines break a minute ago; the two rungs below are climbed."""
    tenth = Deadline.objects.order_by("pk").values_list("pk", flat=True)[turn * DUE : (turn + 1) * DUE]
    bring(Deadline.objects.filter(pk__in=tenth), "breaks_at", to=database_now() - timedelta(minutes=1), rung=2)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE deadlines_deadline")


# --- What is measured -------------------------------------------------------------------------------------------------
def none_due():
    """One pass that finds nothing, and whether it asks the index."""
    passes = [_timed(lambda: sweep.sweep(at=database_now()))[0] * 1000 for _ in range(25)][5:]
    with transaction.atomic():
        plan = sweep._due(database_now())[: sweep.SIZE].explain()
    by_index = INDEX in plan and "Seq Scan on deadlines_deadline" not in plan
    middle = statistics.median(passes)
    running = Deadline.objects.running().count()
    return [
        Row(
            f"sweep, {running:,} running, none due",
            "≤ 5 ms, by an index scan",
            f"{middle:.1f} ms ({min(passes):.1f}–{max(passes):.1f}), {f'index {INDEX}' if by_index else 'NO INDEX'}",
            middle <= 5 and by_index,
        )
    ]


def many_due():
    """Ten thousand that break, with lines, alerts and mails; beside it one bare UPDATE of as many."""
    rates, bare, spent, made = [], [], [], None
    for turn in range(ROUNDS):
        make_due(turn * 2)
        before, idle = _counts(), _processor_seconds()
        seconds, found = _timed(lambda: sweep.sweep(at=database_now()))
        spent.append(found / (_processor_seconds() - idle))
        made = {name: count - before[name] for name, count in _counts().items()}
        rates.append(found / seconds)
        make_due(turn * 2 + 1)
        bare.append(DUE / _timed(_one_update)[0])
    each = ", ".join(f"{count:,} {name}" for name, count in made.items())
    ratio = statistics.median(theirs / ours for theirs, ours in zip(bare, rates, strict=True))
    return [
        Row(
            f"sweep, {DUE:,} of {RUNNING:,} due at once",
            "≥ 1,000 a second",
            f"{statistics.median(rates):,.0f} a second ({min(rates):,.0f}–{max(rates):,.0f}), "
            f"{statistics.median(spent):,.0f} a second of processor; wrote {each}",
            statistics.median(rates) >= 1000,
        ),
        Row(
            "    one bare UPDATE of as many rows, no line, alert or mail",
            "",
            f"{statistics.median(bare):,.0f} a second ({min(bare):,.0f}–{max(bare):,.0f}): {ratio:.0f} × the sweep",
        ),
    ]


def _counts():
    return {
        "breaches": Deadline.objects.exclude(breached_at=None).count(),
        "lines": TimelineEntry.objects.count(),
        "alerts": Alert.objects.count(),
        "mails": OutgoingMail.objects.count(),
    }


def _processor_seconds():
    """What this process and its side of the database have spent: it does not depend on who else is at work."""
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return time.process_time() + int(backend.split()[0]) / 1e9


def _one_update():
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE deadlines_deadline SET breached_at = breaks_at, rung = 3, look_again_at = now() + interval '1 day' "
            "WHERE look_again_at <= now() AND met_at IS NULL AND ended_at IS NULL"
        )


def _timed(work):
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result
