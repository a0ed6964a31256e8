"""The digest: as the jornada opens, on working days, once a person and day, straight from the deadlines."""

from datetime import date

import pytest

from casework.deadlines import digest, running
from casework.deadlines.models import DigestSent, PromiseKey
from casework.deadlines.tests.cases import at, case_for
from casework.deadlines.tests.test_sweep import promised
from casework.mail.letters import still_applies
from casework.mail.models import Heartbeat, OutgoingMail
from nervion_cases.testing.cast import make_cast


def recipients():
    return sorted(mail.person.username for mail in OutgoingMail.objects.filter(letter="digest"))


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("12/11 08:59", []),
        ("12/11 09:00", ["diego", "luz"]),
        ("12/11 17:59", ["diego", "luz"]),  # the worker came late
        ("12/11 18:00", []),
        ("14/11 10:00", []),  # Saturday
        ("16/11 10:00", []),  # a holiday
        ("13/11 09:00", ["beto", "diego", "elena", "luz"]),
        ("17/11 09:00", ["beto", "diego", "elena", "luz"]),
    ],
)
def test_only_as_the_jornada_opens_on_working_days_and_to_whom_it_concerns(cast, moment, sent):
    promised(cast.luz)  # due on Thursday the 12th at 10:00; no sweep ever ran

    digest.send_digests(at=at(moment))

    assert recipients() == sent


def test_once_a_person_and_day_and_only_what_stood_at_the_opening(cast):
    promised(cast.luz)
    assert digest.send_digests(at=at("11/11 09:00")) == 0  # not at half yet
    assert digest.send_digests(at=at("11/11 10:30")) == 0  # at half now: tomorrow's digest says so
    assert digest.send_digests(at=at("12/11 09:00")) == 2
    Heartbeat.objects.all().delete()
    assert digest.send_digests(at=at("12/11 09:01")) == 0
    assert digest.send_digests(at=at("12/11 15:00")) == 0
    assert DigestSent.objects.count() == 2


def test_nothing_to_say_is_not_said(cast):
    running.meet(promised(cast.luz).case_file, PromiseKey.COORDINATION_ANSWER, at=at("10/11 12:00"))

    assert digest.send_digests(at=at("12/11 09:00")) == 0


def test_what_it_says(cast):
    late, today = promised(cast.diego, made="05/11 10:00"), promised(cast.diego)
    later = running.promise(case_for(cast.diego), PromiseKey.CLOSURE, at=at("03/11 10:00"))
    type(later).objects.update(recorded_at=at("03/11"))

    digest.send_digests(at=at("12/11 09:00"))

    mail = OutgoingMail.objects.get(person=cast.diego)
    lines = [line for line in mail.body.splitlines() if line.startswith(("Vencid", "Vencen", "Por vencer", "- "))]
    folios = [deadline.case_file.folio for deadline in (late, today, later)]
    assert mail.subject == "Sus plazos del jueves 12 de noviembre de 2026"
    assert lines == [
        "Vencidos (1)",
        f"- {folios[0]} · Golpes en la tarima",
        "Vencen hoy (1)",
        f"- {folios[1]} · Golpes en la tarima",
        "Por vencer (1)",
        f"- {folios[2]} · Golpes en la tarima",
    ]
    assert all(f"http://localhost:8000/expedientes/{folio}/" in mail.html for folio in folios)


def test_a_digest_of_another_day_says_nothing_any_more(cast, monkeypatch):
    promised(cast.diego)
    digest.send_digests(at=at("12/11 09:00"))
    mail = OutgoingMail.objects.get(person=cast.diego)

    monkeypatch.setattr(digest, "database_now", lambda: at("12/11 17:00"))
    assert still_applies(mail)
    monkeypatch.setattr(digest, "database_now", lambda: at("13/11 00:00"))
    assert not still_applies(mail)


def test_two_at_once_owe_one_each(committed):
    cast = make_cast()
    promised(cast.luz)

    owed = committed.at_once(*[lambda: digest.send_digests(at=at("12/11 09:00"))] * 3)

    assert sum(owed) == 2
    assert recipients() == ["diego", "luz"]
    assert set(DigestSent.objects.values_list("day", flat=True)) == {date(2026, 11, 12)}
