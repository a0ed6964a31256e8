"""What it means that a letter was accepted, could not be delivered, or came back (house, habit 14).

Each runs in the transaction that marks the mail, so the promise and the post cannot disagree.
"""

from casework.alerts import bell
from casework.deadlines import running
from casework.deadlines.models import PromiseKey
from casework.moment import database_now
from casework.people.models import User
from casework.people.roles import Role
from casework.records import timeline
from casework.records.models import CaseFile
from complaints.actions.answering import reached_customer
from complaints.actions.common import locked
from complaints.models import Acknowledgement, CustomerAnswer, SatisfactionSurvey
from complaints.stages import Stage


def acknowledgement_accepted(mail, *, at):
    """MPC-SER-002 §3: the acuse counts from the moment the mail server took it."""
    given = _acknowledgement(mail)
    given.accepted_at = at
    given.save(update_fields=["accepted_at"])
    timeline.write(mail.case_file, "acknowledgement.sent", by=None, at=at)
    running.meet(mail.case_file, PromiseKey.ACKNOWLEDGEMENT, at=at)


def acknowledgement_failed(mail, *, at):
    """The clock goes on running, and the coordinator hears of it."""
    given = _acknowledgement(mail)
    given.failed_at = at
    given.save(update_fields=["failed_at"])
    timeline.write(mail.case_file, "acknowledgement.failed", by=None, at=at)
    _tell_of_failure(mail, "mail.acknowledgement_failed", at=at)


def acknowledgement_bounced(mail, *, at):
    """A bounce undoes the acuse: the original clock runs on. One already given up met nothing: another one did."""
    if _acknowledgement(mail).failed_at is not None:
        return
    acknowledgement_failed(mail, at=at)
    _run_on(mail.case_file, PromiseKey.ACKNOWLEDGEMENT, at=at)


def acknowledgement_still_applies(mail):
    """Not to a case that was cancelled or duplicated meanwhile."""
    given = _acknowledgement(mail)
    return given.failed_at is None and given.complaint.stage not in (Stage.CANCELLED, Stage.DUPLICATE)


def answer_accepted(mail, *, at):
    """MPC-SER-002 §5.7: the answer is with the customer."""
    answer = _answer(mail)
    reached_customer(answer, locked(answer.complaint), channel="correo", by=None, at=at)


def answer_failed(mail, *, at):
    """The clock goes on running, and the coordinator hears of it."""
    timeline.write(mail.case_file, "answer.failed", by=None, at=at)
    _tell_of_failure(mail, "mail.answer_failed", at=at)


def answer_bounced(mail, *, at):
    """A bounce undoes the delivery: the original clock runs on. Of a text that was given otherwise it undoes nothing."""
    answer = _answer(mail)
    locked(answer.complaint)
    answer = _answer(mail)
    if answer.message.mail_id != mail.pk:
        return
    answer.sent_at = None
    answer.save(update_fields=["sent_at"])
    answer_failed(mail, at=at)
    if not answer.complaint.answers.exclude(sent_at=None).exists():
        _run_on(mail.case_file, PromiseKey.CUSTOMER_ANSWER, at=at)


def _run_on(case_file, key, *, at):
    """The clock runs again; of a case that is over it ends at once, without a verdict unless it had broken."""
    running.unmeet(case_file, key, at=at)
    if CaseFile.objects.filter(pk=case_file.pk, closed_at__isnull=False).exists():
        running.end(case_file, at=at, keys=[key])


def answer_still_applies(mail):
    """Only the text that is approved, and only while the case waits for it: not once it is investigated again."""
    answer = _answer(mail)
    complaint, message = answer.complaint, answer.message
    awaited = complaint.stage in (Stage.RULED, Stage.ANSWERED) and answer.cycle == complaint.cycle
    return awaited and message.mail_id == mail.pk and message.approved


def survey_still_applies(mail):
    """Not if the case was reopened before the survey left, nor once its link is over."""
    survey = SatisfactionSurvey.objects.select_related("complaint", "link").get(pk=mail.subject_pk)
    complaint, link = survey.complaint, survey.link
    awaited = complaint.stage == Stage.CLOSED and complaint.cycle == survey.cycle and survey.answered_at is None
    return awaited and link.expires_at > database_now()


def _acknowledgement(mail):
    return Acknowledgement.objects.select_related("complaint__case_file").get(pk=mail.subject_pk)


def _answer(mail):
    return CustomerAnswer.objects.select_related("complaint__case_file", "message").get(message=mail.subject_pk)


def _tell_of_failure(mail, reason, *, at):
    people = {mail.case_file.responsible, *User.objects.in_role(Role.COORDINATOR)}
    bell.tell(
        list(people), reason, occasion=f"mail:{mail.pk}:{mail.attempts}", at=at, case_file=mail.case_file, at_once=True
    )
