"""What the post could not settle by itself waits for the coordinator, in words, with what can be done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.mail import incidents, letters, outbox
from casework.mail.models import MailState, OutgoingMail
from casework.mail.my_day import incidents as on_my_day
from casework.people.models import Department
from casework.records.models import CaseFile, CaseKind
from casework.rules import Forbidden, Refused

heard = []


def accepted(mail, *, at):
    heard.append(("accepted", at))


def dead(mail, *, at):
    heard.append(("dead", at))


def applies(mail):
    return mail.subject != "Ya no"


@pytest.fixture(autouse=True)
def letter_of_the_test(monkeypatch):
    heard.clear()
    monkeypatch.setattr(letters, "_letters", dict(letters._letters))
    here = "casework.mail.tests.test_incidents"
    letters.register(
        "customer",
        folder="alert",
        to_customer=True,
        on_accepted=f"{here}.accepted",
        on_dead=f"{here}.dead",
        still_applies=f"{here}.applies",
    )


@pytest.fixture
def case(cast):
    now = timezone.now()
    return CaseFile.objects.create(
        folio="Q-2026-00001",
        kind=CaseKind.COMPLAINT,
        title="Color fuera de tono",
        department=Department.objects.get(code="servicio"),
        responsible=cast.ana,
        opened_at=now,
        last_movement_at=now,
    )


def failed(case, state=MailState.DEAD, error="550 5.1.1 no such user", headline="Acuse"):
    now = timezone.now()
    mail = outbox.owe(
        "customer",
        key=f"{headline}{state}",
        to="rosa@nandu.example",
        context={"headline": headline},
        at=now,
        case_file=case,
    )
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=state,
        settled_at=now,
        attempts=2,
        doubts=2,
        handed_at=now - timedelta(minutes=6),
        last_error=error,
        subject=headline,
    )
    mail.refresh_from_db()
    return mail


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (MailState.DEAD, "550 5.1.1 no such user", "no existe"),
        (MailState.DEAD, "552 5.2.2 quota", "lleno"),
        (MailState.DEAD, "554 5.7.1 spam", "rechazó"),
        (MailState.DEAD, "451 4.7.1 later", "tres días"),
        (MailState.UNCERTAIN, "se cortó después de entregarlo", "no se sabe si llegó"),
    ],
)
def test_it_says_in_words_what_failed(cast, case, signed_in, state, error, words):
    failed(case, state, error)

    page = signed_in(cast.beto).get(reverse("mail:incidents")).content.decode()

    assert words in page
    assert "Q-2026-00001" in page
    assert error in page


def test_it_waits_on_the_coordinators_day_and_on_nobody_elses(cast, case):
    failed(case)

    (group,) = on_my_day(cast.beto, at=timezone.now())

    assert (group.count, group.rows[0].folio) == (1, "Q-2026-00001")
    assert on_my_day(cast.ana, at=timezone.now()) == []


def test_sent_again_it_is_the_same_message(cast, case, signed_in):
    mail = failed(case)

    signed_in(cast.beto).post(reverse("mail:send_again", args=[mail.pk]))

    again = OutgoingMail.objects.get(pk=mail.pk)
    assert (again.state, again.message_id, again.doubts) == (MailState.PENDING, mail.message_id, 0)
    assert case.timeline.get().verb == "mail.sent_again"
    assert incidents.open_incidents().count() == 0


def test_attended_it_is_no_incident_any_more(cast, case, signed_in):
    mail = failed(case)

    signed_in(cast.beto).post(reverse("mail:attend", args=[mail.pk]))

    mail.refresh_from_db()
    assert (mail.state, mail.attended_by) == (MailState.DEAD, cast.beto)
    assert incidents.open_incidents().count() == 0
    assert heard == []
    with pytest.raises(Refused):
        incidents.attend(mail, by=cast.beto, at=timezone.now())


def test_a_person_says_that_an_uncertain_one_arrived(cast, case):
    mail = failed(case, MailState.UNCERTAIN)

    incidents.confirm_arrival(mail, by=cast.beto, at=timezone.now())

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert heard == [("accepted", mail.handed_at)]


def test_a_person_says_that_an_uncertain_one_did_not(cast, case):
    mail = failed(case, MailState.UNCERTAIN)
    now = timezone.now()

    incidents.attend(mail, by=cast.beto, at=now)

    mail.refresh_from_db()
    assert mail.state == MailState.DEAD
    assert heard == [("dead", now)]


def test_a_refused_one_cannot_have_arrived(cast, case, signed_in):
    mail = failed(case)

    page = signed_in(cast.beto).post(reverse("mail:arrived", args=[mail.pk]), follow=True).content.decode()

    assert "Ese correo fue rechazado: no pudo haber llegado." in page
    mail.refresh_from_db()
    assert mail.state == MailState.DEAD


def test_what_no_longer_applies_is_not_sent_again(cast, case, signed_in):
    mail = failed(case, headline="Ya no")

    page = signed_in(cast.beto).get(reverse("mail:incidents")).content.decode()

    assert reverse("mail:send_again", args=[mail.pk]) not in page
    with pytest.raises(Refused):
        incidents.send_again(mail, by=cast.beto, at=timezone.now())


def test_what_waits_for_the_mail_server_is_shown(cast, case, signed_in):
    mail = failed(case)
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=MailState.PENDING, settled_at=None, last_error="el servidor de correo no atiende"
    )

    page = signed_in(cast.beto).get(reverse("mail:incidents")).content.decode()

    assert "En espera de salir: 1" in page
    assert "el servidor de correo no atiende" in page


@pytest.mark.parametrize("name", ["attend", "send_again", "arrived"])
def test_only_the_coordinator_decides(cast, case, signed_in, name):
    mail = failed(case, MailState.UNCERTAIN)
    url = reverse(f"mail:{name}", args=[mail.pk])

    assert signed_in(cast.ana).post(url).status_code == 403
    assert signed_in(cast.ana).get(reverse("mail:incidents")).status_code == 403
    assert signed_in(cast.beto).get(url).status_code == 405
    with pytest.raises(Forbidden):
        incidents.attend(mail, by=cast.ana, at=timezone.now())
    assert signed_in(cast.beto).post(url).status_code == 302
