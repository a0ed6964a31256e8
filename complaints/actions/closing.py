"""Conformidad, cierre, reapertura, anulación y duplicado: MPC-SER-002 §5.8."""

from datetime import timedelta

from django.db import transaction

from casework.correspondence.sending import send_template
from casework.deadlines import running
from casework.deadlines.models import PromiseKey
from casework.links.models import Link
from casework.records import participation, timeline
from casework.rules import Refused
from complaints import letters, permissions, policies
from complaints.actions.common import SERVICE, department, locked, move
from complaints.models import (
    Cancellation,
    Closure,
    Complaint,
    Conformity,
    ConformityResult,
    Duplication,
    Reopening,
    SatisfactionSurvey,
)
from complaints.stages import Stage
from coordination.actions import answerable, withdraw_all

SURVEY_LIVES = timedelta(days=30)


@transaction.atomic
def record_conformity(complaint, *, result, note, by, at):
    """Record what the customer said of the answer, or one dated attempt to ask. MPC-SER-002 §5.8."""
    permissions.check_may_speak_with_customer(by)
    complaint = locked(complaint)
    policies.check_can_record_conformity(complaint)
    recorded = Conformity.objects.create(
        complaint=complaint, result=result, note=note, cycle=complaint.cycle, by=by, at=at
    )
    if result == ConformityResult.NO_REPLY:
        attempt = complaint.conformities.filter(cycle=complaint.cycle).count()
        timeline.write(complaint.case_file, "conformity.attempted", by=by, at=at, attempt=attempt)
    else:
        label = recorded.get_result_display().lower()
        timeline.write(complaint.case_file, "conformity.recorded", by=by, at=at, result=label)
    return recorded


@transaction.atomic
def close(complaint, *, by, at):
    """Close the case and send the survey. MPC-SER-002 §5.8."""
    complaint = locked(complaint)
    permissions.check_may_close(by, complaint)
    policies.check_can_close(complaint)
    closure = Closure.objects.create(complaint=complaint, cycle=complaint.cycle, by=by, at=at)
    move(complaint, Stage.CLOSED)
    _shut(complaint, by=by, at=at)
    timeline.write(complaint.case_file, "complaint.closed", by=by, at=at)
    running.meet(complaint.case_file, PromiseKey.CLOSURE, at=at, by=by)
    running.end(complaint.case_file, at=at)
    _send_survey(complaint, at=at)
    return closure


def _send_survey(complaint, *, at):
    """MPC-SER-002 §6: a single-purpose link, 30 days, one answer. Without an address there is nobody to send it to."""
    if not complaint.contact or not complaint.contact.email:
        return
    expires_at = at + SURVEY_LIVES
    link, token = Link.objects.issue(
        purpose="survey", subject=f"{complaint.pk}:{complaint.cycle}", at=at, expires_at=expires_at
    )
    survey = SatisfactionSurvey.objects.create(complaint=complaint, link=link, cycle=complaint.cycle, at=at)
    survey.mail = send_template(
        letters.SURVEY,
        key=f"survey:{survey.pk}",
        to=complaint.contact.email,
        context={"folio": complaint.folio, "token": token, "until": expires_at},
        case_file=complaint.case_file,
        subject_pk=survey.pk,
        at=at,
    )
    survey.save(update_fields=["mail"])
    timeline.write(complaint.case_file, "survey.sent", by=None, at=at)


@transaction.atomic
def answer_survey(token, *, score, comment, at, by=None):
    """Keep the customer's answer, once (MPC-SER-002 §6). `by` is nobody: the customer holds the link."""
    link = Link.objects.select_for_update().filter(pk=getattr(usable_survey(token, at=at), "pk", None)).first()
    if link is None or link.used >= link.uses:
        raise Refused("Este enlace ya no se puede usar.")
    survey = SatisfactionSurvey.objects.select_related("complaint__case_file").get(link=link)
    link.used += 1
    link.save(update_fields=["used"])
    survey.score, survey.comment, survey.answered_at = score, comment, at
    survey.save(update_fields=["score", "comment", "answered_at"])
    timeline.write(survey.complaint.case_file, "survey.answered", by=by, at=at, score=score)
    return survey


def usable_survey(token, *, at):
    """The link of a survey that may still be answered, or None."""
    return Link.objects.usable(token, purpose="survey", at=at)


@transaction.atomic
def investigate_again(complaint, *, reason, by, at):
    """A dictamen that does not hold, or a customer who does not agree: back to the areas in a new cycle."""
    permissions.check_may_triage(by)
    complaint = locked(complaint)
    policies.check_can_investigate_again(complaint)
    _next_cycle(complaint)
    timeline.write(complaint.case_file, "complaint.investigated_again", by=by, at=at, reason=reason)
    return complaint


@transaction.atomic
def reopen(complaint, *, reason, by, at):
    """A new cycle with a reason; nothing of the earlier one is erased. Its deadlines are reminders (product §2)."""
    permissions.check_may_end_or_reopen(by)
    complaint = locked(complaint)
    policies.check_can_reopen(complaint)
    case_file = complaint.case_file
    case_file.closed_at, case_file.closed_by = None, None
    if not case_file.responsible.is_active:  # whoever left had no open case; this one was closed then
        case_file.responsible = answerable(department(SERVICE), at)
        participation.joins(case_file, person=case_file.responsible, at=at)
    case_file.save(update_fields=["closed_at", "closed_by", "responsible"])
    _next_cycle(complaint)
    Reopening.objects.create(complaint=complaint, cycle=complaint.cycle, reason=reason, by=by, at=at)
    for key in (PromiseKey.CUSTOMER_ANSWER, PromiseKey.CLOSURE):
        running.promise(case_file, key, at=at, operational=True)
    timeline.write(case_file, "complaint.reopened", by=by, at=at, reason=reason)
    return complaint


def _next_cycle(complaint):
    move(complaint, Stage.CHANNELLED)
    complaint.cycle += 1
    complaint.save(update_fields=["cycle"])


@transaction.atomic
def cancel(complaint, *, reason, by, at):
    """Cancel what was no complaint; its clocks end without a verdict (product §4.4)."""
    permissions.check_may_end_or_reopen(by)
    complaint = locked(complaint)
    policies.check_can_cancel(complaint)
    cancellation = Cancellation.objects.create(complaint=complaint, reason=reason, by=by, at=at)
    _end(complaint, Stage.CANCELLED, reason=f"El caso se anuló: {reason}", by=by, at=at)
    timeline.write(complaint.case_file, "complaint.cancelled", by=by, at=at, reason=reason)
    return cancellation


@transaction.atomic
def mark_as_duplicate(complaint, *, original, reason, by, at):
    """Link it to the case that goes on; both keep their folios (product §2)."""
    permissions.check_may_end_or_reopen(by)
    pair = Complaint.objects.select_for_update(of=("self",)).filter(pk__in=[complaint.pk, original.pk]).order_by("pk")
    list(pair)  # both rows, always in the same order: two people marking each other's cannot deadlock
    complaint, original = locked(complaint), locked(original)
    policies.check_can_duplicate(complaint, original)
    duplication = Duplication.objects.create(complaint=complaint, original=original, reason=reason, by=by, at=at)
    _end(complaint, Stage.DUPLICATE, reason=f"Duplicada de {original.folio}", by=by, at=at)
    timeline.write(complaint.case_file, "complaint.duplicated", by=by, at=at, original=original.folio)
    timeline.write(original.case_file, "complaint.has_duplicate", by=by, at=at, duplicate=complaint.folio)
    return duplication


def _end(complaint, stage, *, reason, by, at):
    withdraw_all(about=complaint.case_file, reason=reason, by=by, at=at)
    move(complaint, stage)
    _shut(complaint, by=by, at=at)
    running.end(complaint.case_file, at=at)


def _shut(complaint, *, by, at):
    case_file = complaint.case_file
    case_file.closed_at, case_file.closed_by = at, by
    case_file.save(update_fields=["closed_at", "closed_by"])
