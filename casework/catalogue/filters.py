"""Finding rows of the catalogue; the filters live in the address."""

import django_filters

from casework.catalogue.models import Customer, Product


class CatalogueFilter(django_filters.FilterSet):
    """By what is typed and whether the row is in use."""

    q = django_filters.CharFilter(label="Nombre, clave o ciudad", method="by_text")
    active = django_filters.ChoiceFilter(
        label="Estado", choices=[("no", "Inactivos"), ("all", "Todos")], empty_label="Activos", method="by_state"
    )

    def filter_queryset(self, queryset):
        """Without a word about it, only rows in use."""
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("active") else queryset.filter(active=True)

    def by_text(self, queryset, name, value):
        """As the register form finds them."""
        return queryset.called(value)

    def by_state(self, queryset, name, value):
        """Rows out of use, or both."""
        return queryset.filter(active=False) if value == "no" else queryset


class CustomerFilter(CatalogueFilter):
    """Customers."""

    class Meta:
        model = Customer
        fields = []


class ProductFilter(CatalogueFilter):
    """Products."""

    q = django_filters.CharFilter(label="Nombre, clave o línea", method="by_text")

    class Meta:
        model = Product
        fields = []
