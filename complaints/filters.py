"""Finding complaints in the list; the filters live in the address, and what makes no sense there is ignored."""

from datetime import datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import F
from django.http import QueryDict

from casework.moment import PLANT
from casework.people.permissions import sees_customer_name
from casework.records.models import CaseFile
from casework.records.search import matching
from casework.web.fields import DayField
from complaints.models import Complaint, Kind, Matter, Reason
from complaints.queries import with_next_due
from complaints.queues import QUEUES, open_in
from complaints.stages import Stage

ORDERINGS = {
    "due": ("next_due_at", "received_at", "pk"),
    "-due": ("-next_due_at", "-received_at", "-pk"),
    "received": ("received_at", "pk"),
    "-received": ("-received_at", "-pk"),
    "folio": ("case_file__folio",),
    "-folio": ("-case_file__folio",),
}
LATEST_FIRST, FIRST_DUE = "-received", "due"


class DayFilter(django_filters.Filter):
    """A day as people write it."""

    field_class = DayField


class ComplaintFilter(django_filters.FilterSet):
    """Queue, stage, category, reason, matter, people, days and words."""

    cola = django_filters.ChoiceFilter(choices=list(QUEUES.items()), method="in_queue", widget=forms.HiddenInput)
    q = django_filters.CharFilter(label="Palabras, folio, lote o factura", method="by_text", max_length=200)
    etapa = django_filters.ChoiceFilter(label="Etapa", field_name="stage", choices=Stage.choices, empty_label="Todas")
    tipo = django_filters.ChoiceFilter(label="Tipo", field_name="kind", choices=Kind.choices, empty_label="Todos")
    motivo = django_filters.ChoiceFilter(
        label="Motivo", field_name="reason", choices=Reason.choices, empty_label="Todos"
    )
    asunto = django_filters.ChoiceFilter(
        label="Asunto",
        field_name="matter",
        choices=[(value, label.capitalize()) for value, label in Matter.choices],
        empty_label="Todos",
    )
    responsable = django_filters.ChoiceFilter(
        label="Responsable", field_name="case_file__responsible", choices=[], empty_label="Todos"
    )
    departamento = django_filters.ChoiceFilter(
        label="Departamento", field_name="case_file__department", choices=[], empty_label="Todos"
    )
    desde = DayFilter(label="Recibida desde", method="from_day")
    hasta = DayFilter(label="Recibida hasta", method="until_day")

    class Meta:
        model = Complaint
        fields = []

    def __init__(self, data=None, *args, person, at, people, departments, **kwargs):
        super().__init__(data if data is not None else QueryDict(), *args, **kwargs)
        self.person, self.at = person, at
        self.filters["responsable"].extra["choices"] = people
        self.filters["departamento"].extra["choices"] = departments

    def in_queue(self, complaints, name, value):
        """One of the ready-made queues."""
        return open_in(complaints, value, self.person, at=self.at)

    def by_text(self, complaints, name, value):
        """As the search of every page finds."""
        meant = CaseFile.objects.filter(matching(value, by_customer=sees_customer_name(self.person)))
        return complaints.filter(case_file__in=meant.values("pk"))

    def from_day(self, complaints, name, value):
        """Received that day, in plant time, or later."""
        return complaints.filter(received_at__gte=_midnight(value))

    def until_day(self, complaints, name, value):
        """Received that day, in plant time, or before."""
        return complaints.filter(received_at__lt=_midnight(value + timedelta(days=1)))

    def chosen(self):
        """The filters in force, the queue apart: name → value as it is in the address."""
        if not self.is_bound:
            return {}
        values = self.form.cleaned_data if self.form.is_valid() else getattr(self.form, "cleaned_data", {})
        return {name: self.data.get(name) for name in values if name != "cola" and values[name] not in (None, "")}

    def chips(self):
        """Each filter in force in words, with the address without it."""
        return [
            {"label": self._words(name, value), "url": self._without(name), "removable": True}
            for name, value in self.chosen().items()
        ]

    def _words(self, name, value):
        bound = self.filters[name]
        if name == "q":
            return f"«{value}»"
        words = dict(bound.extra.get("choices", ())).get(value, value)
        return f"{bound.label}: {words}"

    def _without(self, name):
        kept = self.data.copy()
        for key in (name, "page"):
            kept.pop(key, None)
        return f"?{kept.urlencode()}"


def _midnight(day):
    return datetime.combine(day, time.min, tzinfo=PLANT)


def known_order(wanted, *, default):
    """One of the orders of the table; anything else is the default."""
    return wanted if wanted in ORDERINGS else default


def ordered(complaints, ordering):
    """Complaints in one of the orders of the table; what has no date comes last."""
    if ordering.removeprefix("-") == "due":
        complaints = with_next_due(complaints)
    return complaints.order_by(*map(_nulls_last, ORDERINGS[ordering]))


def _nulls_last(name):
    column = F(name.removeprefix("-"))
    last = True if column.name == "next_due_at" else None  # the others are never empty, and have an index as they are
    return column.desc(nulls_last=last) if name.startswith("-") else column.asc(nulls_last=last)
