"""Correcting what was registered wrong (product §2), without losing what two people wrote at once (trust §3, F27)."""

from copy import copy
from dataclasses import dataclass

from django.utils import timezone

from casework.moment import PLANT
from casework.web.screens import ANYONE
from complaints import actions, permissions, policies
from complaints.actions.intake import CORRECTABLE
from complaints.doors import complaint_for
from complaints.forms.steps import CorrectionForm
from complaints.models import Complaint
from complaints.views.stepping import StepView


@dataclass
class Difference:
    """A field that somebody else changed while this person was writing."""

    name: str
    label: str
    mine: str
    theirs: str
    both: bool  # this person changed it as well


class CorrectView(StepView):
    """The register as it is, with a reason for what changes; the old value stays readable."""

    permission = ANYONE  # whose case it is decides: check_may
    policy = policies.check_not_over
    form_class = CorrectionForm
    template_name = "complaints/steps/correction.html"
    title = "Corregir el registro"
    purpose = "Cambie solo lo que se registró mal. Lo que decía antes sigue a la vista en el resumen."
    clause = "MPC-SER-002 §5.2"
    button = "Guardar corrección"

    def check_may(self, person):
        """The coordinator any; an executive his or her own."""
        permissions.check_may_correct(person, self.complaint)

    def get_form_kwargs(self):
        """A copy, so that the form never touches what the rest of the page shows."""
        return super().get_form_kwargs() | {"instance": copy(self.complaint)}

    def get_initial(self):
        """The version that is on the screen."""
        return {"version": self.complaint.case_file.version}

    def act(self, form):
        """Correct."""
        data = form.cleaned_data
        return actions.correct(
            self.complaint,
            changes={name: data[name] for name in CORRECTABLE},
            reason=data["correction_reason"],
            version=data["version"],
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self):
        """Where the old value is."""
        return f"Se corrigió el registro de {self.complaint.folio}. Lo que decía antes está al final del resumen."

    def conflict(self, form, no):
        """Both texts side by side, joined where only one of the two people changed a field."""
        self.complaint = complaint_for(self.request.user, self.complaint.folio)
        differences = self.differences(form)
        data = self.request.POST.copy()
        data["version"] = self.complaint.case_file.version
        current = CorrectionForm(instance=copy(self.complaint))
        for difference in differences:
            if not difference.both:
                _put(data, difference.name, current[difference.name].value())
        joined = CorrectionForm(data, instance=copy(self.complaint))
        context = self.get_context_data(form=joined, differences=differences, sentence=self.sentence(form, no))
        return self.render_to_response(context, status=409)

    def lines_since(self, version):
        """The corrections written after a version was read, oldest first."""
        lines = self.complaint.case_file.timeline.filter(verb="complaint.corrected", facts__version__gt=version)
        return list(lines.select_related("actor").order_by("pk"))

    def sentence(self, form, no):
        """«Ana López cambió este caso a las 10:40, mientras usted escribía…»"""
        lines = self.lines_since(form.cleaned_data["version"])
        if not lines:
            return str(no)
        when = f"{lines[-1].at.astimezone(PLANT):%H:%M}"
        return (
            f"{lines[-1].actor} cambió este caso a las {when}, mientras usted escribía. "
            "Revise sus cambios antes de guardar."
        )

    def differences(self, form):
        """What others changed since, field by field, and whether this person changed it too."""
        before = {}
        for line in self.lines_since(form.cleaned_data["version"]):
            for row in self.complaint.corrections.filter(at=line.at, by=line.actor).order_by("pk"):
                before.setdefault(row.field, row.before)
        found = []
        for name in CORRECTABLE:
            label = str(Complaint._meta.get_field(name).verbose_name)
            mine, theirs = _as_read(self.complaint, name, form.cleaned_data[name]), _as_read(self.complaint, name)
            if label in before and mine != theirs:
                found.append(Difference(name, label.capitalize(), mine, theirs, both=mine != before[label]))
        return found


def _as_read(complaint, name, *value):
    """A field as people read it; of the complaint as it is, or with another value."""
    shown = copy(complaint)
    if value:
        setattr(shown, name, value[0])
    display = getattr(shown, f"get_{name}_display", None)
    value = display() if display else getattr(shown, name)
    if isinstance(value, bool):
        return "sí" if value else "no"
    return "" if value is None else str(value)


def _put(data, name, value):
    """A value as a browser would send it."""
    if value is False or value is None:
        data.pop(name, None)
    else:
        data[name] = "on" if value is True else str(value)
