"""The administrator's screens of the catalogue, «Agregar cliente», and what the register form asks while typing."""

from urllib.parse import urlencode

from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.generic import FormView
from django_filters.views import FilterView

from casework.catalogue import actions
from casework.catalogue.filters import CustomerFilter, ProductFilter
from casework.catalogue.forms import (
    ContactForm,
    CustomerForm,
    LoteForm,
    NewContactForm,
    NewCustomerForm,
    NewProductForm,
    ProductForm,
)
from casework.catalogue.models import Contact, Customer, Lote, Product
from casework.catalogue.permissions import check_adds_customers, check_keeps_catalogue, check_looks_up
from casework.catalogue.queries import customers_like, lotes_like, products_like
from casework.people.permissions import sees_customer_data
from casework.rules import says_yes
from casework.web.screens import Screen, VerbMixin, found


# --- While somebody types ---------------------------------------------------------------------------------------------
class Options(Screen, View):
    """Suggestions as JSON: `[{id, text, detail, …}]`, what static/js/autocomplete.js reads."""

    abstract = True

    def get(self, request):
        """At most ten."""
        return JsonResponse(self.suggestions(request.GET.get("q", "")[:100]), safe=False)


class CustomerOptions(Options):
    """Customers by name, key or city, with the contact to propose; contact data only for who may read it."""

    permission = check_looks_up

    def suggestions(self, text):
        """See `queries.customers_like`."""
        in_full = sees_customer_data(self.request.user)
        return [_customer_option(row, in_full=in_full) for row in customers_like(text)]


class ProductOptions(Options):
    """Products by name, key or line."""

    permission = check_looks_up

    def suggestions(self, text):
        """See `queries.products_like`."""
        return [
            {"id": row.pk, "text": row.name, "detail": _joined(row.key, row.line), "name": row.name, "key": row.key}
            for row in products_like(text)
        ]


class LoteOptions(Options):
    """Lotes by their beginning, of one product if it is said."""

    permission = check_looks_up

    def suggestions(self, text):
        """See `queries.lotes_like`."""
        product = self.request.GET.get("product", "")
        product_id = int(product) if product.isascii() and product.isdigit() and len(product) < 18 else None
        return [
            {
                "id": row.pk,
                "text": row.number,
                "detail": row.product.name if product_id is None else "",
                "number": row.number,
                "product": row.product_id,
            }
            for row in lotes_like(text, product_id=product_id)
        ]


def _customer_option(row, *, in_full):
    first = next(iter(row.active_contacts), None) if in_full else None
    contact = first and {"id": first.pk, "name": first.name, "email": first.email, "phone": first.phone}
    return {
        "id": row.pk,
        "text": row.name,
        "detail": _joined(row.key, row.city),
        "name": row.name,
        "key": row.key,
        "city": row.city,
        "contact": contact,
    }


def _joined(*words):
    return " · ".join(word for word in words if word)


# --- Customers --------------------------------------------------------------------------------------------------------
class CatalogueList(Screen, FilterView):
    """A list of the catalogue."""

    abstract = True
    permission = check_keeps_catalogue
    paginate_by = 25

    def get_filterset_kwargs(self, filterset_class):
        """Bound even without a filter in the address, so that only what is in use is shown."""
        return super().get_filterset_kwargs(filterset_class) | {"data": self.request.GET}

    def get_context_data(self, **kwargs):
        """Whether a filter is on."""
        on = any(self.request.GET.get(name) for name in self.filterset_class.base_filters)
        return super().get_context_data(**kwargs) | {"filter_is_on": on}


class CustomerList(CatalogueList):
    """Customers."""

    filterset_class = CustomerFilter
    queryset = Customer.objects.order_by("search_name", "pk")
    template_name = "catalogue/customers.html"


class AddCustomer(Screen, VerbMixin, FormView):
    """A customer who calls for the first time. `?next=` brings back to the form that was being filled."""

    permission = check_adds_customers
    form_class = NewCustomerForm
    template_name = "catalogue/add_customer.html"

    def get_initial(self):
        """What was typed in the search that found nobody."""
        return {"name": self.request.GET.get("name", "")[:160]}

    def back(self):
        """The page that sent here, if it is ours."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""

    def act(self, form):
        """Add."""
        return actions.add_customer(**form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """The key that it was given."""
        return f"Se agregó el cliente {self.result} con la clave {self.result.key}."

    def get_success_url(self):
        """Back, with the customer chosen; else the catalogue, for whoever keeps it."""
        back = self.back()
        if back:
            return f"{back}{'&' if '?' in back else '?'}{urlencode({'customer': self.result.pk})}"
        if says_yes(check_keeps_catalogue, self.request.user):
            return reverse("catalogue:customer", args=[self.result.pk])
        return reverse("my_day")

    def get_context_data(self, **kwargs):
        """Where «Volver» leads."""
        back = self.back()
        keeps = says_yes(check_keeps_catalogue, self.request.user)
        away = back or reverse("catalogue:customers" if keeps else "my_day")
        return super().get_context_data(**kwargs) | {"next": back, "away": away}


class CustomerScreen(Screen):
    """What the screens about one customer share."""

    permission = check_keeps_catalogue

    def customer(self):
        """The only way these screens obtain a customer."""
        if not hasattr(self, "_customer"):
            self._customer = found(Customer.objects.prefetch_related("contacts"), pk=self.kwargs["pk"])
        return self._customer

    def get_context_data(self, **kwargs):
        """The customer on every page about it."""
        return super().get_context_data(**kwargs) | {"customer": self.customer()}

    def get_success_url(self):
        """The customer's page."""
        return reverse("catalogue:customer", args=[self.customer().pk])


class CustomerDetail(CustomerScreen, VerbMixin, FormView):
    """A customer with its contacts."""

    form_class = CustomerForm
    template_name = "catalogue/customer.html"
    success_message = "Los datos del cliente quedaron guardados."

    def get_initial(self):
        """As it is now."""
        row = self.customer()
        return {"name": row.name, "city": row.city, "key": row.key, "active": row.active}

    def act(self, form):
        """Correct."""
        return actions.correct_customer(self.customer(), **form.cleaned_data, by=self.request.user, at=timezone.now())


class AddContact(CustomerScreen, VerbMixin, FormView):
    """Someone else at the customer."""

    form_class = NewContactForm
    template_name = "catalogue/contact.html"
    success_message = "Se agregó el contacto."

    def act(self, form):
        """Add."""
        return actions.add_contact(self.customer(), **form.cleaned_data, by=self.request.user, at=timezone.now())


class EditContact(CustomerScreen, VerbMixin, FormView):
    """A contact that is there already."""

    form_class = ContactForm
    template_name = "catalogue/contact.html"
    success_message = "Los datos del contacto quedaron guardados."

    def contact(self):
        """Of this customer, or 404."""
        return found(Contact.objects.filter(customer=self.customer()), pk=self.kwargs["contact"])

    def get_initial(self):
        """As it is now."""
        row = self.contact()
        return {"name": row.name, "email": row.email, "phone": row.phone, "active": row.active}

    def act(self, form):
        """Correct."""
        return actions.correct_contact(self.contact(), **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_context_data(self, **kwargs):
        """Whose."""
        return super().get_context_data(**kwargs) | {"contact": self.contact()}


# --- Products and lotes -----------------------------------------------------------------------------------------------
class ProductList(CatalogueList):
    """Products."""

    filterset_class = ProductFilter
    queryset = Product.objects.order_by("search_name", "pk")
    template_name = "catalogue/products.html"


class AddProduct(Screen, VerbMixin, FormView):
    """A product that is not there yet."""

    permission = check_keeps_catalogue
    form_class = NewProductForm
    template_name = "catalogue/add_product.html"

    def act(self, form):
        """Add."""
        return actions.add_product(**form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """Said once."""
        return f"Se agregó el producto {self.result}."

    def get_success_url(self):
        """The product's page, where its lotes are added."""
        return reverse("catalogue:product", args=[self.result.pk])


class ProductScreen(Screen):
    """What the screens about one product share."""

    permission = check_keeps_catalogue

    def product(self):
        """The only way these screens obtain a product."""
        if not hasattr(self, "_product"):
            self._product = found(Product.objects.all(), pk=self.kwargs["pk"])
        return self._product

    def get_context_data(self, **kwargs):
        """The product on every page about it."""
        return super().get_context_data(**kwargs) | {"product": self.product()}

    def get_success_url(self):
        """The product's page."""
        return reverse("catalogue:product", args=[self.product().pk])


class ProductDetail(ProductScreen, VerbMixin, FormView):
    """A product with its newest lotes."""

    form_class = ProductForm
    template_name = "catalogue/product.html"
    success_message = "Los datos del producto quedaron guardados."
    lotes_shown = 50

    def get_initial(self):
        """As it is now."""
        row = self.product()
        return {"key": row.key, "name": row.name, "line": row.line, "active": row.active}

    def act(self, form):
        """Correct."""
        return actions.correct_product(self.product(), **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_context_data(self, **kwargs):
        """The newest lotes, found by their beginning when there are many."""
        text = self.request.GET.get("lote", "")[:40]
        lotes = Lote.objects.filter(product=self.product()).starting_with(text)
        return super().get_context_data(**kwargs) | {
            "lotes": lotes[: self.lotes_shown],
            "lotes_shown": self.lotes_shown,
            "lote_text": text,
        }


class AddLote(ProductScreen, VerbMixin, FormView):
    """A batch of the product."""

    form_class = LoteForm
    template_name = "catalogue/lote.html"
    success_message = "Se agregó el lote."

    def act(self, form):
        """Add."""
        return actions.add_lote(self.product(), **form.cleaned_data, by=self.request.user, at=timezone.now())


class EditLote(ProductScreen, VerbMixin, FormView):
    """A batch that is there already."""

    form_class = LoteForm
    template_name = "catalogue/lote.html"
    success_message = "Los datos del lote quedaron guardados."

    def lote(self):
        """Of this product, or 404."""
        return found(Lote.objects.filter(product=self.product()), pk=self.kwargs["lote"])

    def get_initial(self):
        """As it is now."""
        row = self.lote()
        return {"number": row.number, "made_on": row.made_on}

    def act(self, form):
        """Correct."""
        return actions.correct_lote(self.lote(), **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_context_data(self, **kwargs):
        """Which."""
        return super().get_context_data(**kwargs) | {"lote": self.lote()}
