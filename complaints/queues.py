"""The ready-made queues of the list of complaints: conditions written once, to filter by and to count.

They are SQL because each count stops, and because Django would compose all five longer than PostgreSQL counts.
"""

import re
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from casework.records.models import CaseFile

QUEUES = {
    "mias": "Mis casos",
    "clasificar": "Por clasificar",
    "por-vencer": "Por vencer",
    "vencidas": "Vencidas",
    "cliente": "Esperando al cliente",
}
SOON_DAYS = timedelta(days=5)
COUNTED = 999  # nobody counts further: «999+»

OPEN = """FROM complaints_complaint complaint JOIN records_casefile kase ON kase.id = complaint.case_file_id
    WHERE kase.closed_at IS NULL"""
RUNNING = """SELECT FROM deadlines_deadline promise
    WHERE promise.case_file_id = kase.id AND promise.met_at IS NULL AND promise.ended_at IS NULL"""
LATE = f"EXISTS ({RUNNING} AND promise.breaks_at <= %(at)s)"
# In its last quarter, or in its last five days, and none broken.
SOON = f"""EXISTS ({RUNNING} AND promise.breaks_at > %(at)s AND CASE promise.rule->>'unit'
    WHEN 'natural_days' THEN promise.due_at <= %(in_days)s ELSE promise.three_quarters_at <= %(at)s END) AND NOT {LATE}"""
# Answered, and the customer has not said whether he agrees.
WITH_CUSTOMER = """complaint.stage = 'answered' AND NOT EXISTS (SELECT FROM complaints_conformity said
    WHERE said.complaint_id = complaint.case_file_id AND said.cycle = complaint.cycle AND said.result <> 'no_reply')"""
CONDITIONS = {
    "mias": "(kase.responsible_id = %(person)s OR kase.opened_by_id = %(person)s)",
    "clasificar": "complaint.stage = 'registered'",
    "por-vencer": SOON,
    "vencidas": LATE,
    "cliente": WITH_CUSTOMER,
}
NAMED = re.compile(r"%\((\w+)\)s")


def in_queue(key, person, *, at):
    """The condition over complaints of one of the queues; every one holds only open cases."""
    sql = f"SELECT kase.id {OPEN} AND {CONDITIONS[key]}"
    said = _said(person, at)
    return Q(case_file__in=RawSQL(NAMED.sub("%s", sql), [said[name] for name in NAMED.findall(sql)]))


def queue_counts(person, *, at):
    """How many open complaints that the person may see wait in each queue, at most `COUNTED` + 1, in one query."""
    visible, seen = "", ()
    cases = CaseFile.objects.visible_to(person)
    if cases.query.where:
        visible, seen = cases.order_by().values("pk").query.sql_with_params()
        visible = f"AND kase.id IN ({visible})"
    selects, parameters, said = [], [], _said(person, at)
    for condition in CONDITIONS.values():
        selects.append(
            f"(SELECT count(*) FROM (SELECT {OPEN} AND {NAMED.sub('%s', condition)} {visible} LIMIT %s) found)"
        )
        parameters += [*(said[name] for name in NAMED.findall(condition)), *seen, COUNTED + 1]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", parameters)
        return dict(zip(CONDITIONS, cursor.fetchone(), strict=True))


def _said(person, at):
    return {"person": person.pk, "at": at, "in_days": at + SOON_DAYS}
