"""What the post means for a case: accepted, given up, come back, and what people did meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.alerts.models import Alert
from casework.correspondence import approving
from casework.correspondence.models import Channel as MessageChannel
from casework.links.models import Link
from casework.mail import incidents, letters, outbox
from casework.mail.models import MailState, OutgoingMail
from casework.rules import Refused
from complaints import actions, policies
from complaints.models import ConformityResult
from complaints.models.acknowledgement import AcknowledgementChannel
from complaints.stages import Stage
from complaints.tests.pages import fresh
from complaints.tests.records import clocks, give_up, lines, moment, owed
from nervion_cases.testing.cast import make_cast
from nervion_cases.testing.situations import closed, registered, ruled

START = moment("10/11 09:00")
LATER = moment("10/11 10:00")


def on_paper(cast, complaint, *, channel=MessageChannel.MAIL, contact=None, at=LATER):
    """An answer by mail written by Ana and approved by Beto; a letter of the post is owed."""
    answer = actions.draft_answer(
        complaint,
        channel=channel,
        contact=contact or cast.contact,
        subject="Respuesta a su reporte",
        body="Repondremos.",
        submit=True,
        by=cast.ana,
        at=at,
    )
    approving.approve(answer.message, version=1, by=cast.beto, at=at)
    answer.refresh_from_db()
    return answer


def by_telephone_instead(cast, answer):
    """What did not arrive by mail is written anew, to be told by telephone."""
    actions.redraft_answer(
        answer,
        channel=MessageChannel.PHONE,
        contact=cast.quiet,
        subject="Respuesta",
        body="Repondremos.",
        submit=True,
        version=1,
        by=cast.ana,
        at=moment("10/11 13:00"),
    )


def told(reason):
    """Who was told something."""
    return set(Alert.objects.filter(reason=reason).values_list("person__username", flat=True))


# --- Acuse ------------------------------------------------------------------------------------------------------------
def test_the_acuse_counts_when_the_server_takes_it(cast):
    complaint = registered(cast, contact=cast.contact, at=START)

    outbox.record_delivered(owed("complaint.acknowledgement"), at=LATER)

    assert complaint.acknowledgements.get().accepted_at == LATER
    assert lines(complaint)[-2:] == ["acknowledgement.sent", "deadline.met"]
    assert "acknowledgement: met" in clocks(complaint)


def test_a_dead_acuse_is_told_and_given_again_by_telephone(cast):
    complaint = registered(cast, contact=cast.contact, at=START)

    mail = give_up(owed("complaint.acknowledgement"), at=LATER)

    assert lines(complaint)[-1] == "acknowledgement.failed"
    assert "acknowledgement: runs" in clocks(complaint)
    assert told("mail.acknowledgement_failed") == {"beto"}
    assert not letters.still_applies(mail)  # another one is given instead
    actions.acknowledge(
        complaint, channel=AcknowledgementChannel.PHONE, text="Por teléfono.", by=cast.ana, at=moment("10/11 11:00")
    )
    assert "acknowledgement: met" in clocks(complaint)


def test_a_bounce_undoes_the_acuse_and_the_same_clock_runs_on(cast):
    complaint = registered(cast, contact=cast.contact, at=START)
    mail = owed("complaint.acknowledgement")
    outbox.record_delivered(mail, at=LATER)
    due = complaint.case_file.deadlines.get(key="acknowledgement").due_at

    outbox.bounced(mail, at=moment("10/11 12:00"))

    again = complaint.case_file.deadlines.get(key="acknowledgement")
    assert (again.running, again.due_at) == (True, due)
    assert "deadline.unmet" in lines(complaint)
    assert told("mail.acknowledgement_failed") == {"beto"}


def test_the_bounce_of_an_acuse_that_was_given_up_does_not_undo_another(cast):
    complaint = registered(cast, contact=cast.contact, at=START)
    mail = give_up(owed("complaint.acknowledgement"), at=LATER)
    actions.acknowledge(
        complaint, channel=AcknowledgementChannel.PHONE, text="Por teléfono.", by=cast.ana, at=moment("10/11 11:00")
    )

    outbox.bounced(mail, at=moment("10/11 12:00"))

    assert "acknowledgement: met" in clocks(complaint)
    assert complaint.acknowledgements.filter(failed_at=None).count() == 1


def test_a_bounce_after_the_end_starts_no_clock_that_nobody_watches(cast):
    complaint = registered(cast, contact=cast.contact, at=START)
    mail = owed("complaint.acknowledgement")
    outbox.record_delivered(mail, at=LATER)
    actions.cancel(complaint, reason="No era nuestra.", by=cast.beto, at=moment("10/11 11:00"))

    outbox.bounced(mail, at=moment("12/11 12:00"))

    assert "acknowledgement: ended broken" in clocks(complaint)


def test_the_acuse_of_a_case_cancelled_meanwhile_does_not_leave(cast):
    complaint = registered(cast, contact=cast.contact)
    mail = owed("complaint.acknowledgement")

    assert letters.still_applies(mail)
    actions.cancel(complaint, reason="No era nuestra.", by=cast.beto, at=timezone.now())

    assert not letters.still_applies(mail)


# --- Answer -----------------------------------------------------------------------------------------------------------
def test_the_answer_is_with_the_customer_when_the_server_takes_it(cast):
    complaint = ruled(cast, at=START)
    answer = on_paper(cast, complaint)
    assert fresh(complaint).stage == Stage.RULED

    outbox.record_delivered(owed("complaint.answer"), at=moment("10/11 12:00"))

    answer.refresh_from_db()
    assert (fresh(complaint).stage, answer.sent_at) == (Stage.ANSWERED, moment("10/11 12:00"))
    assert lines(complaint)[-2:] == ["answer.sent", "deadline.met"]
    assert "customer_answer: met" in clocks(complaint)


def test_a_dead_answer_is_told_each_time_and_may_be_changed(cast):
    complaint = ruled(cast, at=START)
    answer = on_paper(cast, complaint)
    mail = give_up(owed("complaint.answer"), at=LATER)

    incidents.send_again(mail, by=cast.beto, at=moment("10/11 11:00"))
    mail.refresh_from_db()
    mail.attempts += 1  # as the dispatcher does
    mail.save(update_fields=["attempts"])
    give_up(mail, at=moment("10/11 12:00"))
    by_telephone_instead(cast, answer)

    assert fresh(complaint).stage == Stage.RULED
    assert lines(complaint).count("answer.failed") == 2
    assert Alert.objects.filter(reason="mail.answer_failed", person=cast.beto).count() == 2
    assert not letters.still_applies(mail)


def test_a_dead_answer_is_not_sent_once_the_case_is_investigated_again(cast):
    complaint = ruled(cast, at=START)
    on_paper(cast, complaint)
    mail = give_up(owed("complaint.answer"), at=LATER)
    assert letters.still_applies(mail)

    actions.investigate_again(complaint, reason="El dictamen no se sostiene.", by=cast.beto, at=moment("10/11 11:00"))

    assert not letters.still_applies(mail)
    with pytest.raises(Refused, match="ya no aplica"):
        incidents.send_again(mail, by=cast.beto, at=moment("10/11 12:00"))


def test_a_case_is_not_investigated_again_while_its_answer_is_leaving(cast):
    complaint = ruled(cast, at=START)
    on_paper(cast, complaint)
    again = {"reason": "No se sostiene.", "by": cast.beto, "at": moment("10/11 11:00")}

    with pytest.raises(Refused, match="está saliendo"):
        actions.investigate_again(complaint, **again)
    give_up(owed("complaint.answer"), at=LATER, state=MailState.UNCERTAIN)
    with pytest.raises(Refused, match="está saliendo"):
        actions.investigate_again(complaint, **again)


def test_a_doubtful_answer_that_arrived_counts_from_when_it_was_handed_over(cast):
    complaint = ruled(cast, at=START)
    on_paper(cast, complaint)
    mail = give_up(owed("complaint.answer"), at=LATER, state=MailState.UNCERTAIN)

    incidents.confirm_arrival(mail, by=cast.beto, at=moment("11/11 12:00"))

    assert fresh(complaint).answers.get().sent_at == LATER
    assert fresh(complaint).stage == Stage.ANSWERED


def test_an_answer_that_came_back_is_not_an_answer_and_is_given_again(cast):
    complaint = ruled(cast, at=START)
    answer = on_paper(cast, complaint)
    mail = owed("complaint.answer")
    outbox.record_delivered(mail, at=LATER)
    outbox.bounced(mail, at=moment("10/11 12:00"))
    complaint = fresh(complaint)

    assert "customer_answer: runs" in clocks(complaint)
    with pytest.raises(Refused, match="ya se entregó"):
        actions.record_conformity(
            complaint, result=ConformityResult.SATISFIED, note="Sí.", by=cast.ana, at=moment("10/11 13:00")
        )
    assert any("la respuesta llegue" in sentence for sentence, _ in policies.missing_to_close(complaint))
    with pytest.raises(Refused):
        actions.close(complaint, by=cast.ana, at=moment("10/11 13:00"))

    by_telephone_instead(cast, answer)
    approving.approve(answer.message, version=2, by=cast.beto, at=moment("10/11 13:30"))
    actions.answer_delivered(answer, happened_at=moment("10/11 14:00"), by=cast.ana, at=moment("10/11 14:00"))

    assert policies.with_customer(fresh(complaint))
    assert "customer_answer: met" in clocks(complaint)
    OutgoingMail.objects.filter(pk=mail.pk).update(bounced_at=None)
    outbox.bounced(mail, at=moment("10/11 15:00"))  # told once more: it says nothing of the text that was given since
    assert policies.with_customer(fresh(complaint))


def closed_by_mail(cast):
    """A closed complaint of a customer with an address: the acuse left, the survey is owed."""
    at = timezone.now()
    complaint = registered(cast, contact=cast.contact, at=at)
    outbox.record_delivered(owed("complaint.acknowledgement"), at=at)
    return closed(cast, at=at, complaint=complaint)


def test_a_survey_does_not_leave_for_a_case_that_goes_on(cast):
    complaint = closed_by_mail(cast)
    mail = owed("complaint.survey")
    assert letters.still_applies(mail)

    actions.reopen(complaint, reason="Volvió a fallar.", by=cast.beto, at=timezone.now())

    assert not letters.still_applies(mail)


def kept(mail):
    """Whether the link can still be read in what we keep."""
    mail.refresh_from_db()
    return "/encuesta/" in mail.body + mail.html


def test_the_token_of_a_survey_is_forgotten_when_it_leaves(cast):
    closed_by_mail(cast)
    mail = owed("complaint.survey")
    assert kept(mail)

    outbox.record_delivered(mail, at=timezone.now())

    assert not kept(mail)


def test_the_token_of_a_survey_that_is_never_sent_is_forgotten(committed, post):
    cast = make_cast()
    complaint = closed_by_mail(cast)
    mail = owed("complaint.survey")
    actions.reopen(complaint, reason="Volvió a fallar.", by=cast.beto, at=timezone.now())

    outbox.deliver_all()

    assert not kept(mail)
    assert (mail.state, post.to(mail.to)) == (MailState.CANCELLED, [])


def test_the_token_of_a_survey_withdrawn_from_the_queue_is_forgotten(cast):
    closed_by_mail(cast)
    mail = owed("complaint.survey")

    outbox.cancel(OutgoingMail.objects.filter(pk=mail.pk), at=timezone.now())

    assert not kept(mail)


@pytest.mark.parametrize("state", [MailState.DEAD, MailState.UNCERTAIN])
def test_the_token_of_a_survey_that_failed_is_kept_until_a_person_decides(cast, state):
    closed_by_mail(cast)
    mail = give_up(owed("complaint.survey"), at=timezone.now(), state=state)
    assert incidents.can_be_sent_again(mail)
    assert kept(mail)

    incidents.attend(mail, by=cast.beto, at=timezone.now())

    assert not kept(mail)


def test_the_token_of_a_survey_that_arrived_is_forgotten(cast):
    closed_by_mail(cast)
    mail = give_up(owed("complaint.survey"), at=timezone.now(), state=MailState.UNCERTAIN)

    incidents.confirm_arrival(mail, by=cast.beto, at=timezone.now())

    assert not kept(mail)


def test_a_survey_whose_link_is_over_is_not_sent_again(cast):
    closed_by_mail(cast)
    mail = give_up(owed("complaint.survey"), at=timezone.now())
    ended = timezone.now() - timedelta(seconds=1)
    Link.objects.filter(purpose="survey").update(at=ended - timedelta(days=30), expires_at=ended)

    assert not incidents.can_be_sent_again(mail)
