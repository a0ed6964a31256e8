"""Ajustes: the promises, from when each holds and on which calendar; one example under both readings (product §4)."""

from datetime import timedelta

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from casework.deadlines import rules
from casework.deadlines.models import PromiseKey, PromiseRule, Unit
from casework.deadlines.settings_forms import ProposeRuleForm, SwitchForm
from casework.deadlines.settings_queries import (
    EXAMPLE_PROMISE,
    EXAMPLE_RECEIVED,
    calendar_rows,
    example,
    promises,
)
from casework.deadlines.views import promised_words
from casework.people.permissions import check_approves_settings, check_proposes_settings, check_reads_settings
from casework.rules import reason, says_yes
from casework.web.screens import Screen, VerbMixin, VerbView, found


def words_of(rule):
    """«en menos de 24 horas hábiles (MPC-SER-002 §3)»."""
    return promised_words({name: getattr(rule, name) for name in ("unit", "amount", "strict", "clause")})


class Settings(Screen, TemplateView):
    """Every promise, and the example."""

    permission = check_reads_settings
    template_name = "settings/promises.html"

    def get_context_data(self, **kwargs):
        """What is in force, what is to come, and who may do what."""
        person, today = self.request.user, timezone.localdate()
        told = promises(day=today)
        approves = says_yes(check_approves_settings, person)
        for promise in told:
            for rule in promise.rules:
                rule.words = words_of(rule)
            for rule in promise.waiting:
                may, can = (rules.check_may_approve, person, rule), (rules.check_can_approve, rule)
                rule.why_not = reason(*may) or reason(*can, day=today)
                rule.may_withdraw = approves or rule.proposed_by_id == person.pk
        shown = next(promise for promise in told if promise.key == EXAMPLE_PROMISE)
        rows = calendar_rows()
        other = next((row for row in rows if shown.now and row != shown.now.calendar), None)
        may_propose = says_yes(check_proposes_settings, person)
        switch_form = other and SwitchForm(initial={"holds_from": _next_month(today), "calendar": other})
        return super().get_context_data(**kwargs) | {
            "promises": told,
            "example": example(shown.now, rows) if shown.now else [],
            "example_promise": shown,
            "received": EXAMPLE_RECEIVED,
            "other_calendar": other,
            "switch_form": switch_form,
            "may_propose": may_propose,
            "today": today,
        }


def _next_month(day):
    """The first of the next month: a change is easier to remember on it."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


class PromiseScreen(Screen):
    """What the screens about one promise share."""

    permission = check_proposes_settings

    def rule(self):
        """The rule of today of the promise in the address, or 404."""
        if not hasattr(self, "_rule"):
            if self.kwargs["key"] not in PromiseKey.values:
                raise Http404
            self._rule = PromiseRule.objects.select_related("calendar").in_force(self.kwargs["key"], timezone.now())
        return self._rule

    def get_success_url(self):
        """The page of the promises."""
        return reverse("deadlines:settings")


class ProposeRule(PromiseScreen, VerbMixin, FormView):
    """Another amount or another calendar, from a date on."""

    form_class = ProposeRuleForm
    template_name = "settings/propose_rule.html"

    def get_form_kwargs(self):
        """The form follows the unit of the promise."""
        return super().get_form_kwargs() | {"rule": self.rule()}

    def get_initial(self):
        """As it is today."""
        return {
            "amount": self.rule().amount,
            "calendar": self.rule().calendar_id,
            "holds_from": _next_month(timezone.localdate()),
        }

    def act(self, form):
        """Propose."""
        return rules.propose_rule(self.rule().key, **form.cleaned_data, by=self.request.user, at=timezone.now())

    def get_success_message(self):
        """Who must say yes."""
        return f"La propuesta rige desde el {self.result.holds_from:%d/%m/%Y} si Dirección Comercial la aprueba antes."

    def get_context_data(self, **kwargs):
        """Which promise, and how it reads today."""
        rule = self.rule()
        label = rule.get_key_display()
        return super().get_context_data(**kwargs) | {
            "rule": rule,
            "label": label[0].upper() + label[1:],
            "words": words_of(rule),
            "natural": rule.unit == Unit.NATURAL_DAYS,
        }


class SwitchCalendar(PromiseScreen, VerbMixin, FormView):
    """The one-click change of the example: the same promise on the other calendar, from a date on."""

    http_method_names = ["post", "options"]
    form_class = SwitchForm
    template_name = "settings/switch.html"

    def act(self, form):
        """Propose."""
        return rules.propose_rule(
            self.rule().key, amount=self.rule().amount, **form.cleaned_data, by=self.request.user, at=timezone.now()
        )

    def get_success_message(self):
        """Who must say yes."""
        return (
            f"Se propuso contar en «{self.result.calendar}» desde el {self.result.holds_from:%d/%m/%Y}. "
            "Falta que Dirección Comercial lo apruebe."
        )

    def get_context_data(self, **kwargs):
        """Which promise, and onto which calendar."""
        calendar = getattr(kwargs["form"], "cleaned_data", {}).get("calendar")
        return super().get_context_data(**kwargs) | {"rule": self.rule(), "calendar": calendar}


class RuleButton(VerbView):
    """A button on a proposal."""

    abstract = True

    def rule(self):
        """The proposal, or 404."""
        return found(PromiseRule.objects.all(), pk=self.kwargs["pk"])

    def back(self):
        """The page of the promises."""
        return reverse("deadlines:settings")


class ApproveRule(RuleButton):
    """Dirección Comercial says yes."""

    permission = check_approves_settings

    def act(self):
        """Approve."""
        rule = rules.approve_rule(self.rule(), by=self.request.user, at=timezone.now())
        return f"Aprobada: rige desde el {rule.holds_from:%d/%m/%Y} para los casos que se abran desde entonces."


class WithdrawRule(RuleButton):
    """The proposal is taken back."""

    permission = check_reads_settings

    def act(self):
        """Withdraw."""
        rules.withdraw_rule(self.rule(), by=self.request.user, at=timezone.now())
        return "La propuesta se retiró."
