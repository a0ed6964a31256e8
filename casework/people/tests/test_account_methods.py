"""The doors of the account answer whatever method they are asked with: scanners of mail ask with HEAD."""

import pytest
from django.test import Client
from django.urls import URLPattern

from casework.people.account_urls import urlpatterns

PLAIN = [
    f"/cuenta/{entry.pattern}"
    for entry in urlpatterns
    if isinstance(entry, URLPattern) and "(" not in str(entry.pattern)
]
PATHS = [*PLAIN, "/cuenta/recuperar/3f-dm4k2x-aa/", "/cuenta/dos-pasos/", "/cuenta/dos-pasos/authenticate/"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("inside", [False, True])
def test_no_method_breaks_a_door(cast, signed_in, method, inside):
    browser = signed_in(cast.ana) if inside else Client()

    answers = {path: getattr(browser, method)(path).status_code for path in PATHS}

    assert len(answers) >= 11
    assert {path for path, status in answers.items() if status >= 500} == set()
