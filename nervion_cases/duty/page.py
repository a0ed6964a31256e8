"""`/guardia/`: how the machine room is, for a person: in words, with what to do. Of the cases, only how many."""

from django.urls import reverse
from django.views.generic import TemplateView

from casework.deadlines.models import PromiseKey
from casework.mail.incidents import check_may_attend
from casework.people.permissions import check_has_role
from casework.people.roles import Role
from casework.records.models import CaseKind
from casework.rules import says_yes
from casework.web.faces import count
from casework.web.screens import Screen
from nervion_cases.duty.facts import everything, gathered
from nervion_cases.duty.parts import State, parts

EVERY_SECONDS = 30
TURNS = 50  # then it rests: a page left open must not keep a session alive for the whole day
TURN = "vuelta"

KINDS = {CaseKind.COMPLAINT: "Quejas y reclamaciones", CaseKind.REQUEST: "Solicitudes entre áreas"}


def check_is_on_duty(person):
    """The administrator looks after the system; the coordinator after what it could not settle by itself."""
    check_has_role(person, Role.ADMINISTRATOR, Role.COORDINATOR)


class Duty(Screen, TemplateView):
    """Every part with its state, since when, and what to do; the numbers below."""

    permission = check_is_on_duty
    template_name = "duty/page.html"

    def get_context_data(self, **kwargs):
        """What is wrong comes first, so that it is seen on a telephone without scrolling."""
        facts = gathered(everything())
        watched = sorted(parts(facts), key=lambda part: -part.state)
        return super().get_context_data(
            parts=watched,
            verdict=verdict(watched),
            worst=max(part.state for part in watched).name.lower(),
            numbers=numbers(facts),
            now=facts.pulse.now,
            incidents_url=reverse("mail:incidents") if says_yes(check_may_attend, self.request.user) else "",
            refreshes=self.turn() is not None,
            **kwargs,
        )

    def render_to_response(self, context, **response_kwargs):
        """The browser asks again by itself, for a while."""
        response = super().render_to_response(context, **response_kwargs)
        if (turn := self.turn()) is not None:
            response.headers["Refresh"] = f"{EVERY_SECONDS}; url={self.request.path}?{TURN}={turn + 1}"
        return response

    def turn(self):
        """How many times it was asked by itself already; None once that is over or was stopped."""
        said = self.request.GET.get(TURN, "0")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 4 and int(said) < TURNS else None


def verdict(watched):
    """The sentence under the title."""
    bad = sum(part.state is State.BAD for part in watched)
    care = sum(part.state is State.CARE for part in watched)
    if bad:
        return f"Hay {count(bad, 'cosa que está mal', 'cosas que están mal')}. Empiece por la primera."
    if care:
        return f"Todo funciona; hay {count(care, 'cosa que pide', 'cosas que piden')} atención."
    return "Todo está bien. No hay nada que hacer."


def numbers(facts):
    """Rows of a table: what, how many, how many of them overdue."""
    counts = facts.counts
    for kind, name in KINDS.items():
        yield (f"{name} sin terminar", *counts.cases[kind])
    for key in PromiseKey:
        yield (f"Plazos: {key.label}", *counts.deadlines[key])
