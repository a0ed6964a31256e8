"""When the database is gone, and when we are wrong: Spanish words, a number, and nothing of what is inside (row 57)."""

import re
import socket
import uuid

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from casework.web.views import bad_request
from nervion_cases.testing.cast import make_cast
from nervion_cases.testing.forms_of_pages import forms_of
from nervion_cases.views import MyDay

NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INSIDE = ("Traceback", "OperationalError", "settings", "psycopg2", "connection to server")


@pytest.fixture
def browser(committed):
    """Somebody signed in, whose errors are answered and not raised."""
    browser = Client(raise_request_exception=False)
    browser.force_login(make_cast().ana)
    return browser


@pytest.fixture
def without_database(browser):
    """PostgreSQL is not there any more, for this thread."""
    values = connection.settings_dict
    before = values["HOST"], values["PORT"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        connection.close()
        values["HOST"], values["PORT"] = probe.getsockname()  # nobody listens
        yield
        connection.close()
        values["HOST"], values["PORT"] = before


@pytest.mark.usefixtures("without_database")
class TestWithoutADatabase:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/"),
            ("post", "/quejas/nueva/"),
            ("get", "/cuenta/entrar/"),
            ("get", "/no-hay-tal-pagina/"),  # its own page would ask who looks
            ("get", "/encuesta/abc/"),
        ],
    )
    def test_it_says_so_and_to_come_back(self, browser, method, path):
        response = getattr(browser, method)(path)
        text = response.content.decode()

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "60"
        assert "No se perdió nada de lo ya guardado. Vuelva a intentarlo en un minuto." in text
        assert f'<code class="quote">{response.headers["X-Request-ID"]}</code>' in text
        assert not [word for word in INSIDE if word in text]

    def test_a_script_is_told_in_words(self, browser):
        response = browser.post("/evidencia/", headers={"Accept": "application/json"})

        assert response.status_code == 503
        assert response.json()["error"].startswith("El sistema no puede atenderle en este momento.")
        assert response.json()["request_id"] == response.headers["X-Request-ID"]

    def test_what_was_typed_is_on_the_page_to_be_sent_again(self, browser):
        """A page that no browser may keep is not brought back by «Atrás» with its fields."""
        said = {"description": 'Se «escurre"\ny huele <mal>', "submission": "one", "channels": ["a", "b"]}

        text = browser.post("/quejas/nueva/?customer=3", said).content.decode()
        form = forms_of("", text)[0]

        assert (form.action, form.method) == ("/quejas/nueva/?customer=3", "post")
        assert form.values == {"description": [said["description"]], "submission": ["one"], "channels": ["a", "b"]}
        assert "archivos" not in text

    def test_files_are_said_to_be_missing_and_passwords_are_never_on_it(self, browser):
        file = SimpleUploadedFile("a.jpg", b"x")

        with_file = browser.post("/quejas/nueva/", {"description": "x", "files": file}).content.decode()
        signing_in = browser.post("/cuenta/entrar/", {"login": "ana", "password": "muy secreta"}).content.decode()

        assert "Los archivos que eligió tendrá que agregarlos después." in with_file
        assert "muy secreta" not in signing_in
        assert not forms_of("", signing_in)

    def test_the_page_needs_no_style_of_a_table(self, browser):
        """Its files are where they are without asking any manifest."""
        text = browser.get("/").content.decode()

        assert re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
        assert "{%" not in text


@pytest.mark.parametrize(("cause", "status"), [(OperationalError, 503), (ValueError, 400)])
def test_a_session_that_cannot_be_kept_is_an_outage_and_no_mistake_of_whoever_asked(cause, status):
    """Django says «bad request» when a session cannot be saved, whatever the reason."""
    try:
        try:
            raise cause
        except cause:
            raise SessionInterrupted  # noqa: B904  (as Django does)
    except SessionInterrupted as no:
        response = bad_request(RequestFactory().get("/"), no)

    assert response.status_code == status


def test_what_breaks_is_a_page_with_a_number(browser, monkeypatch):
    monkeypatch.setattr(MyDay, "get_context_data", lambda *_, **__: 1 / 0)

    response = browser.get("/")
    text = response.content.decode()

    assert response.status_code == 500
    assert "Algo falló de nuestro lado" in text
    assert NUMBER.search(text)[0] == response.headers["X-Request-ID"]
    assert not [word for word in (*INSIDE, "ZeroDivisionError") if word in text]


def test_every_answer_has_a_number_that_the_client_does_not_choose(browser):
    told = str(uuid.uuid4())

    numbers = {
        browser.get(path, headers={"X-Request-ID": told}).headers["X-Request-ID"]
        for path in ("/", "/no-hay/", "/salud/", "/personas/")
    }

    assert len(numbers) == 4
    assert told not in numbers
    assert all(NUMBER.fullmatch(number) for number in numbers)
