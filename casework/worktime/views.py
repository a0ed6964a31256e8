"""Ajustes: the calendars, their hours and the days that are not worked."""

from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from casework.people.permissions import check_approves_settings, check_proposes_settings, check_reads_settings
from casework.rules import reason, says_yes
from casework.web.screens import Screen, VerbMixin, VerbView, found
from casework.worktime import actions
from casework.worktime.forms import DayOffForm, ProposeVersionForm
from casework.worktime.models import Calendar, CalendarVersion, DayOff, Origin
from casework.worktime.policies import check_can_approve, check_may_approve, starts_on
from casework.worktime.queries import (
    calendars_told,
    days_off,
    days_off_waiting,
    version_in_force,
    week_fields,
    years,
)


class Calendars(Screen, TemplateView):
    """Each calendar with its week, and the days off of a year."""

    permission = check_reads_settings
    template_name = "settings/calendars.html"

    def year(self, first, last):
        """The year of the address, if the table knows it; else this one."""
        asked, this = self.request.GET.get("anio", ""), timezone.localdate().year
        year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this
        return year if first is None or first <= year <= last else this

    def get_context_data(self, **kwargs):
        """Calendars, proposals, days off of the year, and who may do what."""
        person, today = self.request.user, timezone.localdate()
        told, waiting = calendars_told(day=today), list(days_off_waiting())
        approves = says_yes(check_approves_settings, person)
        for row in [*waiting, *(version for one in told for version in one.waiting)]:
            may, can = (check_may_approve, person, row), (check_can_approve, row)
            row.why_not = reason(*may) or reason(*can, today=today)
            row.may_withdraw = approves or row.proposed_by_id == person.pk
        first, last = years()
        year = self.year(first, last)
        return super().get_context_data(**kwargs) | {
            "calendars": told,
            "days_waiting": waiting,
            "days_off": days_off(year),
            "year": year,
            "year_before": year - 1 if first is not None and first < year else None,
            "year_after": year + 1 if last is not None and year < last else None,
            "may_propose": says_yes(check_proposes_settings, person),
        }


class ProposeVersion(Screen, VerbMixin, FormView):
    """Another week for a calendar, from a date on."""

    permission = check_proposes_settings
    form_class = ProposeVersionForm
    template_name = "settings/propose_version.html"

    def calendar(self):
        """The only way this screen obtains a calendar."""
        if not hasattr(self, "_calendar"):
            self._calendar = found(Calendar.objects.all(), key=self.kwargs["key"])
        return self._calendar

    def get_initial(self):
        """The week of today, to be changed."""
        version = version_in_force(self.calendar(), day=timezone.localdate())
        return {f"day_{day}": hours for day, hours in week_fields(version).items()}

    def act(self, form):
        """Propose."""
        return actions.propose_version(self.calendar(), **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """Who must say yes."""
        return "La versión quedó propuesta. Cuenta cuando Dirección Comercial la aprueba."

    def get_success_url(self):
        """The page of the calendars."""
        return reverse("worktime:calendars")

    def get_context_data(self, **kwargs):
        """Which calendar."""
        return super().get_context_data(**kwargs) | {"calendar": self.calendar()}


class ProposeDayOff(Screen, VerbMixin, FormView):
    """A day that some calendars do not work."""

    permission = check_proposes_settings
    form_class = DayOffForm
    template_name = "settings/day_off.html"

    def get_initial(self):
        """As a rule nobody works on it."""
        return {"origin": Origin.COMPANY, "calendars": Calendar.objects.all()}

    def act(self, form):
        """Propose."""
        return actions.propose_day_off(**form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """Who must say yes."""
        return (
            f"El {self.result.day:%d/%m/%Y} quedó propuesto como inhábil. Cuenta cuando Dirección Comercial lo aprueba."
        )

    def get_success_url(self):
        """The year of that day."""
        return f"{reverse('worktime:calendars')}?anio={self.result.day.year}"


class ReviewButton(VerbView):
    """A button on something that waits for a yes."""

    abstract = True
    models = {"versiones": CalendarVersion, "inhabiles": DayOff}

    def row(self):
        """The proposal, or 404."""
        return found(self.models[self.kwargs["what"]].objects.all(), pk=self.kwargs["pk"])

    def back(self):
        """The page of the calendars."""
        return reverse("worktime:calendars")


class Approve(ReviewButton):
    """Dirección Comercial says yes."""

    permission = check_approves_settings

    def act(self):
        """Approve."""
        row = actions.approve(self.row(), by=self.request.user, at=timezone.now())
        return f"Aprobado: cuenta desde el {starts_on(row):%d/%m/%Y}. Los plazos que ya corren no se mueven solos."


class Withdraw(ReviewButton):
    """The proposal is taken back."""

    permission = check_reads_settings

    def act(self):
        """Withdraw."""
        actions.withdraw(self.row(), by=self.request.user, at=timezone.now())
        return "La propuesta se retiró."
