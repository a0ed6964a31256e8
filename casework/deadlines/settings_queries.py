"""What the page of the promises tells: each with its rules over time, and one example under every reading."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Value

from casework.deadlines.models import PromiseKey, PromiseRule
from casework.moment import PLANT
from casework.worktime.calendars import calendars
from casework.worktime.explain import explain
from casework.worktime.models import Calendar, CalendarVersion, DayOff
from casework.worktime.promises import Term

EXAMPLE_RECEIVED = datetime(2026, 11, 13, 16, 40, tzinfo=PLANT)  # a Friday before a long weekend
EXAMPLE_PROMISE = PromiseKey.ACKNOWLEDGEMENT


@dataclass
class Promise:
    """A promise as the page tells it: the rule of today, those to come, those that were."""

    key: PromiseKey
    now: PromiseRule = None
    coming: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    past: list = field(default_factory=list)

    @property
    def rules(self):
        """Every rule, whatever its time."""
        return [*([self.now] if self.now else []), *self.coming, *self.waiting, *self.past]

    @property
    def approved(self):
        """Every rule that holds, will hold or held, the latest first."""
        return [*self.coming, *([self.now] if self.now else []), *self.past]

    @property
    def label(self):
        """«Acuse de recibo»."""
        return self.key.label[0].upper() + self.key.label[1:]


def promises(*, day):
    """The five promises with all their rules, in one query."""
    told = {key: Promise(key) for key in PromiseKey}
    rows = PromiseRule.objects.select_related("calendar", "proposed_by", "approved_by").order_by("-holds_from", "-pk")
    for rule in rows:
        promise = told[PromiseKey(rule.key)]
        if rule.approved_at is None:
            promise.waiting.append(rule)
        elif rule.holds_from > day:
            promise.coming.append(rule)
        elif promise.now is None:
            promise.now = rule
        else:
            promise.past.append(rule)
    return list(told.values())


def calendar_rows():
    """Every calendar, the first made first."""
    return list(Calendar.objects.order_by("pk"))


def example(rule, rows):
    """The same reception read on each calendar: `[(calendar, explanation)]`, the calendar of today first."""
    term = Term(rule.key, rule.unit, rule.amount * 3600, rule.strict)
    values = calendars()
    read = [(row, explain(term, EXAMPLE_RECEIVED, values[row.key])) for row in rows if row.key in values]
    return sorted(read, key=lambda pair: pair[0] != rule.calendar)


def proposals(*, besides):
    """What others than `besides` proposed and nobody approved: `(kind, what, from, when)`, the oldest first."""

    def waiting(model, kind, what, holds_from):
        rows = model.objects.filter(approved_at=None).exclude(proposed_by=besides).order_by()
        return rows.values_list(Value(kind), F(what), F(holds_from), F("proposed_at"))

    union = waiting(PromiseRule, "promise", "key", "holds_from").union(
        waiting(CalendarVersion, "version", "calendar__name", "holds_from"),
        waiting(DayOff, "day", "reason", "day"),
        all=True,
    )
    return sorted(union, key=lambda row: row[3])
