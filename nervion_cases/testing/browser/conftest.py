"""One house and one Chromium for all tests of this room."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from nervion_cases.testing.browser.house import PASSWORD, House
from nervion_cases.testing.browser.visitor import ARGUMENTS, PHONE, WIDE, Visitor, Watch
from nervion_cases.testing.databases import connections, point_to


@pytest.fixture(scope="session")
def house(committed_template, django_db_blocker):
    """The parts, running; ended with the tests."""
    with django_db_blocker.unblock():
        house = House(committed_template, Path(os.environ["MEDIA_ROOT"]).parent / "house")
        try:
            yield house.start()
        finally:
            house.stop()


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, without a word to the outside."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def data(house, django_db_blocker):
    """Django of the tests talks to the database of the house: what the browser did can be asked, and time moved."""
    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        point_to(house.database)
        try:
            yield house
        finally:
            point_to(before)


@pytest.fixture
def watch(house):
    """Fails the test in which a page did something that no page may."""
    watch = Watch(house.url)
    yield watch
    assert not watch.wrong, "\n".join(watch.wrong)


@pytest.fixture
def visitor(house, chromium, watch):
    """`visitor("coordinador")` is signed in; `visitor()` is somebody unknown. `phone=True`, `scripts=False`."""
    visitors = []

    def enter(role=None, *, phone=False, scripts=True):
        cookies = sign_in(role) if role else None
        one = Visitor(house, chromium, watch, size=PHONE if phone else WIDE, scripts=scripts, cookies=cookies)
        visitors.append(one)
        return one

    def sign_in(role):
        if role not in house.entered:
            one = Visitor(house, chromium, watch)
            one.go("/cuenta/entrar/")
            one.fill_sign_in(role, PASSWORD)
            one.page.wait_for_url(house.url + "/")
            house.entered[role] = one.context.storage_state()
            one.leave()
        return house.entered[role]

    yield enter
    for one in visitors:
        one.leave()
