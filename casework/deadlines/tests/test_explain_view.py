"""«¿Por qué vence entonces?» on a screen: for whoever may see the case, in words of a department head."""

import pytest
from django.urls import reverse

from casework.deadlines import running
from casework.deadlines.models import PromiseKey
from casework.deadlines.tests.cases import at, case_for
from casework.records import participation


@pytest.fixture
def deadline(cast):
    case = case_for(cast.diego)
    participation.joins(case, person=cast.diego, at=case.opened_at)
    return running.promise(case, PromiseKey.COORDINATION_ANSWER, at=at("13/11 10:00"))


def test_the_page_and_the_fragment_say_the_same_lines(cast, deadline, signed_in):
    browser = signed_in(cast.diego)
    url = reverse("deadlines:explain", args=[deadline.pk])

    page = browser.get(url).content.decode()
    fragment = browser.get(url, headers={"HX-Request": "true"}).content.decode()

    assert "<html" in page
    assert "<html" not in fragment
    for line in running.derivation(deadline)["sentences"]:
        assert line in page
        assert line in fragment
    assert "dentro de 48 horas hábiles (MPC-SER-009 §3.2)" in fragment


@pytest.mark.parametrize(
    ("who", "status"), [("diego", 200), ("beto", 200), ("julia", 200), ("fermin", 404), ("irma", 404)]
)
def test_only_who_may_see_the_case(cast, deadline, signed_in, who, status):
    assert signed_in(getattr(cast, who)).get(reverse("deadlines:explain", args=[deadline.pk])).status_code == status


def test_no_such_deadline(cast, signed_in):
    assert signed_in(cast.beto).get(reverse("deadlines:explain", args=[999_999])).status_code == 404
