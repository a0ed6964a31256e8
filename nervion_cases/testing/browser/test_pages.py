"""Every page, wide and on a telephone: nothing grave for axe, nothing sticks out, no report of the CSP."""

import re

import pytest

from nervion_cases.testing.browser.looking import look
from nervion_cases.testing.browser.pages import ELSEWHERE, PAGES, address, names

pytestmark = pytest.mark.xdist_group("browser")

ENGLISH = re.compile(
    r"\b(the|and|your|please|submit|password|email|none|true|false|sign in|not found|required)\b", re.IGNORECASE
)


@pytest.mark.parametrize("role", PAGES, ids=lambda role: role or "nobody")
def test_every_page_can_be_used_by_everybody(data, visitor, role):
    from casework.people.models import User

    person = User.objects.filter(username=role).first()
    one, wrong = visitor(role or None), []
    for page in PAGES[role]:
        path = address(page, person)
        answer = one.go(path)
        if answer.status != 200:
            wrong.append(f"{page}: {answer.status} {path}")
            continue
        assert one.path.startswith(path.partition("?")[0]), f"{page}: led to {one.path}"
        wrong += look(one, page, picture=f"{role or 'nadie'}.{re.sub(r'[^a-z_]+', '-', page)}")
        if english := ENGLISH.findall(one.text):
            wrong.append(f"{page} speaks English: {english}")

    assert not wrong, "\n".join(wrong)


def test_the_walk_knows_every_page():
    walked = {page.partition(" ")[0].partition("?")[0] for pages in PAGES.values() for page in pages}

    assert set(names()) - walked == set(ELSEWHERE)
