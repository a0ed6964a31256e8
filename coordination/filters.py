"""Filters of the list of requests; they live in the address."""

import django_filters
from django import forms

from casework.people.models import Department
from coordination.models import CoordinationRequest
from coordination.stages import Stage

OPEN = "abiertas"


class RequestFilter(django_filters.FilterSet):
    """By stage and area."""

    estado = django_filters.ChoiceFilter(
        label="Etapa",
        choices=[(OPEN, "Abiertas"), *Stage.choices],
        method="by_stage",
        empty_label="Todas",
    )
    area = django_filters.ModelChoiceFilter(
        label="Área", field_name="department", queryset=Department.objects.filter(active=True), empty_label="Todas"
    )

    class Meta:
        model = CoordinationRequest
        fields = []
        form = forms.Form

    def by_stage(self, queryset, name, value):
        """One stage, or all those still to be settled."""
        return queryset.unsettled() if value == OPEN else queryset.filter(stage=value)
