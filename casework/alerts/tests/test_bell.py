"""A line in the bell, once for ever, and the mail it may owe."""

import re
from collections import Counter
from datetime import datetime

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from casework.alerts import bell
from casework.alerts.models import Alert
from casework.alerts.sentences import SENTENCES, headline, sentence
from casework.mail.letters import still_applies
from casework.mail.models import OutgoingMail
from casework.moment import PLANT
from casework.people.models import Department, Substitute
from casework.records.models import CaseFile, CaseKind
from nervion_cases.testing.cast import make_cast

TUESDAY = datetime(2026, 11, 10, 10, tzinfo=PLANT)
SATURDAY = datetime(2026, 11, 14, 10, tzinfo=PLANT)
FACTS = {"department": "Almacén PT", "question": "¿Qué pasó con la tarima?"}


@pytest.fixture
def case(cast):
    return make_case(cast)


def make_case(cast):
    return CaseFile.objects.create(
        folio="CI-2026-00045",
        kind=CaseKind.REQUEST,
        title="Golpes en la tarima",
        department=Department.objects.get(code="almacen-pt"),
        responsible=cast.diego,
        opened_at=TUESDAY,
        last_movement_at=TUESDAY,
    )


def assign(case, *people, occasion="request:1", at=TUESDAY, **other):
    return bell.tell(people, "request.assigned", occasion=occasion, at=at, case_file=case, facts=FACTS, **other)


def test_told_once_for_ever(cast, case):
    first = assign(case, cast.diego, cast.luz, cast.diego, None)
    again = assign(case, cast.diego, cast.luz)
    another = assign(case, cast.diego, occasion="request:2")

    assert [alert.person for alert in first] == [cast.diego, cast.luz]
    assert list(again) == []
    assert len(another) == 1
    assert bell.unseen_count(cast.diego) == 2


def test_what_it_says(cast, case):
    (alert,) = assign(case, cast.diego)

    assert headline(alert) == "Se le asignó un caso"
    assert sentence(alert) == "Almacén PT debe responder: ¿Qué pasó con la tarima?"


def test_a_reason_without_a_sentence_is_a_mistake(cast, case):
    with pytest.raises(KeyError):
        bell.tell([cast.diego], "nothing.known", occasion="x", at=TUESDAY)


def test_only_what_is_urgent_owes_a_mail_and_only_in_the_hours_of_work(cast, case):
    assign(case, cast.diego, occasion="quiet")
    assert OutgoingMail.objects.count() == 0
    assign(case, cast.diego, occasion="now", at_once=True)
    assign(case, cast.diego, occasion="weekend", at=SATURDAY, at_once=True)

    now, weekend = OutgoingMail.objects.order_by("pk")
    assert now.subject == "[CI-2026-00045] Se le asignó un caso"
    assert (now.not_before, now.alert.person) == (TUESDAY, cast.diego)
    assert weekend.not_before == datetime(2026, 11, 17, 9, tzinfo=PLANT)  # Monday is a holiday
    assert "http://localhost:8000/expedientes/CI-2026-00045/" in now.html


def test_who_left_or_has_no_address_gets_no_mail(cast, case):
    cast.luz.is_active, cast.ivan.email = False, ""
    cast.luz.save()
    cast.ivan.save()

    alerts = assign(case, cast.luz, cast.ivan, at_once=True)

    assert [alert.person for alert in alerts] == [cast.ivan]
    assert OutgoingMail.objects.count() == 0


def test_an_address_that_cannot_be_written_to_does_not_stop_the_rest(cast, case):
    cast.luz.email = "luz mora@nervion.example"
    cast.luz.save()

    alerts = assign(case, cast.luz, cast.diego, at_once=True)

    assert [alert.person for alert in alerts] == [cast.luz, cast.diego]
    assert [mail.person for mail in OutgoingMail.objects.all()] == [cast.diego]


def test_the_alert_of_an_absent_head_reaches_the_substitute_who_may_see_the_case(cast, case):
    for person, code in ((cast.luz, "almacen-pt"), (cast.fermin, "almacen-pt")):
        Substitute.objects.create(
            department=Department.objects.get(code=code),
            person=person,
            since=timezone.localdate(),
            until=timezone.localdate(),
            named_by=cast.irma,
            named_at=TUESDAY,
        )
    from casework.records import participation

    participation.joins(case, person=cast.luz, at=TUESDAY)

    alerts = assign(case, cast.diego, at=timezone.now())

    assert [alert.person for alert in alerts] == [cast.diego, cast.luz]


def test_the_mail_of_a_closed_case_no_longer_applies(cast, case):
    (alert,) = assign(case, cast.diego, at_once=True)
    assert still_applies(alert.mail)
    CaseFile.objects.filter(pk=case.pk).update(closed_at=TUESDAY, closed_by=cast.beto)

    assert not still_applies(alert.mail)


def test_told_by_many_at_once_it_is_told_once(committed):
    cast = make_cast()
    case = make_case(cast)

    made = committed.at_once(*[lambda: assign(case, cast.diego, cast.luz, at_once=True)] * 6)

    assert sum(len(alerts) for alerts in made) == 2
    assert Counter(Alert.objects.values_list("person__username", flat=True)) == {"diego": 1, "luz": 1}
    assert OutgoingMail.objects.count() == 2


def test_opening_one_is_a_post_that_marks_it_and_shows_the_case(cast, case, signed_in):
    (alert,) = assign(case, cast.diego)
    browser = signed_in(cast.diego)
    url = reverse("alerts:open", args=[alert.pk])

    assert browser.get(url).status_code == 405
    page = browser.get(reverse("alerts:list"))
    alert.refresh_from_db()
    assert alert.seen_at is None
    assert "Se le asignó un caso" in page.content.decode()
    answer = browser.post(url)

    alert.refresh_from_db()
    assert answer.headers["Location"] == reverse("case_file", args=["CI-2026-00045"])
    assert alert.seen_at is not None


def test_nobody_opens_the_alert_of_another(cast, case, signed_in):
    (alert,) = assign(case, cast.diego)

    assert signed_in(cast.fermin).post(reverse("alerts:open", args=[alert.pk])).status_code == 404
    alert.refresh_from_db()
    assert alert.seen_at is None


def test_all_read_at_once(cast, case, signed_in):
    assign(case, cast.diego, cast.luz)

    signed_in(cast.diego).post(reverse("alerts:see_all"))

    assert (bell.unseen_count(cast.diego), bell.unseen_count(cast.luz)) == (0, 1)


@pytest.mark.parametrize("page", ["1", "-1", "0", "NaN", "9" * 50])
def test_the_list_stands_any_page_and_costs_the_same(cast, case, signed_in, page, django_assert_max_num_queries):
    for number in range(40):
        assign(case, cast.diego, occasion=f"request:{number}")
    browser = signed_in(cast.diego)

    with django_assert_max_num_queries(8):
        assert browser.get(reverse("alerts:list"), {"page": page}).status_code == 200


def test_every_reason_told_has_a_sentence():
    told = set()
    for folder in ("complaints", "coordination", "casework"):
        for file in (settings.BASE_DIR / folder).rglob("*.py"):
            if "tests" in file.parts or "migrations" in file.parts:
                continue
            text = file.read_text()
            told |= set(re.findall(r'tell\w*\(\s*[^"()]*(?:\([^()]*\)[^"()]*)*"([a-z_]+\.[a-z_]+)"', text))
    assert told - set(SENTENCES) == set()


def test_what_is_done_is_new_in_no_bell(cast, case):
    assign(case, cast.diego, cast.luz)
    assign(case, cast.diego, occasion="request:12")

    bell.settle(case, "request:1:", at=TUESDAY)
    assert bell.unseen_count(cast.diego) == 2
    bell.settle(case, "request:12", at=TUESDAY)

    assert (bell.unseen_count(cast.diego), bell.unseen_count(cast.luz)) == (1, 1)
