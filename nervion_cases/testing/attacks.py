"""What hostile people type, and every form of the project to type it into."""

import pytest
from django.db import transaction
from django.urls import resolve, reverse
from django.utils import timezone

from complaints.stages import Stage
from coordination import actions as coordination
from nervion_cases.testing.forms_of_pages import forms_of
from nervion_cases.testing.situations import complaint_at, request_of
from nervion_cases.testing.test_access import COLUMNS, MATRIX, browsers_of, let_go, make_world

URLENCODED = "application/x-www-form-urlencoded"
FAR = "2035-01-01T00:00:00Z"
MARKUP = "\"><img src=x onerror=alert(1)></textarea><script>alert('x')</script>{{7*7}}{% debug %}${7*7}"
RAW = ("<img src=x", "<script>alert(")
UNUSUAL = "Z͑ͫ̓ͪ̂ͫ̽a͎̜l͖͉̗g̉o \u202egnirts\u202c 🎨🧑🏽‍🔬 \u200b \U0001f9ff ﷽ ñÑ ＝１"
LINES = "a\r\n" * 10_000
MEGABYTE = "decoloración " * 80_000
ODD_VALUES = (
    "9" * 50,
    "-1",
    "1e400",
    "NaN",
    "31/12/9999 23:59",
    "01/01/0001",
    "30/02/2026",
    "2026-01-01T00:00:00+25:00",
    "' OR 1=1--",
)


class Attacks:
    """A world with every form of it on some page, and what went wrong when they were attacked."""

    def __init__(self, cast):
        self.world, self.browsers, self.wrong, self.reached = make_world(cast), browsers_of(cast), [], set()
        self.pages = [*self.of_the_matrix(), *self.of_other_stages(cast)]
        self.forms = list(self.read())

    def of_the_matrix(self):
        for name, (what, own, _other) in MATRIX.items():
            yield COLUMNS[own.index("v")], reverse(name, kwargs=self.world.own[what])

    def of_other_stages(self, cast):
        def step(name, complaint):
            return reverse(f"complaints:{name}", args=[complaint.folio])

        answered = complaint_at(Stage.ANSWERED, cast=cast)
        yield "ana", step("confirm", complaint_at(Stage.TO_CONFIRM, cast=cast))
        yield "ana", step("acknowledge", complaint_at(Stage.REGISTERED, cast=cast))
        yield "ana", step("conformity", answered)
        yield "beto", step("investigate_again", answered)
        yield "beto", step("reopen", complaint_at(Stage.CLOSED, cast=cast))
        yield "ana", step("answer", complaint_at(Stage.RULED, cast=cast))
        yield "beto", reverse("complaints:answer", kwargs=self.world.own["ruled"])
        request = request_of(complaint_at(Stage.CHANNELLED, cast=cast))
        coordination.reroute(request, reason="No.", by=cast.carla, at=timezone.now())
        yield "beto", reverse("coordination:assign", args=[request.folio])
        for name, kwargs in (
            ("worktime:propose_day_off", {}),
            ("worktime:propose_version", {"key": "jornada"}),
            ("deadlines:propose_rule", {"key": "acknowledgement"}),
        ):
            yield "beto", reverse(name, kwargs=kwargs)

    def read(self):
        """Every form once; a form without fields is a button and has nothing to type."""
        seen = set()
        for who, url in self.pages:
            page = self.browsers[who].get(url)
            if page.status_code == 200 and "html" in page["Content-Type"]:
                for form in forms_of(url, page.content.decode()):
                    view = resolve(form.action.partition("?")[0]).func
                    self.reached.add(getattr(view, "view_class", view).__name__)
                    key = (view, tuple(sorted(form.kinds)))
                    if form.kinds and key not in seen:
                        seen.add(key)
                        yield who, form
            let_go(page)

    def send(self, who, form, data, *, probe=None, **other):
        """A POST whose effects are undone, and the page where it leads. `probe` looks at the database before that."""
        with transaction.atomic():
            response = self.browsers[who].post(form.action, data, **other)
            page = ""
            if response.status_code == 302:
                there = self.browsers[who].get(response.url)
                page = there.content.decode("utf-8", "replace")
                if there.status_code >= 400 or "<h1" not in page:
                    self.note(there.status_code, form, f"then {response.url}")
                let_go(there)
            elif "html" in response.get("Content-Type", ""):
                page = response.content.decode()
            if probe:
                probe()
            transaction.set_rollback(True)
        return response, page

    def note(self, problem, form, what):
        self.wrong.append(f"{form.action}: {problem} ({what})")

    def report(self):
        if self.wrong:
            pytest.fail("\n".join(self.wrong), pytrace=False)
