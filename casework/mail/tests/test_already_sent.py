"""After a restore, what the mail server took is not sent again (trust §9). The whole drill is F40."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from casework.deadlines.models import Deadline, PromiseKey
from casework.mail import already_sent, letters, outbox
from casework.mail.models import MailState, OutgoingMail
from casework.moment import PLANT
from nervion_cases.testing import situations

NOW = datetime(2026, 1, 2, 12, tzinfo=PLANT)
LOG = """\
Dec 31 23:59:58 mail postfix/smtpd[88]: 4ABCDEF: client=app[10.0.0.2]
Dec 31 23:59:58 mail postfix/cleanup[90]: 4ABCDEF: message-id=<one@nervion.example>
Dec 31 23:59:58 mail postfix/qmgr[12]: 4ABCDEF: from=<servicio@nervion.example>, size=900, nrcpt=1 (queue active)
2026-01-01T08:00:00.5-06:00 mail postfix/cleanup[90]: 5ABCDEF: message-id=<two@nervion.example>
2026-01-01T08:00:01.5-06:00 mail postfix/smtp[91]: 5ABCDEF: to=<a@b.example>, relay=b[1.2.3.4]:25, dsn=2.0.0, status=sent (250 ok)
Jan  1 09:00:00 mail postfix/cleanup[90]: 6ABCDEF: message-id=<cut@nervion.example>
Jan  1 09:00:03 mail postfix/smtpd[88]: lost connection after DATA from app[10.0.0.2]
Jan  1 09:00:04 mail dovecot: imap-login: message-id=<strange@nervion.example> (queue active)
"""


def test_postfix_has_what_it_queued_and_not_what_was_cut_on_the_way():
    found = already_sent.in_lines(LOG.splitlines(keepends=True), now=NOW)

    assert found == {
        "<one@nervion.example>": datetime(2025, 12, 31, 23, 59, 58, tzinfo=PLANT),  # syslog knows no year
        "<two@nervion.example>": datetime(2026, 1, 1, 14, 0, 0, 500_000, tzinfo=UTC),
    }


def test_a_list_may_say_when():
    lines = ["<a@b.example> 2026-01-01T10:00:00Z\n", "<c@d.example>\n", "words\n", "\n"]

    assert already_sent.in_lines(lines, now=NOW) == {
        "<a@b.example>": datetime(2026, 1, 1, 10, tzinfo=UTC),
        "<c@d.example>": None,
    }


def test_a_folder_of_messages_is_read_by_its_headers(tmp_path):
    (tmp_path / "1.eml").write_bytes(
        b"X-Received-At: 2026-01-01T10:00:00+00:00\r\nMessage-ID: <a@b.example>\r\n\r\nhola"
    )
    (tmp_path / "2.eml").write_bytes(b"Message-ID:\r\n <folded@b.example>\r\n\r\nMessage-ID: <body@b.example>")

    assert already_sent.in_folder(tmp_path) == {
        "<a@b.example>": datetime(2026, 1, 1, 10, tzinfo=UTC),
        "<folded@b.example>": None,
    }


@pytest.fixture
def acuse(cast):
    """The acuse of a complaint, owed."""
    at = timezone.now() - timedelta(hours=2)
    complaint = situations.registered(cast, at=at, contact=cast.contact)
    return OutgoingMail.objects.get(case_file=complaint.case_file, letter="complaint.acknowledgement")


def run(*lines, tmp_path):
    """The command with a list of these lines; what it says."""
    (tmp_path / "sent").write_text("\n".join(lines))
    out = io.StringIO()
    call_command("mark_sent_mail", str(tmp_path / "sent"), stdout=out)
    return out.getvalue()


def deadline_of(mail):
    return Deadline.objects.get(case_file=mail.case_file, key=PromiseKey.ACKNOWLEDGEMENT)


@pytest.mark.parametrize("claimed", [False, True], ids=["pending", "sending"])
def test_an_acuse_that_was_sent_meets_its_deadline_when_it_was(acuse, claimed, tmp_path):
    if claimed:
        outbox.claim("a dispatcher of before")
    when = acuse.owed_at + timedelta(minutes=7)

    said = run(f"{acuse.message_id} {when.isoformat()}", "<other@elsewhere.example>", tmp_path=tmp_path)

    acuse.refresh_from_db()
    assert "así quedaron: 1." in said
    assert "Sin fila aquí: 1" in said
    assert (acuse.state, acuse.settled_at, acuse.lease_owner) == (MailState.SENT, when, "")
    assert deadline_of(acuse).met_at == when
    assert acuse.case_file.timeline.filter(verb="acknowledgement.sent").count() == 1


def test_running_it_twice_changes_nothing(acuse, tmp_path):
    run(acuse.message_id, tmp_path=tmp_path)
    lines = acuse.case_file.timeline.count()

    assert "así quedaron: 0." in run(acuse.message_id, tmp_path=tmp_path)
    assert acuse.case_file.timeline.count() == lines


def test_without_an_instant_it_was_sent_now_and_never_in_the_future(acuse, tmp_path):
    run(f"{acuse.message_id} 2999-01-01T00:00:00Z", tmp_path=tmp_path)

    acuse.refresh_from_db()
    assert timezone.now() - timedelta(minutes=1) < acuse.settled_at <= timezone.now()


def test_what_is_not_in_the_log_stays_owed(acuse, tmp_path):
    assert "así quedaron: 0." in run("<other@elsewhere.example>", tmp_path=tmp_path)

    acuse.refresh_from_db()
    assert acuse.state == MailState.PENDING


def test_an_outcome_that_fails_is_owed_and_the_mail_is_not(acuse, tmp_path, monkeypatch):
    def failing(*_, **__):
        raise RuntimeError("not now")

    monkeypatch.setattr(letters, "tell_outcome", failing)
    run(acuse.message_id, tmp_path=tmp_path)

    acuse.refresh_from_db()
    assert (acuse.state, acuse.outcome_owed) == (MailState.SENT, True)
    monkeypatch.undo()
    outbox.settle_outcomes()
    assert deadline_of(acuse).met_at == acuse.settled_at


@pytest.mark.django_db
def test_a_log_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(CommandError, match="No se pudo leer"):
        call_command("mark_sent_mail", str(tmp_path / "nothing"))
