"""Finding people in the list; the filters live in the address."""

import django_filters
from django.db.models import Q

from casework.people.models import Department, User
from casework.people.roles import Role
from casework.text import plain


class PeopleFilter(django_filters.FilterSet):
    """By name, post, department and whether the account is open."""

    q = django_filters.CharFilter(label="Nombre, usuario o correo", method="by_text")
    role = django_filters.ChoiceFilter(label="Puesto", choices=Role.choices, method="by_role", empty_label="Todos")
    department = django_filters.ModelChoiceFilter(
        label="Departamento", queryset=Department.objects.all(), empty_label="Todos"
    )
    active = django_filters.ChoiceFilter(
        label="Cuenta",
        choices=[("no", "Inactivas"), ("all", "Todas")],
        empty_label="Activas",
        method="by_state",
    )

    class Meta:
        model = User
        fields = []

    def filter_queryset(self, queryset):
        """Without a word about it, only open accounts."""
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("active") else queryset.filter(is_active=True)

    def by_text(self, queryset, name, value):
        """Every word somewhere in the name, the username or the e-mail; accents do not matter."""
        for word in plain(value).split()[:5]:
            pattern = "".join(LOOSE.get(letter, _quoted(letter)) for letter in word)
            queryset = queryset.filter(
                Q(first_name__iregex=pattern)
                | Q(last_name__iregex=pattern)
                | Q(username__contains=word)
                | Q(email_key__contains=word)
            )
        return queryset

    def by_role(self, queryset, name, value):
        """Holders of a post, without losing their other posts from the row."""
        return queryset.filter(pk__in=User.objects.filter(groups__name=value).values("pk"))

    def by_state(self, queryset, name, value):
        """Closed accounts, or both."""
        return queryset.filter(is_active=False) if value == "no" else queryset


LOOSE = {"a": "[aá]", "e": "[eé]", "i": "[ií]", "o": "[oó]", "u": "[uúü]"}


def _quoted(letter):
    return letter if letter.isalnum() else f"\\{letter}"
