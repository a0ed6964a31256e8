"""«¿Por qué vence entonces?», for whoever may see the case."""

from datetime import datetime

from django.views.generic import TemplateView

from casework.deadlines.models import Deadline, Unit
from casework.deadlines.running import derivation
from casework.moment import PLANT
from casework.records.models import CaseFile
from casework.web.faces import count, date_and_time, limit_parts
from casework.web.screens import ANYONE, Screen, found


def deadline_for(person, pk):
    """The only way a screen obtains a deadline: through a case that the person may see."""
    visible = CaseFile.objects.visible_to(person).values("pk")
    return found(Deadline.objects.filter(case_file__in=visible).select_related("case_file"), pk=pk)


class Explain(Screen, TemplateView):
    """The derivation of a deadline, line by line; a fragment where a page asks for it in place."""

    permission = ANYONE

    def get_template_names(self):
        """The lines alone for htmx, else the page."""
        return ["deadlines/_derivation.html" if self.request.htmx else "deadlines/explain.html"]

    def get_context_data(self, **kwargs):
        """The photographed rule, sentences and steps."""
        deadline = deadline_for(self.request.user, self.kwargs["pk"])
        derived = derivation(deadline)
        return super().get_context_data(
            deadline=deadline,
            case_file=deadline.case_file,
            promised=promised_words(deadline.rule),
            sentences=derived["sentences"],
            steps=[_step(step) for step in derived["steps"]],
            natural=deadline.rule["unit"] == Unit.NATURAL_DAYS,
            extensions=deadline.extensions.select_related("by").order_by("at"),
            **kwargs,
        )


def promised_words(rule):
    """«en menos de 24 horas hábiles (MPC-SER-002 §3)»."""
    if rule["unit"] == Unit.NATURAL_DAYS:
        words = f"dentro de {count(rule['amount'], 'día natural', 'días naturales')}"
    else:
        words = count(rule["amount"], "hora hábil", "horas hábiles")
        words = f"en menos de {words}" if rule["strict"] else f"dentro de {words}"
    return f"{words} ({rule['clause']})"


def _step(step):
    since, until = (datetime.fromisoformat(step[name]).astimezone(PLANT) for name in ("from", "to"))
    hours, rest = divmod(step["seconds"], 3600)
    minutes, seconds = divmod(rest, 60)
    words = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else ""]
    return {
        "why": step["why"],
        "since": date_and_time(since),
        "until": "{:%d/%m/%Y} {}".format(*limit_parts(until)),
        "counts": " ".join(word for word in words if word),
        "kind": step["kind"],
    }
