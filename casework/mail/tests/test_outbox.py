"""A message is a debt in a table; sending is an errand (trust §2)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.template.loader import get_template
from django.utils import timezone

from casework.mail import letters, outbox
from casework.mail.models import MailState, OutgoingMail
from casework.mail.tests.servers import sessions_in_a_transaction
from casework.rules import Refused

heard = []


def accepted(mail, *, at):
    heard.append(("accepted", mail.key))


def dead(mail, *, at):
    heard.append(("dead", mail.key))


def failing(mail, *, at):
    raise RuntimeError("the outcome cannot be recorded yet")


def no_longer(mail):
    return False


@pytest.fixture(autouse=True)
def letters_of_the_test(monkeypatch):
    """Letters that need no case: to ours, to a customer, and one that no longer applies."""
    heard.clear()
    monkeypatch.setattr(letters, "_letters", dict(letters._letters))
    here = "casework.mail.tests.test_outbox"
    outcomes = {"on_accepted": f"{here}.accepted", "on_dead": f"{here}.dead", "folder": "alert"}
    letters.register("ours", **outcomes)
    letters.register("customer", to_customer=True, **outcomes)
    letters.register("stale", still_applies=f"{here}.no_longer", folder="alert")
    letters.register("broken", on_accepted=f"{here}.failing", folder="alert")
    letters.register("urgent", priority=1, folder="alert")


def owe(letter="ours", key="a", to="rosa@nandu.example", headline="Se le asignó un caso", **other):
    context = {"headline": headline, "sentence": "Ñandú & <b>cía</b>", "link": "http://localhost:8000/"}
    return outbox.owe(letter, key=key, to=to, context=context, at=timezone.now(), **other)


def state_of(mail):
    return OutgoingMail.objects.get(pk=mail.pk)


def let_time_pass(mail):
    """Time is moved by the data: what had to wait, waited; what was leased, ran out."""
    ago = timezone.now() - timedelta(seconds=1)
    OutgoingMail.objects.filter(pk=mail.pk).update(not_before=ago)
    OutgoingMail.objects.filter(pk=mail.pk, lease_until__isnull=False).update(lease_until=ago)


def test_what_is_owed_twice_is_one_row(db):
    first = owe()

    assert owe(headline="Otra cosa") == first
    assert OutgoingMail.objects.count() == 1


def test_the_text_is_not_escaped_and_the_html_is(db):
    mail = owe(headline="Ñandú & <b>cía</b>")

    assert mail.subject == "Ñandú & <b>cía</b>"
    assert "Ñandú & <b>cía</b>" in mail.body
    assert "<b>cía" not in mail.html
    assert "&lt;b&gt;cía" in mail.html


@pytest.mark.parametrize("headline", ["Hola\nBcc: otro@x.mx", "Hola\r\nX: 1", "Hola\rX", "Hola\x0bX", "Hola\u2028X"])
def test_a_subject_that_could_carry_a_header_is_refused(db, headline):
    with pytest.raises(Refused) as no:
        owe(headline=headline)

    assert str(no.value) == "El asunto de un correo no puede llevar saltos de línea."
    assert owe(headline="Hola").subject == "Hola"


@pytest.mark.parametrize(
    "to", ["", "a@x.mx, jefe@otra.mx", '"x" <a@b.mx>', "sin arroba", "a@x.mx\nBcc: b@y.mx", "ñ@x.mx"]
)
def test_exactly_one_bare_address(db, to):
    with pytest.raises(Refused) as no:
        owe(to=to)

    assert str(no.value).endswith("no es una dirección de correo válida.")


def test_a_debt_of_a_transaction_rolled_back_is_no_debt(committed, post):
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)

    assert outbox.deliver_all() == 0
    assert post.taken == []


def test_it_is_sent_with_no_transaction_open_and_marked_with_its_outcome(committed, post):
    mail = owe(to="rosa@ñandú.example")
    seen = []
    post.while_sending = lambda: seen.append(sessions_in_a_transaction())

    assert outbox.deliver_all() == 1

    message = post.taken[0]
    assert seen == [0]
    assert state_of(mail).state == MailState.SENT
    assert heard == [("accepted", "a")]
    assert message["Message-ID"] == mail.message_id
    assert message["To"] == "rosa@xn--and-6ma2c.example"
    assert message["Subject"] == "Se le asignó un caso"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert "Reply-To" not in message
    assert message.get_body(("plain",)).get_content().splitlines()[:3] == [
        "Se le asignó un caso",
        "",
        "Ñandú & <b>cía</b>",
    ]
    assert "&lt;b&gt;" in message.get_body(("html",)).get_content()


def test_the_urgent_overtakes(committed, post):
    owe(key="first", to="primero@x.example")
    owe("urgent", key="second", to="segundo@x.example")

    outbox.deliver_all()

    assert [message["To"] for message in post.taken] == ["segundo@x.example", "primero@x.example"]


def test_what_waits_for_the_hours_of_work_is_not_sent_before(committed, post):
    mail = owe(not_before=timezone.now() + timedelta(hours=8))

    assert outbox.deliver_all() == 0
    let_time_pass(mail)
    assert outbox.deliver_all() == 1


def test_what_no_longer_applies_is_cancelled_and_not_sent(committed, post):
    mail = owe("stale")

    outbox.deliver_all()

    assert state_of(mail).state == MailState.CANCELLED
    assert post.taken == []


def test_a_temporary_refusal_is_tried_again_with_a_growing_wait(committed, post):
    """F17: 421, 451, 452."""
    mail = owe()
    waits = []
    for answer in ("421 4.3.2 closing", "451 4.7.1 greylisted", "452 4.2.2 full"):
        post.mood = lambda number, recipient, answer=answer: answer
        outbox.deliver_all()
        held = state_of(mail)
        assert (held.state, held.last_error) == (MailState.PENDING, answer)
        waits.append((held.not_before - timezone.now()).total_seconds())
        let_time_pass(mail)
    post.mood = lambda number, recipient: None

    outbox.deliver_all()

    assert waits[0] < waits[1] < waits[2]
    assert state_of(mail).state == MailState.SENT
    assert len(post.taken) == 1


def test_after_days_of_temporary_refusals_it_is_dead(committed, post):
    mail = owe()
    OutgoingMail.objects.update(owed_at=timezone.now() - outbox.GIVE_UP_AFTER)
    post.mood = lambda number, recipient: "451 4.7.1 later"

    outbox.deliver_all()

    assert state_of(mail).state == MailState.DEAD
    assert heard == [("dead", "a")]


def test_one_bad_address_of_three_dies_alone(committed, post):
    """F18."""
    mails = [owe(key=name, to=f"{name}@x.example") for name in ("uno", "dos", "tres")]
    post.mood = lambda number, recipient: "550 5.1.1 no such user" if recipient.startswith("dos") else None

    outbox.deliver_all()

    assert [state_of(mail).state for mail in mails] == [MailState.SENT, MailState.DEAD, MailState.SENT]
    assert [message["To"] for message in post.taken] == ["uno@x.example", "tres@x.example"]
    assert sorted(heard) == [("accepted", "tres"), ("accepted", "uno"), ("dead", "dos")]
    assert state_of(mails[1]).last_error == "550 5.1.1 no such user"


def test_a_refusal_of_the_text_is_final_too(committed, post):
    mail = owe()
    post.mood = lambda number, recipient: "d 554 5.7.1 spam"

    outbox.deliver_all()

    assert state_of(mail).state == MailState.DEAD


def test_cut_before_the_final_dot_is_no_doubt(committed, post):
    mail = owe("customer")
    OutgoingMail.objects.update(body="una línea más\n" * 800_000)  # more than the line holds at once
    post.mood = lambda number, recipient: "cut"

    outbox.deliver_all()

    held = state_of(mail)
    assert (held.state, held.doubts) == (MailState.PENDING, 0)


@pytest.mark.parametrize("mishap", ["drop", "lose"])
def test_to_ours_a_doubtful_delivery_is_repeated_after_five_minutes_with_the_same_id(committed, post, mishap):
    """F20."""
    mail = owe()
    post.mood = lambda number, recipient: mishap if number == 1 else None

    outbox.deliver_all()
    held = state_of(mail)
    wait = held.not_before - held.owed_at
    assert (held.state, held.doubts) == (MailState.PENDING, 1)
    assert timedelta(minutes=4) < wait < timedelta(minutes=6)
    let_time_pass(mail)
    outbox.deliver_all()

    assert state_of(mail).state == MailState.SENT
    assert set(post.message_ids) == {mail.message_id}
    assert len(post.taken) == (2 if mishap == "drop" else 1)


def test_to_ours_doubts_wait_longer_each_time_and_end_with_a_person(committed, post):
    mail = owe()
    post.mood = lambda number, recipient: "drop"
    waits = []
    for _ in range(3):
        outbox.deliver_all()
        waits.append(round((state_of(mail).not_before - timezone.now()).total_seconds() / 60))
        let_time_pass(mail)
    OutgoingMail.objects.update(owed_at=timezone.now() - outbox.GIVE_UP_AFTER)

    outbox.deliver_all()

    assert waits == [5, 10, 20]
    assert state_of(mail).state == MailState.UNCERTAIN


def test_to_a_customer_it_is_repeated_once_and_then_a_person_decides(committed, post):
    """F20: one automatic resend at most."""
    mail = owe("customer")
    post.mood = lambda number, recipient: "drop"

    for _ in range(4):
        outbox.deliver_all()
        let_time_pass(mail)

    held = state_of(mail)
    assert (held.state, held.doubts) == (MailState.UNCERTAIN, 2)
    assert post.message_ids == [mail.message_id] * 2
    assert heard == []


def test_the_mark_of_a_lease_that_was_lost_changes_nothing(committed, post):
    mail = owe()
    slow = outbox.claim("slow")
    let_time_pass(mail)
    fast = outbox.claim("fast")

    assert outbox._settle(slow, MailState.DEAD, at=timezone.now(), outcome="on_dead") == MailState.SENDING
    assert outbox._hand(slow) is False
    assert outbox._settle(fast, MailState.SENT, at=timezone.now(), outcome="on_accepted") == MailState.SENT
    assert heard == [("accepted", "a")]


def test_a_worker_that_lost_its_lease_does_not_hand_the_text_over(committed, post):
    mail = owe()

    def somebody_else_takes_it(number, recipient):
        OutgoingMail.objects.filter(pk=mail.pk).update(lease_owner="otro")

    post.mood = somebody_else_takes_it
    outbox.deliver_all()

    assert post.taken == []
    assert state_of(mail).state == MailState.SENDING


def test_an_outcome_that_fails_does_not_send_twice_and_is_recorded_later(committed, post, monkeypatch):
    mail = owe("broken")
    outbox.deliver_all()
    assert (state_of(mail).state, state_of(mail).outcome_owed) == (MailState.SENT, True)
    monkeypatch.setattr("casework.mail.tests.test_outbox.failing", accepted)

    outbox.deliver_all()

    assert state_of(mail).outcome_owed is False
    assert heard == [("accepted", "a")]
    assert len(post.taken) == 1


def test_two_workers_share_the_rows_and_send_each_once(committed, post):
    for number in range(60):
        owe(key=f"k{number}", to=f"p{number}@x.example")

    done = committed.at_once(*[lambda name=name: outbox.deliver_all(owner=name) for name in ("uno", "dos", "tres")])

    assert sum(done) == 60
    assert len(set(post.message_ids)) == len(post.taken) == 60


def test_the_templates_of_every_letter_are_there(db):
    for name in letters.known():
        folder = letters.find(name).folder
        for part in ("subject.txt", "body.txt", "body.html"):
            assert get_template(f"emails/{folder}/{part}")
