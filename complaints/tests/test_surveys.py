"""The customer's survey by a single-purpose link (MPC-SER-002 §6; trust §5 rows 52 and 53)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.links.models import Link
from complaints import actions
from complaints.models import Acknowledgement
from complaints.views.surveys import COOKIE
from nervion_cases.testing.situations import answered


def sent_survey(cast):
    """A survey that left, and its token out of the letter."""
    complaint = answered(cast, contact=cast.contact)
    Acknowledgement.objects.filter(complaint=complaint).update(accepted_at=timezone.now())
    actions.record_conformity(complaint, result="satisfied", note="Sí.", by=cast.ana, at=timezone.now())
    actions.close(complaint, by=cast.ana, at=timezone.now())
    survey = complaint.surveys.get()
    return survey, re.search(r"/encuesta/([\w-]+)/", survey.mail.body)[1]


def opened(token):
    """A customer's browser that followed the link."""
    browser = Client()
    answer = browser.get(reverse("complaints:survey", args=[token]))
    assert answer.status_code == 302
    return browser


def test_the_link_hides_its_token_and_the_answer_is_kept(cast):
    survey, token = sent_survey(cast)

    browser = Client()
    first = browser.get(reverse("complaints:survey", args=[token]))
    page = browser.get(first.url)
    answer = browser.post(first.url, {"score": "5", "comment": "Muy amables"})

    assert first.url == "/encuesta/"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    cookie = first.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert token not in page.content.decode()
    assert survey.complaint.folio in page.content.decode()
    assert answer.url == reverse("complaints:survey_thanks")
    assert browser.get(answer.url).status_code == 200
    survey.refresh_from_db()
    assert (survey.score, survey.comment) == (5, "Muy amables")
    assert survey.answered_at is not None


def test_scanners_that_open_it_use_nothing_up(cast):
    survey, token = sent_survey(cast)
    url = reverse("complaints:survey", args=[token])

    for _ in range(10):
        assert Client().head(url).status_code == 302
        assert Client().get(url).status_code == 302
        Client().options(url)

    survey.link.refresh_from_db()
    assert survey.link.used == 0
    assert opened(token).post("/encuesta/", {"score": "4"}).status_code == 302


def test_a_second_answer_finds_nothing(cast):
    survey, token = sent_survey(cast)
    first, second = opened(token), opened(token)
    assert first.post("/encuesta/", {"score": "5"}).status_code == 302

    again = [first.post("/encuesta/", {"score": "1"}), second.post("/encuesta/", {"score": "1"})]

    assert [answer.status_code for answer in again] == [404, 404]
    survey.refresh_from_db()
    assert survey.score == 5


def test_unknown_used_expired_withdrawn_and_cut_links_look_the_same(cast):
    survey, token = sent_survey(cast)
    links = Link.objects.filter(pk=survey.link_id)
    url = reverse("complaints:survey", args=[token])
    unknown = Client().get(reverse("complaints:survey", args=["x" * 43]))
    pages = [Client().get(reverse("complaints:survey", args=[token[:-1]])), Client().get("/encuesta/")]
    for change in (
        {"expires_at": timezone.now() - timedelta(seconds=1), "at": timezone.now() - timedelta(days=31)},
        {"expires_at": timezone.now() + timedelta(days=1), "revoked_at": timezone.now()},
        {"revoked_at": None, "used": 1},
        {"used": 0, "purpose": "photos"},
    ):
        links.update(**change)
        pages.append(Client().get(url))
    links.update(purpose="survey")

    assert unknown.status_code == 404
    assert {page.status_code for page in pages} == {404}
    bare = {re.sub(r'content="[^"]*"|"X-CSRFToken": "[^"]*"', "", page.content.decode()) for page in (*pages, unknown)}
    assert len(bare) == 1
    assert not any(COOKIE in page.cookies for page in pages)
    assert Client().get(url).status_code == 302  # and now it may be used


def test_a_forged_cookie_opens_nothing(cast):
    survey, token = sent_survey(cast)
    browser = Client()
    browser.cookies[COOKIE] = f"{token}:1:forged"

    assert browser.get("/encuesta/").status_code == 404
    assert browser.post("/encuesta/", {"score": "5"}).status_code == 404
    survey.refresh_from_db()
    assert survey.score is None


@pytest.mark.parametrize("score", ["", "0", "6", "5.5", "-1", "cinco", "1e400"])
def test_what_is_no_score_is_said_and_the_comment_kept(cast, score):
    survey, token = sent_survey(cast)

    answer = opened(token).post("/encuesta/", {"score": score, "comment": "Un comentario <b>largo</b>"})

    assert answer.status_code == 422
    assert "Elija una calificación" in answer.content.decode()
    assert "Un comentario &lt;b&gt;largo&lt;/b&gt;" in answer.content.decode()
    survey.refresh_from_db()
    assert survey.score is None


def test_the_post_needs_the_seal_of_the_form(cast):
    _, token = sent_survey(cast)
    browser = Client(enforce_csrf_checks=True)
    browser.get(reverse("complaints:survey", args=[token]))

    assert browser.post("/encuesta/", {"score": "5"}).status_code == 403


def test_extra_fields_change_nothing_else(cast):
    survey, token = sent_survey(cast)

    opened(token).post(
        "/encuesta/", {"score": "3", "complaint": "1", "cycle": "9", "by": "1", "answered_at": "2020-01-01"}
    )

    survey.refresh_from_db()
    assert (survey.score, survey.cycle) == (3, 1)
    assert survey.answered_at.year > 2020


def test_the_token_is_not_logged(cast, caplog):
    _, token = sent_survey(cast)
    mistyped = token[:-2]

    with caplog.at_level(0):
        Client().get(reverse("complaints:survey", args=[mistyped]))
        opened(token)

    assert mistyped not in caplog.text
    assert token not in caplog.text


def test_of_two_answers_at_the_same_instant_one_is_kept(committed):
    from nervion_cases.testing.cast import make_cast

    survey, token = sent_survey(make_cast())
    one, other = opened(token), opened(token)

    statuses = committed.at_once(
        lambda: one.post("/encuesta/", {"score": "5"}).status_code,
        lambda: other.post("/encuesta/", {"score": "1"}).status_code,
    )

    assert sorted(statuses) == [302, 404]
    survey.refresh_from_db()
    assert survey.score == (5 if statuses[0] == 302 else 1)
    survey.link.refresh_from_db()
    assert survey.link.used == 1
