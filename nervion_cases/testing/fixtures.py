"""Fixtures that every room may use."""

import pytest


@pytest.fixture
def cast(db):
    """The people of the story, with a customer, a product and a lote."""
    from nervion_cases.testing.cast import make_cast

    return make_cast()


@pytest.fixture
def signed_in(client):
    """A client signed in as somebody: `signed_in(cast.ana).get(…)`."""
    from django.test import Client

    def enter(person):
        browser = Client()
        browser.force_login(person, backend="casework.people.accounts.PeopleBackend")
        return browser

    return enter
