"""The administrator's screens of people and departments."""

from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView
from django_filters.views import FilterView

from casework.people import actions
from casework.people.filters import PeopleFilter
from casework.people.forms import HeadForm, InviteForm, PersonForm, SubstituteForm
from casework.people.models import Substitute
from casework.people.permissions import check_manages_people
from casework.people.policies import check_can_deactivate
from casework.people.queries import departments, people
from casework.people.roles import Role
from casework.rules import reason
from casework.web.screens import Screen, VerbMixin, VerbView, found


class PeopleList(Screen, FilterView):
    """Who works here and what each may do."""

    permission = check_manages_people
    filterset_class = PeopleFilter
    template_name = "people/list.html"
    paginate_by = 25

    def get_filterset_kwargs(self, filterset_class):
        """Bound even without a filter in the address, so that only what is in use is shown."""
        return super().get_filterset_kwargs(filterset_class) | {"data": self.request.GET}

    def get_queryset(self):
        """By name, department and roles in the same query."""
        return people().order_by("first_name", "last_name", "pk")

    def get_context_data(self, **kwargs):
        """Roles in words; whether a filter is on."""
        context = super().get_context_data(**kwargs)
        for person in context["page_obj"]:
            person.role_labels = role_labels(person)
        return context | {"filter_is_on": any(self.request.GET.get(name) for name in PeopleFilter.base_filters)}


class Invite(Screen, VerbMixin, FormView):
    """A person who is not here yet."""

    permission = check_manages_people
    form_class = InviteForm
    template_name = "people/invite.html"

    def act(self, form):
        """Invite."""
        return actions.invite(**form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """Where the letter went."""
        return (
            f"Se invitó a {self.result}. El enlace para elegir su contraseña va a {self.result.email} y sirve 7 días."
        )

    def get_success_url(self):
        """The new person's page."""
        return reverse("people:detail", args=[self.result.pk])


class PersonScreen(Screen):
    """What the screens about one person share."""

    permission = check_manages_people

    def person(self):
        """The only way these screens obtain a person."""
        if not hasattr(self, "_person"):
            self._person = found(people(), pk=self.kwargs["pk"])
        return self._person


class PersonDetail(PersonScreen, VerbMixin, FormView):
    """A person's name, department and posts, and the account's state."""

    form_class = PersonForm
    template_name = "people/detail.html"

    def get_initial(self):
        """As it is now."""
        person = self.person()
        return {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "department": person.department,
            "roles": sorted(person.roles),
            "reads_until": person.reads_until,
        }

    def act(self, form):
        """Place the person."""
        return actions.place(self.person(), **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """Said once."""
        return f"Los datos de {self.result} quedaron guardados."

    def get_success_url(self):
        """The same page."""
        return reverse("people:detail", args=[self.person().pk])

    def get_context_data(self, **kwargs):
        """Why the account may not be closed now, if so."""
        person = self.person()
        why_not = (
            reason(check_can_deactivate, person, by=self.request.user, day=timezone.localdate())
            if person.is_active
            else ""
        )
        return super().get_context_data(**kwargs) | {
            "person_shown": person,
            "role_labels": role_labels(person),
            "why_not_deactivate": why_not,
        }


class Reinvite(PersonScreen, VerbView):
    """Send the link again."""

    def act(self):
        """Send."""
        actions.send_invitation(self.person(), by=self.request.user, at=timezone.now())
        return f"Se envió otra invitación a {self.person().email}. La anterior ya no sirve."

    def back(self):
        """The person's page."""
        return reverse("people:detail", args=[self.person().pk])


class Deactivate(PersonScreen, VerbView):
    """Close the account."""

    def act(self):
        """Close."""
        actions.deactivate(self.person(), by=self.request.user, at=timezone.now())
        return f"{self.person()} ya no puede entrar. Lo que hizo queda en los expedientes."

    def back(self):
        """The person's page."""
        return reverse("people:detail", args=[self.person().pk])


class Reactivate(PersonScreen, VerbView):
    """Open the account again."""

    def act(self):
        """Open."""
        actions.reactivate(self.person(), by=self.request.user, at=timezone.now())
        return f"{self.person()} puede entrar de nuevo."

    def back(self):
        """The person's page."""
        return reverse("people:detail", args=[self.person().pk])


class DepartmentList(Screen, TemplateView):
    """Each department with who heads it and who stands in."""

    permission = check_manages_people
    template_name = "people/departments.html"

    def get_context_data(self, **kwargs):
        """Every department; there are thirteen."""
        today = timezone.localdate()
        return super().get_context_data(**kwargs) | {"departments": departments(day=today), "today": today}


class DepartmentScreen(Screen):
    """What the screens about one department share."""

    permission = check_manages_people

    def department(self):
        """The only way these screens obtain a department."""
        if not hasattr(self, "_department"):
            self._department = found(departments(day=timezone.localdate()), code=self.kwargs["code"])
        return self._department

    def get_context_data(self, **kwargs):
        """The department on every page about it."""
        return super().get_context_data(**kwargs) | {"department": self.department(), "today": timezone.localdate()}

    def get_success_url(self):
        """The list."""
        return reverse("people:departments")


class SetHead(DepartmentScreen, VerbMixin, FormView):
    """Who heads a department."""

    form_class = HeadForm
    template_name = "people/head.html"

    def get_initial(self):
        """The head of today."""
        return {"person": self.department().head}

    def act(self, form):
        """Name the head."""
        return actions.set_head(
            self.department(), person=form.cleaned_data["person"], by=self.request.user, at=timezone.now()
        )

    def get_success_message(self):
        """Who answers now."""
        return f"{self.result.head} encabeza {self.result}."


class NameSubstitute(DepartmentScreen, VerbMixin, FormView):
    """Who answers while the head is away."""

    form_class = SubstituteForm
    template_name = "people/substitute.html"

    def act(self, form):
        """Name the substitute."""
        return actions.name_substitute(self.department(), **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """Between which days."""
        return f"{self.result}."


class EndSubstitute(VerbView):
    """The head answers again."""

    permission = check_manages_people

    def act(self):
        """End it."""
        substitute = found(Substitute.objects.select_related("department", "person"), pk=self.kwargs["pk"])
        actions.end_substitute(substitute, by=self.request.user, at=timezone.now())
        return f"La suplencia de {substitute.person} en {substitute.department} terminó."

    def back(self):
        """The list."""
        return reverse("people:departments")


def role_labels(person):
    """The posts of a person in words, in the order of product §1."""
    return [role.label for role in Role if role in person.roles]
