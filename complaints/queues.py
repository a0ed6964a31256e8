"""The ready-made queues of the list of complaints: conditions written once, to filter by and to count.

They are SQL because each count stops, and because Django would compose all five longer than PostgreSQL counts.
"""

import re
from datetime import timedelta

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from casework.records.models import CaseFile, CaseKind

QUEUES = {
    "mias": "Mis casos",
    "clasificar": "Por clasificar",
    "por-vencer": "Por vencer",
    "vencidas": "Vencidas",
    "cliente": "Esperando al cliente",
}
SOON_DAYS = timedelta(days=5)
COUNTED = 99  # beside the list nobody counts further: «99+»

# Over the table of cases, by the name that Django gives it.
ITSELF = "SELECT FROM complaints_complaint itself WHERE itself.case_file_id = records_casefile.id"
RUNNING = """SELECT FROM deadlines_deadline promise
    WHERE promise.case_file_id = records_casefile.id AND promise.met_at IS NULL AND promise.ended_at IS NULL"""
# A promise never breaks before it is due: an index knows the one, not the other.
LATE = f"EXISTS ({RUNNING} AND promise.due_at <= %(at)s AND promise.breaks_at <= %(at)s)"
CONDITIONS = {
    "mias": "(records_casefile.responsible_id = %(person)s OR records_casefile.opened_by_id = %(person)s)",
    # These two begin with the few that they name: joined, all that is open would be read.
    "clasificar": """records_casefile.id = ANY (ARRAY(
        SELECT itself.case_file_id FROM complaints_complaint itself WHERE itself.stage = 'registered'))""",
    # In its last quarter, or in its last five days, and none broken. The rule is opened only where it decides.
    "por-vencer": f"""EXISTS ({RUNNING} AND promise.breaks_at > %(at)s
        AND (promise.due_at <= %(in_days)s OR promise.three_quarters_at <= %(at)s)
        AND CASE WHEN promise.rule->>'unit' = 'natural_days' THEN promise.due_at <= %(in_days)s
        ELSE promise.three_quarters_at <= %(at)s END) AND NOT {LATE}""",
    "vencidas": """records_casefile.id = ANY (ARRAY(SELECT promise.case_file_id FROM deadlines_deadline promise
        WHERE promise.met_at IS NULL AND promise.ended_at IS NULL
        AND promise.due_at <= %(at)s AND promise.breaks_at <= %(at)s))""",
    # Answered, and the customer has not said whether he agrees.
    "cliente": f"""EXISTS ({ITSELF} AND itself.stage = 'answered' AND NOT EXISTS (SELECT FROM complaints_conformity said
        WHERE said.complaint_id = itself.case_file_id AND said.cycle = itself.cycle AND said.result <> 'no_reply'))""",
}
# Found first, by the indexes of what is open, and only then looked up: joined, every complaint there is would be read.
AMONG = """complaints_complaint.case_file_id = ANY (ARRAY(SELECT records_casefile.id FROM records_casefile
    WHERE records_casefile.closed_at IS NULL AND records_casefile.kind = 'complaint' AND {}))"""
NAMED = re.compile(r"%\((\w+)\)s")


def open_in(complaints, key, person, *, at):
    """The open ones of a queue."""
    sql, said = _condition(key, person, at)
    return complaints.filter(RawSQL(AMONG.format(sql), said, output_field=BooleanField()))


def queue_counts(person, *, at):
    """How many open complaints that the person may see wait in each queue, at most `COUNTED` + 1, in one query."""
    visible = CaseFile.objects.visible_to(person).filter(kind=CaseKind.COMPLAINT, closed_at=None)
    rows, seen = visible.order_by().values("pk").query.sql_with_params()
    counts, parameters = [], []
    for key in CONDITIONS:
        condition, said = _condition(key, person, at)
        counts.append(f"(SELECT count(*) FROM ({rows} AND {condition} LIMIT %s) found)")
        parameters += [*seen, *said, COUNTED + 1]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", parameters)
        return dict(zip(CONDITIONS, cursor.fetchone(), strict=True))


def _condition(key, person, at):
    sql, said = CONDITIONS[key], {"person": person.pk, "at": at, "in_days": at + SOON_DAYS}
    return NAMED.sub("%s", sql), [said[name] for name in NAMED.findall(sql)]
