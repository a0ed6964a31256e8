"""The list of complaints and the page of one."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from casework.deadlines.models import PromiseKey
from casework.deadlines.queries import next_running
from casework.people.permissions import check_reads_cases, sees_customer_data
from casework.records import sentences
from casework.records.evidence_screens import EvidenceInput, gallery
from casework.rules import says_yes
from casework.web.paging import Pages
from casework.web.screens import ANYONE, Screen
from complaints import permissions, policies
from complaints.doors import complaint_in_full
from complaints.filters import FIRST_DUE, LATEST_FIRST, ComplaintFilter, known_order, ordered
from complaints.models import Complaint, Severity
from complaints.next_step import next_sentence
from complaints.queries import (
    KINDS_OF_LINES,
    LINES_SHOWN,
    choices_of_people,
    clock_of,
    customer_shown,
    ending_of,
    for_list,
    history,
    veil,
)
from complaints.queues import COUNTED, QUEUES, queue_counts
from complaints.steps import PROCEDURE, step_now, steps_of

PAGE = 25
CLOCK_WORDS = {
    PromiseKey.ACKNOWLEDGEMENT: ("Acuse de recibo", "Dado"),
    PromiseKey.CUSTOMER_ANSWER: ("Respuesta al cliente", "Respondida"),
    PromiseKey.CLOSURE: ("Cierre del caso", "Cerrada"),
}
CONTACT = str(Complaint._meta.get_field("contact").verbose_name)
ENTERED_LATER = 10 * 60  # seconds between what happened and its capture that are worth saying
ICONS = {
    "complaint": "file-earmark-text",
    "acknowledgement": "envelope",
    "answer": "envelope",
    "request": "arrow-left-right",
    "deadline": "clock",
    "evidence": "camera",
    "dictamen": "clipboard-check",
    "conformity": "chat-left-quote",
    "survey": "chat-left-quote",
    "contact": "telephone",
}


class ListView(Screen, TemplateView):
    """Complaints by queue and filter, all of it in the address."""

    permission = check_reads_cases
    template_name = "complaints/list.html"

    def get_context_data(self, **kwargs):
        """Eight queries at most, whatever is on the page."""
        person, at = self.request.user, timezone.now()
        departments, people = choices_of_people()
        visible = Complaint.objects.visible_to(person)
        filterset = ComplaintFilter(
            self.request.GET, visible, person=person, at=at, people=people, departments=departments
        )
        found = filterset.qs
        in_queue = filterset.form.cleaned_data.get("cola", "")
        ordering = known_order(self.request.GET.get("orden"), default=FIRST_DUE if in_queue else LATEST_FIRST)
        asked = self.request.GET.get("page", "")
        page = Pages(ordered(for_list(found), ordering), PAGE, asked, unordered=found).get_page(asked)
        page.object_list = rows = list(page.object_list)
        for complaint in rows:
            complaint.deadline = clock_of(complaint)
            complaint.customer_shown = customer_shown(complaint.case_file, person)
        counts = queue_counts(person, at=at)
        return super().get_context_data(
            page=page,
            filter=filterset,
            chips=filterset.chips(),
            clear_url=f"?cola={in_queue}" if in_queue else "?",
            filter_is_open=bool(filterset.chosen() or filterset.form.errors),
            queues=self._queues(counts, in_queue),
            in_queue=in_queue,
            queue_label=QUEUES.get(in_queue, "Todas"),
            ordering=ordering,
            may_register=says_yes(permissions.check_may_register, person),
            may_triage=says_yes(permissions.check_may_triage, person),
            **kwargs,
        )

    def _queues(self, counts, in_queue):
        url = reverse("complaints:list")
        queues = [
            {
                "label": label,
                "url": f"{url}?cola={key}",
                "count": f"{COUNTED}+" if counts[key] > COUNTED else counts[key],
                "current": key == in_queue,
            }
            for key, label in QUEUES.items()
        ]
        return [*queues, {"label": "Todas", "url": url, "current": not in_queue}]


class DetailView(Screen, TemplateView):
    """One complaint: what is next, its clocks, and four parts behind plain links."""

    permission = ANYONE  # which complaints a person may see is the door's question
    template_name = "complaints/detail.html"
    parts = {"resumen": "Resumen", "evidencias": "Evidencias", "mensajes": "Mensajes", "historial": "Historial"}

    def get_context_data(self, **kwargs):
        """Twelve queries at most, however long the story of the case."""
        person = self.request.user
        part = self.request.GET.get("pestana", "resumen")
        part = part if part in self.parts else "resumen"
        complaint = complaint_in_full(person, self.kwargs["folio"], summary=part == "resumen")
        self.steps = steps = steps_of(complaint, person)
        context = {
            "complaint": complaint,
            "case_file": complaint.case_file,
            "customer_shown": customer_shown(complaint.case_file, person),
            "shows_contact": sees_customer_data(person),
            "steps_now": [step for step in steps if step.now],
            "main_steps": [step for step in steps if step.primary],
            "steps_later": [step for step in steps if not step.now],
            "next_sentence": next_sentence(complaint, person),
            "ending": ending_of(complaint),
            "tags": tags_of(complaint),
            "clocks": clocks_of(complaint),
            "pressing": next_running(complaint.case_file),
            "procedure": PROCEDURE,
            "step_now": step_now(complaint),
            "tabs": self._tabs(complaint, part),
            "part": part,
            "part_template": f"complaints/_part_{part}.html",
        }
        return super().get_context_data(**context, **getattr(self, f"_{part}")(complaint, person), **kwargs)

    def _tabs(self, complaint, part):
        messages = len(complaint.answers.all()) + len(complaint.acknowledgements.all())
        counts = {"evidencias": complaint.evidence_count, "mensajes": messages}
        return [
            {"label": label, "url": f"?pestana={key}", "current": key == part, "count": counts.get(key)}
            for key, label in self.parts.items()
        ]

    def _resumen(self, complaint, person):
        shown, reads_contacts = veil(complaint, person), sees_customer_data(person)
        requests = list(complaint.case_file.requests.all())
        for request in requests:
            request.deadline = clock_of(request)
            request.question = shown(request.question)
            if request.answered:
                request.answered["action"] = shown(request.answered["action"])
                request.answered["at"] = datetime.fromisoformat(request.answered["at"])
        conformities = list(complaint.conformities.all())
        for conformity in conformities:
            conformity.note = shown(conformity.note)
        corrections = list(complaint.corrections.select_related("by"))
        for correction in corrections:
            correction.hidden = correction.field == CONTACT and not reads_contacts
            correction.before, correction.after = shown(correction.before), shown(correction.after)
        return {
            "requests": requests,
            "description": shown(complaint.description),
            "dictamenes": list(complaint.dictamenes.all()),
            "conformities": conformities,
            "answer": policies.current_answer(complaint),
            "corrections": corrections,
        }

    def _evidencias(self, complaint, person):
        add = next((step for step in self.steps if step.key == "evidence"), None)
        return {"gallery": gallery(complaint.case_file, person), "add": add, "evidence": EvidenceInput()}

    def _mensajes(self, complaint, person):
        shown = veil(complaint, person)
        answers, acknowledgements = list(complaint.answers.all()), list(complaint.acknowledgements.all())
        for answer in answers:
            answer.message.subject_shown = shown(answer.message.subject)
            answer.message.body_shown = shown(answer.message.body)
        for acuse in acknowledgements:
            acuse.text = shown(acuse.text)
        return {"answers": answers, "acknowledgements": acknowledgements}

    def _historial(self, complaint, person):
        kind = self.request.GET.get("que", "")
        lines, shown = history(complaint, kind), veil(complaint, person)
        return {
            "lines": [as_line(line, complaint, shown=shown) for line in lines[:LINES_SHOWN]],
            "more_lines": len(lines) > LINES_SHOWN,
            "kinds": [
                {"label": "Todo", "url": "?pestana=historial", "current": kind not in KINDS_OF_LINES},
                *(
                    {"label": label, "url": f"?pestana=historial&que={key}", "current": key == kind}
                    for key, (label, _beginnings) in KINDS_OF_LINES.items()
                ),
            ],
        }


def tags_of(complaint):
    """What stands beside the stage."""
    tags = []
    if complaint.reopened_because:
        tags.append({"label": "Reabierta", "kind": "again"})
    elif complaint.cycle > 1:
        tags.append({"label": f"Ciclo {complaint.cycle}", "kind": ""})
    if complaint.severity == Severity.HIGH:
        tags.append({"label": "Gravedad alta", "kind": "urgent"})
    return tags


def clocks_of(complaint):
    """Every promise of the case, each with its words; a reminder of a later cycle says so."""
    clocks = []
    for deadline in complaint.case_file.deadlines.all():
        name, done = CLOCK_WORDS.get(deadline.key, (deadline.get_key_display().capitalize(), "Cumplida"))
        clocks.append(
            {
                "name": f"{name} (recordatorio)" if deadline.operational else name,
                "deadline": deadline,
                "done": done,
                "why_url": deadline.why_url,
                "note": _promised(deadline),
            }
        )
    return clocks


def _promised(deadline):
    if not deadline.promised_at:
        return ""
    return f"Prometida al cliente para el {timezone.localtime(deadline.promised_at):%d/%m/%Y %H:%M}"


def as_line(line, complaint, *, shown):
    """A line of the bitácora as the timeline draws it; `shown` takes out what this person may not read."""
    words = shown(sentences.sentence(line))
    if line.case_file_id != complaint.pk:
        words = f"{line.case_file.folio}: {words}"
    return {
        "sentence": words,
        "at": line.at,
        "recorded_at": line.recorded_at,
        "late": (line.recorded_at - line.at).total_seconds() > ENTERED_LATER,
        "icon": ICONS.get(line.verb.partition(".")[0], "circle-fill"),
    }
