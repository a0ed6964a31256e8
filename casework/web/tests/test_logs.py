"""The log: one line a request, with its number; no token, no address, no data of anybody, and no line that lies."""

import json
import logging
from time import monotonic, process_time, sleep

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.db import IntegrityError, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from structlog.contextvars import bound_contextvars

from casework.links.models import digest
from casework.people.models import User
from casework.web import logs

TOKEN = "Vb3kYx-9sLq2_Zt7RwPnAc5HdEjUfMg8oTiXvNyBz0K"


@pytest.fixture
def written(monkeypatch):
    """What would stand in the log: every record of the root, as the formatter writes it. `written(as_json)` → lines."""
    records = []

    class Keep(logging.Handler):
        def emit(self, record):
            records.append(record)

    handler = Keep()
    root = logging.getLogger()
    root.addHandler(handler)

    def lines(*, as_json=True):
        formatter = logging.config.DictConfigurator(logs.configuration(as_json=as_json)).configure_formatter(
            dict(logs.configuration(as_json=as_json)["formatters"]["line"])
        )
        return [
            formatter.format(logging.makeLogRecord(record.__dict__ | {"msg": _copy(record.msg)})) for record in records
        ]

    lines.handler = handler
    yield lines
    root.removeHandler(handler)


def _copy(message):
    return dict(message) if isinstance(message, dict) else message


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_number_and_who(cast, signed_in, written):
    response = signed_in(cast.ana).get("/quejas/?q=Juan%20Pérez")

    (line,) = map(json.loads, written())
    assert line["request"] == "GET /quejas/"
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["code"], line["user_id"], line["level"]) == (200, cast.ana.pk, "info")
    assert line["ms"] > 0
    for secret in ("Juan", cast.ana.username, cast.ana.email, cast.ana.last_name, "127.0.0.1"):
        assert secret not in json.dumps(line, ensure_ascii=False)


@pytest.mark.django_db
def test_who_asks_is_never_asked_for_the_log_alone(client, written, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/csp/")

    assert "user_id" not in json.loads(written()[0])


@pytest.mark.django_db
def test_what_breaks_is_one_line_with_its_trace(cast, signed_in, written, monkeypatch):
    monkeypatch.setattr("nervion_cases.views.MyDay.get_context_data", lambda *_, **__: 1 / 0)
    browser = signed_in(cast.ana)
    browser.raise_request_exception = False

    response = browser.get("/")

    (line,) = map(json.loads, written())
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["code"], line["level"], line["user_id"]) == (500, "error", cast.ana.pk)
    assert "ZeroDivisionError" in line["exception"]
    assert "test_logs.py" in line["exception"]


def with_a_token(patterns, before="/"):
    """Every address with a token in it: (address with the token, the part before it)."""
    for entry in patterns:
        here = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from with_a_token(entry.url_patterns, here)
        elif isinstance(entry, URLPattern):
            if "<str:token>" in here:
                yield here.replace("<str:token>", TOKEN)
            elif "(?P<key>" in here:
                yield f"/cuenta/recuperar/3f-{'dm4k2x-' + digest(TOKEN)[:32]}/"


@pytest.mark.django_db
@pytest.mark.parametrize("as_json", [True, False])
def test_no_token_of_an_address_is_written_down(client, written, as_json):
    addresses = set(with_a_token(get_resolver().url_patterns))
    assert len(addresses) >= 3

    for address in addresses:
        for method in ("get", "head", "post"):
            getattr(client, method)(address, headers={"Referer": f"http://testserver{address}"})
        client.get("/csp/", headers={"Referer": f"http://testserver{address}"})
        client.get(address + "sin-fin/")

    text = "\n".join(written(as_json=as_json))
    assert "/encuesta/…" in text.encode().decode("unicode_escape") if as_json else "/encuesta/…" in text
    assert TOKEN not in text
    assert digest(TOKEN)[:32] not in text


@pytest.mark.django_db
def test_postgres_quotes_no_row_of_anybody(cast, written):
    said = {"first_name": "Zoraida", "password": "secreta", "email": cast.ana.email}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        User.objects.create(username="otra", **said)
    try:
        raise RuntimeError("the step failed") from refused.value
    except RuntimeError:
        logging.getLogger("nervion.prueba").exception("it failed")

    for as_json in (True, False):
        text = "\n".join(written(as_json=as_json))
        assert "IntegrityError" in text
        assert "the step failed" in text
        assert not [secret for secret in said.values() if secret in text]


@pytest.mark.parametrize(
    "text",
    [
        "\nERROR fake",
        '\r\n{"level": "error"}',
        "a\u2028ERROR fake",
        "a\x85ERROR fake",
        "\x1b[31mERROR\x1b[0m fake",
        "\u202efake",
        "\0fake",
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_nobody_writes_a_line_of_their_own(written, text, as_json):
    log = logging.getLogger("nervion.prueba")
    log.warning("they said %s", text)
    logs.structlog.get_logger("nervion.prueba").warning("they said", words=text, **{f"name{text}": 1})
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("they said %s", text)

    for entry in written(as_json=as_json):
        first, *rest = entry.splitlines()
        assert first.isprintable()
        assert not as_json or not rest
        assert all(row.startswith("    | ") and row.isprintable() for row in rest)


@pytest.mark.django_db
def test_a_form_cannot_write_a_line_either(client, written):
    client.post("/csp/", data="x\nERROR fake\u2028", content_type="application/csp-report")
    client.get("/no-hay%0aERROR%20fake/")

    assert len(written()) == 3
    assert all(entry.isprintable() for as_json in (True, False) for entry in written(as_json=as_json))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /encuesta/" + TOKEN + "/", "GET /encuesta/…/"),
        ("GET /quejas/Q-2026-00012/", "GET /quejas/Q-2026-00012/"),
        ("GET /personas/departamentos/investigacion-y-desarrollo/jefe/", None),
        ("mail to ana.lopez+x@cliente.com.mx waits", "mail to … waits"),
        ("<3f2a@pinturasnervion.example> in doubt", "<…> in doubt"),
        ('File "/opt/nervion/casework/web/middleware.py", line 3', None),
        ("redis://:**@127.0.0.1:6379/0", None),
        ("/demo/correo/7d9f3c1e-52a4-4b8e-9c1d-0f6a2b3c4d5e", "/demo/correo/…"),
    ],
)
def test_what_is_hidden_and_what_is_not(text, shown):
    assert logs.hide(text) == (text if shown is None else shown)


def test_hiding_takes_time_in_proportion():
    """Twice as much text is no more than some four times the work, whatever somebody made of it."""

    def seconds(text):
        started = process_time()
        logs.hide(text)
        return process_time() - started

    for piece in ("a", "a@", "/A", "@a.b", "DETAIL: ", "/" + "a" * 30):
        small, large = piece * 20_000, piece * 40_000
        assert seconds(large) < 4 * seconds(small) + 0.05


def test_a_task_carries_the_number_of_the_request_that_woke_it(committed, written, monkeypatch):
    log = logging.getLogger("django_structlog.celery")  # a worker that starts sets up the root anew
    monkeypatch.setattr(log, "handlers", [written.handler])
    monkeypatch.setattr(log, "propagate", False)
    with start_worker(current_app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        with bound_contextvars(request_id="aaaa-bbbb", user_id=7):
            task = current_app.send_task("casework.mail.tasks.beat", expires=60)
        until = monotonic() + 20
        while monotonic() < until and not (lines := ended(task, written())):
            sleep(0.05)

    (line,) = lines
    assert (line["event"], line["task"]) == ("task_succeeded", "casework.mail.tasks.beat")
    assert (line["request_id"], line["user_id"]) == ("aaaa-bbbb", 7)


def ended(task, lines):
    return [line for line in map(json.loads, lines) if line.get("task_id") == task.id]
