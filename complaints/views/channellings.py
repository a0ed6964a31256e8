"""Análisis inicial and canalización: the coordinator's triage, on one screen (MPC-SER-002 §5.3, §5.4)."""

from dataclasses import dataclass

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import TemplateView

from casework.text import listed
from casework.web.screens import Screen
from complaints import actions, permissions, policies
from complaints.forms.steps import ReasonForm, TriageForm
from complaints.models import Matter, Reason, Severity
from complaints.stages import Stage
from complaints.triage_queue import after, queue_for, routed_areas, usual_matter, with_photos
from complaints.views.stepping import StepView
from coordination.queries import unsettled_about

QUESTION = "Investiguen lo que reporta el cliente sobre {what}: qué pasó, por qué, y qué se hará para corregirlo."
SHOWN_IN_QUEUE = 50


@dataclass
class Area:
    """A department as a box to tick."""

    department: object
    field_id: str
    checked: bool
    first: bool
    asked: bool


@dataclass
class AreaGroup:
    """The areas of a matter's route; without a matter, all the others."""

    matter: str
    label: str
    areas: list

    @property
    def ticked(self):
        """Whether any of its boxes is ticked."""
        return any(area.checked for area in self.areas)


def triage_initial(complaint):
    """What most cases of this reason need, so that one click is often enough; the coordinator decides."""
    matter = complaint.matter or usual_matter(complaint.reason)
    lote = f", lote {complaint.lote_text}" if complaint.lote_text else ""
    what = f"{complaint.product.name}{lote}" if complaint.product else Reason(complaint.reason).label.lower()
    asked = set(unsettled_about(complaint.case_file).values_list("department", flat=True))
    proposed = [area.pk for area, first in routed_areas(matter) if first]
    return {
        "matter": matter,
        "severity": complaint.severity or Severity.MEDIUM,
        "responsible": complaint.case_file.responsible_id,
        "question": QUESTION.format(what=what),
        "departments": [pk for pk in proposed if pk not in asked],
    }


def say_why(form, complaint):
    """Beside the matter: that it is only a proposal, and where it comes from."""
    if not complaint.matter:
        words = f"Propuesto por el motivo «{complaint.get_reason_display()}»; cámbielo si no corresponde."
        form.fields["matter"].help_text = words
    return form


def area_groups(form, complaint):
    """The boxes of the form by matter, those outside every route last; ticked as the form says."""
    asked = set(unsettled_about(complaint.case_file).values_list("department", flat=True))
    ticked = {str(value) for value in form["departments"].value() or []}
    matter_now = str(form["matter"].value() or "")
    groups, routed = [], set()
    for matter in Matter:
        areas = []
        for department, first in routed_areas(matter):
            routed.add(department.pk)
            checked = str(department.pk) in ticked and (matter == matter_now or not matter_now)
            field_id = f"id_area_{matter}_{department.pk}"
            areas.append(Area(department, field_id, checked, first, department.pk in asked))
        groups.append(AreaGroup(matter.value, f"Asunto {matter.label}", areas))
    shown = {str(area.department.pk) for group in groups for area in group.areas if area.checked}
    others = [
        Area(
            area,
            f"id_area_other_{area.pk}",
            str(area.pk) in ticked and str(area.pk) not in shown,
            False,
            area.pk in asked,
        )
        for area in form.fields["departments"].queryset.order_by("name")
    ]
    return [*groups, AreaGroup("", "Otra área, fuera de la ruta", others)]


class ChannelView(StepView):
    """One case: analysed, entrusted and channelled in one go."""

    permission = permissions.check_may_triage
    policy = policies.check_can_triage
    form_class = TriageForm
    template_name = "complaints/steps/triage.html"
    title = "Clasificar y canalizar"
    purpose = "Decidir de qué asunto se trata, quién le da seguimiento y qué áreas lo investigan."
    reads_first = True
    clause = "MPC-SER-002 §5.3 y §5.4"

    def get_initial(self):
        """Everything proposed."""
        return triage_initial(self.complaint)

    def get_form(self, form_class=None):
        """The form, which says where its proposal comes from."""
        return say_why(super().get_form(form_class), self.complaint)

    @cached_property
    def waiting(self):
        """The cases still to be analysed, as they are now."""
        return queue_for(self.request.user)

    def act(self, form):
        """Channel. Without a box ticked, to the areas that the matter's route puts first."""
        data = form.cleaned_data
        areas = list(data["departments"]) or [area for area, first in routed_areas(data["matter"]) if first]
        first = {area.pk for area, _ in routed_areas(data["matter"])}
        return actions.channel(
            self.complaint,
            matter=data["matter"],
            severity=data["severity"],
            responsible=data["responsible"],
            departments=sorted(areas, key=lambda area: (area.pk not in first, area.name)),
            question=data["question"],
            urgent_hours=data["urgent_hours"],
            override_reason=data["override_reason"],
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self):
        """To whom."""
        areas = unsettled_about(self.complaint.case_file).select_related("department").order_by("pk")
        names = listed(dict.fromkeys(request.department.name for request in areas))
        return f"{self.complaint.folio} se canalizó a {names}."

    def get_success_url(self):
        """The next one still to be analysed, or the case."""
        if "next" not in self.request.POST:
            return super().get_success_url()
        following = after(self.complaint, queue_for(self.request.user))
        if following is None:
            return reverse("complaints:triage")
        place, total = self.position()
        query = urlencode({"va": min(place + 1, total), "de": total})
        return f"{reverse('complaints:channel', args=[following.folio])}?{query}"

    def position(self):
        """«3 de 12»: as the round began, if the address says so, else as the queue stands."""
        place, total = (_small(self.request.GET.get(name, "")) for name in ("va", "de"))
        if place and total and place <= total:
            return place, total
        folios = list(self.waiting.values_list("case_file__folio", flat=True))
        place = folios.index(self.complaint.folio) + 1 if self.complaint.folio in folios else 1
        return place, max(len(folios), 1)

    def get_context_data(self, **kwargs):
        """The areas by matter, and how many wait."""
        context = super().get_context_data(**kwargs)
        place, total = self.position()
        in_queue = self.complaint.stage == Stage.REGISTERED
        return context | {
            "groups": area_groups(context["form"], self.complaint),
            "place": place,
            "total": total,
            "in_queue": in_queue,
            "more_follow": in_queue and total > 1,
            "round": f"?{urlencode({'va': place, 'de': total})}" if in_queue else "",
            "again_url": reverse("complaints:triage_again", args=[self.complaint.folio]),
        }


class TriageView(Screen, TemplateView):
    """Everything «por clasificar»: the first with its form, the others as a list with what the customer said."""

    permission = permissions.check_may_triage
    template_name = "complaints/steps/triage_queue.html"

    def get_context_data(self, **kwargs):
        """The queue, oldest reception first."""
        queue = queue_for(self.request.user)
        total = queue.count()
        waiting = with_photos(list(queue.with_case_file()[:SHOWN_IN_QUEUE]))
        first = waiting[0] if waiting else None
        context = super().get_context_data(waiting=waiting[1:], total=total, first=first, **kwargs)
        if first:
            form = say_why(TriageForm(initial=triage_initial(first)), first)
            context |= {
                "form": form,
                "groups": area_groups(form, first),
                "complaint": first,
                "place": 1,
                "in_queue": True,
                "more_follow": total > 1,
            }
        return context


class TriageAgainView(StepView):
    """«Devolver al análisis»: what the areas still owe is withdrawn (product §3)."""

    permission = permissions.check_may_triage
    policy = policies.check_can_triage_again
    form_class = ReasonForm
    title = "Devolver al análisis inicial"
    purpose = "Vuelve a «Por clasificar» y se retiran las solicitudes que las áreas todavía no responden."
    clause = "MPC-SER-002 §5.3"
    button = "Devolver al análisis"

    def act(self, form):
        """Back one step."""
        return actions.triage_again(
            self.complaint, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def get_success_url(self):
        """To where it is classified again."""
        return reverse("complaints:channel", args=[self.complaint.folio])

    def get_success_message(self):
        """What happens now."""
        return f"{self.complaint.folio} volvió al análisis inicial."


class InvestigateAgainView(StepView):
    """«Volver a investigar»: the dictamen does not hold, or the customer does not agree."""

    permission = permissions.check_may_triage
    policy = policies.check_can_investigate_again
    form_class = ReasonForm
    title = "Volver a investigar"
    purpose = "El caso vuelve a las áreas en un ciclo nuevo. El dictamen y la respuesta anteriores se conservan."
    clause = "MPC-SER-002 §5.5"
    button = "Volver a investigar"

    def act(self, form):
        """A new cycle."""
        return actions.investigate_again(
            self.complaint, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def respond(self):
        """To where the areas are asked again."""
        return redirect("complaints:channel", self.complaint.folio)

    def get_success_message(self):
        """What happens now."""
        return f"{self.complaint.folio} vuelve a investigarse. Elija las áreas a las que se pide."


def _small(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
