"""What one lived case wrote, compiled into lines of COPY with slots for all that differs in a copy.

Rows are found by the keys that the tables gave out while the case was lived, so a verb that writes more tomorrow is
copied more tomorrow. What cannot be understood (a key that speaks of a new kind of row) is an error, never copied.
"""

import io
import json
import re
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.apps import apps
from django.db import connection, models
from django.db.models import Max

from casework.alerts.bell import JORNADA
from casework.alerts.models import Alert
from casework.catalogue.models import Contact, Customer
from casework.correspondence.models import CustomerMessage
from casework.deadlines import ladder, running
from casework.deadlines.models import Deadline
from casework.links.models import Link
from casework.mail.models import OutgoingMail
from casework.people.models import User
from casework.records.models import CaseFile, FolioSeries
from casework.text import code, plain
from casework.worktime.calendars import calendar
from complaints.models import Acknowledgement, Complaint, SatisfactionSurvey
from coordination.models import InformationRequest

SLOT = "\x00"  # PostgreSQL keeps no NUL, so nothing lived holds one
# What a key like «alert:17» or «deadline:12:1:3» speaks of.
SPOKEN_OF = {
    "acknowledgement": Acknowledgement,
    "alert": Alert,
    "complaint": CaseFile,
    "deadline": Deadline,
    "information": InformationRequest,
    "mail": OutgoingMail,
    "message": CustomerMessage,
    "request": CaseFile,
    "survey": SatisfactionSurvey,
}
KEYS = {(OutgoingMail, "key"), (Alert, "occasion")}
MARKED = {User: "username", Customer: "name", Contact: "name"}  # whose rows stand for another's
A_KEY = re.compile(r"^([a-z]+):(\d+)")
A_DATE = re.compile(r"(?<!\d)(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4}))(?!\d)")
A_HASH = re.compile(r"[0-9a-f]{32}")
A_MARK = re.compile(r"zz([a-z]+?)zz", re.IGNORECASE)
INSTANTS = ("half_at", "three_quarters_at", "due_at", "breaks_at")


OURS = ("casework.", "complaints", "coordination")


def writers():
    """Our tables in which a verb may write rows that are counted."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(OURS) and model is not FolioSeries and _is_counted(model)
    ]


def _is_counted(model):
    key = model._meta.pk
    while isinstance(key, models.OneToOneField):  # a complaint has the number of its case
        key = key.target_field
    return isinstance(key, models.AutoField)


def high_water():
    """The last number given out in each table."""
    return {model: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in writers()}


@dataclass
class Prototype:
    """A lived case: for each table its lines, and what is known of it. `lines[model]` are lists alternating text, slot."""

    plot: object
    start: datetime
    rows: dict  # model → its keys, in order
    folios: list
    series: list  # of each folio: its prefix, and when it was taken
    lines: dict = field(default_factory=dict)  # model → texts and, at every other place, what stands in a slot
    slots: dict = field(default_factory=dict)  # model → the names of those slots
    fresh: set = field(default_factory=set)  # slots of what is drawn by lot: message ids, tokens
    messages: list = field(default_factory=list)  # place of each message to a customer, and what its hash is taken of
    said: dict = field(default_factory=dict)  # place → the names of its slots
    weeks: dict = field(default_factory=dict)  # how many weeks earlier → the values of its instants

    @property
    def complaints(self):
        """How many complaints it is."""
        return len(self.rows[Complaint])

    @cached_property
    def deadlines(self):
        """Its promises, as they were lived."""
        return list(Deadline.objects.filter(pk__in=self.rows[Deadline]).order_by("pk"))


def capture(plot, start, before, after):
    """The prototype of what was written between two high waters."""
    rows = {}
    for model, last in before.items():
        if after[model] > last:
            rows[model] = list(model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True))
    cases = CaseFile.objects.filter(pk__in=rows[CaseFile]).order_by("pk").values_list("folio", "opened_at")
    series = [(folio.partition("-")[0], at) for folio, at in cases]
    prototype = Prototype(plot, start, rows, [folio for folio, _ in cases], series)
    Compiler(prototype).compile()
    return prototype


class Compiler:
    """Turns the rows of a prototype into text with slots."""

    def __init__(self, prototype):
        self.prototype = prototype
        self.places = {model: {key: place for place, key in enumerate(keys)} for model, keys in prototype.rows.items()}
        forms = {}
        for place, folio in enumerate(prototype.folios):
            forms |= {folio: f"folio:{place}", code(folio): f"folio-code:{place}", plain(folio): f"folio-plain:{place}"}
        self.folios = forms
        self.a_folio = re.compile("|".join(sorted(map(re.escape, forms), key=len, reverse=True)))
        self.marked = {
            model: set(model.objects.filter(**{f"{name}__istartswith": "zz"}).values_list("pk", flat=True))
            for model, name in MARKED.items()
        }
        self.since = (prototype.start - timedelta(days=2)).date()

    def compile(self):
        for model in self.prototype.rows:
            lines = "".join(self._line(model, names, values) for names, values in self._raw(model))
            self.prototype.lines[model] = lines.split(SLOT)
            self.prototype.slots[model] = names = self.prototype.lines[model][1::2]
            self.prototype.fresh.update(name for name in names if name.startswith(("uuid:", "hex:")))
        messages = CustomerMessage.objects.filter(pk__in=self.prototype.rows.get(CustomerMessage, ())).order_by("pk")
        for place, message in enumerate(messages):
            said = "\x01".join([message.channel, message.to, message.subject, message.body])
            pieces = self._text(said).split(SLOT)
            self.prototype.messages.append((place, pieces))
            self.prototype.said[place] = pieces[1::2]

    def _raw(self, model):
        """The rows as COPY writes them: their columns still escaped."""
        names = [column.attname for column in columns(model)]
        listed = ", ".join(f'"{column.column}"' for column in columns(model))
        keys = ", ".join(map(str, self.prototype.rows[model]))
        out = io.StringIO()
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY (SELECT {listed} FROM {model._meta.db_table} WHERE {model._meta.pk.column} IN ({keys}) "
                f"ORDER BY {model._meta.pk.column}) TO STDOUT",
                out,
            )
        for line in out.getvalue().split("\n")[:-1]:
            yield names, line.split("\t")

    def _line(self, model, names, values):
        row = dict(zip(names, values, strict=True))
        place = self.places[model][int(row[model._meta.pk.attname])]
        cells = [self._cell(model, column, row, place) for column in columns(model)]
        return "\t".join(cells) + "\n"

    def _cell(self, model, column, row, place):
        """One value of a row, its slots put in."""
        value = row[column.attname]
        if value == "\\N":
            return value
        if model is Deadline and column.name == "rule":
            return slot(f"rule:{place}")
        if model is CustomerMessage and column.name == "approved_hash" and value:
            return slot(f"hash:{place}")
        if column.primary_key and not column.remote_field:
            return slot(f"pk:{model._meta.label}:{place}")
        if column.remote_field:
            return self._reference(column.related_model, value)
        if isinstance(column, models.DateTimeField):
            return slot(f"at:{value}")
        if isinstance(column, models.DateField):
            return slot(f"day:{value}")
        if isinstance(column, models.UUIDField):
            return slot(f"uuid:{value}")
        if (model, column.name) == (OutgoingMail, "subject_pk"):
            return self._spoken_of(row["key"])[1]
        if (model, column.name) in KEYS:
            head, number = self._spoken_of(value)
            return f"{head}:{number}{self._text(value[A_KEY.match(value).end() :])}"
        if (model, column.name) == (Link, "subject"):
            number, _, rest = value.partition(":")
            return f"{self._reference(CaseFile, number)}:{rest}"
        if column.unique and isinstance(column, models.CharField):
            return A_HASH.sub(lambda found: slot(f"hex:{found[0]}"), self._text(value))
        if isinstance(column, models.TextField | models.CharField | models.JSONField):
            return self._text(value)
        return value

    def _reference(self, model, value):
        """A key of the case's own rows becomes a slot, of the marked executive too; any other stays."""
        while isinstance(model._meta.pk, models.OneToOneField):
            model = model._meta.pk.related_model
        place = self.places.get(model, {}).get(int(value))
        if place is not None:
            return slot(f"pk:{model._meta.label}:{place}")
        return slot(f"marked:{model._meta.label}:{value}") if int(value) in self.marked.get(model, ()) else value

    def _spoken_of(self, key):
        word, number = A_KEY.match(key).groups()
        return word, self._reference(SPOKEN_OF[word], number)

    def _text(self, text):
        """Folios, marks and dates of the story become slots."""
        text = self.a_folio.sub(lambda found: slot(self.folios[found[0]]), text)
        text = A_MARK.sub(lambda found: slot(f"{form_of(found[0])}:{found[1].lower()}"), text)
        return A_DATE.sub(self._date, text)

    def _date(self, found):
        iso = bool(found[1])
        day = date(*map(int, (found[1], found[2], found[3]) if iso else (found[6], found[5], found[4])))
        return slot(f"{'day' if iso else 'day-read'}:{day}") if day >= self.since else found[0]


def slot(name):
    """The place of a value in a text that is split at SLOT: every other piece is a name."""
    return f"{SLOT}{name}{SLOT}"


def form_of(found):
    """How a mark was folded."""
    return "plain" if found.islower() else "code" if found.isupper() else "typed"


def columns(model):
    """What COPY may write: not what the database computes."""
    return [column for column in model._meta.concrete_fields if not column.generated]


# --- The same story, some weeks earlier -------------------------------------------------------------------------------
def values_earlier(prototype, weeks):
    """The values of every instant, date and derivation of the story told `weeks` weeks earlier; None if the clock disagrees.

    The deadlines are reckoned anew by the real clock: of weeks in which a holiday moves one of them nothing is copied.
    """
    back = timedelta(weeks=weeks)
    hours = calendar(JORNADA)
    values = {}
    for place, deadline in enumerate(prototype.deadlines):
        earlier = copy(deadline)
        for name in ("starts_at", "look_again_at", *INSTANTS):
            setattr(earlier, name, getattr(deadline, name) - back)
        rule = {name: value for name, value in deadline.rule.items() if name != "derivation"}
        reckoning, derived = running._reckon(deadline.key, rule, earlier.starts_at)
        if any(getattr(earlier, name) != getattr(reckoning, name) for name in INSTANTS):
            return None
        if deadline.running and earlier.look_again_at != ladder.instant(earlier, deadline.rung + 1, hours):
            return None
        values[f"rule:{place}"] = escaped(json.dumps(rule | {"derivation": derived}, ensure_ascii=False))
    for names in (*prototype.slots.values(), *prototype.said.values()):
        for name in names:
            kind, _, told = name.partition(":")
            if kind == "at":
                values[name] = str(datetime.fromisoformat(told) - back)
            elif kind == "day":
                values[name] = str(date.fromisoformat(told) - back)
            elif kind == "day-read":
                values[name] = f"{date.fromisoformat(told) - back:%d/%m/%Y}"
    return values


def escaped(text):
    """As COPY reads it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
