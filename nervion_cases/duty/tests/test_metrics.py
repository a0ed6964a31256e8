"""`/metricas/`: what it says, to whom, and that several processes are added up."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from casework.deadlines.models import Deadline
from casework.mail.models import MailState, OutgoingMail
from casework.mail.outbox import heartbeat
from casework.moment import database_now
from nervion_cases.duty import facts, metrics
from nervion_cases.testing.cast import make_cast
from nervion_cases.testing.situations import registered

SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


@pytest.fixture
def scrape(committed, monkeypatch):
    """The samples as `name{labels}` → value."""
    monkeypatch.setattr(metrics, "_question", facts.Question())

    def ask(**headers):
        response = Client(headers=headers).get("/metricas/")
        assert response.status_code == 200
        text = response.content.decode()
        return {f"{name}{{{labels}}}" if labels else name: float(value) for name, labels, value in SAMPLE.findall(text)}

    return ask


def mail(key, *, state, minutes, put_off=None):
    at = database_now() - timedelta(minutes=minutes)
    final = at if state in (MailState.DEAD, MailState.UNCERTAIN) else None
    OutgoingMail.objects.create(
        letter="digest",
        key=key,
        message_id=f"<{key}@x>",
        to="a@b.example",
        subject="x",
        body="x",
        state=state,
        owed_at=at,
        not_before=put_off or at,
        settled_at=final,
    )


def test_it_tells_what_waits_and_what_is_late(scrape):
    complaint = registered(make_cast(), at=database_now() - timedelta(days=20))
    Deadline.objects.update(look_again_at=database_now() - timedelta(minutes=5))
    OutgoingMail.objects.all().update(state=MailState.SENT, settled_at=database_now())
    mail("late", state=MailState.PENDING, minutes=30)
    mail("dead", state=MailState.DEAD, minutes=60)
    mail("doubt", state=MailState.UNCERTAIN, minutes=60)
    heartbeat("deadlines", at=database_now() - timedelta(seconds=70))

    seen = scrape()

    assert seen["nervion_database_up"] == 1
    assert 1800 <= seen["nervion_mail_oldest_due_seconds"] < 1860
    assert (seen["nervion_mail_due"], seen["nervion_mail_dead"], seen["nervion_mail_uncertain"]) == (1, 1, 1)
    assert 70 <= seen['nervion_beat_age_seconds{name="deadlines"}'] < 130
    assert 300 <= seen["nervion_sweep_behind_seconds"] < 360
    assert seen['nervion_cases_open{kind="complaint"}'] == 1
    assert seen['nervion_cases_overdue{kind="complaint"}'] == 1
    running = complaint.case_file.deadlines.running()
    assert sum(value for name, value in seen.items() if name.startswith("nervion_deadlines_running")) == running.count()
    assert seen["nervion_database_bytes"] > 1_000_000
    assert seen['nervion_part_state{part="trabajador"}'] == 2


def test_what_was_tried_and_put_off_waits_all_the_same_and_what_is_for_tomorrow_does_not(scrape):
    mail("tried", state=MailState.PENDING, minutes=120, put_off=database_now() + timedelta(minutes=20))
    mail("tomorrow", state=MailState.PENDING, minutes=-600)

    seen = scrape()

    assert 7200 <= seen["nervion_mail_oldest_due_seconds"] < 7260
    assert seen["nervion_mail_due"] == 1
    assert seen['nervion_part_state{part="correo"}'] == 1


def test_without_a_database_it_says_so_quickly(scrape, monkeypatch):
    monkeypatch.setattr(metrics, "DATABASE_SECONDS", 0.2)
    monkeypatch.setattr(metrics, "everything", lambda: connection.cursor().execute("SELECT pg_sleep(1)"))

    seen = scrape()

    assert seen["nervion_database_up"] == 0
    assert seen['nervion_part_state{part="base_de_datos"}'] == 2
    assert not any(name.startswith("nervion_mail") for name in seen)


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("", {}),
        ("127.0.0.1", {"X-Real-IP": "203.0.113.9"}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
    ],
)
def test_outside_nobody_is_told_that_it_is_there(db, address, headers):
    response = Client().get("/metricas/", REMOTE_ADDR=address, headers=headers)

    assert response.status_code == 404
    assert "nervion_" not in response.content.decode()


@pytest.mark.parametrize("told", ["", "Bearer", "Bearer ", "Bearer no", "Basic secreto-de-prueba", "Bearer ñandú"])
def test_with_a_token_only_the_token_opens(db, settings, told):
    settings.METRICS_TOKEN = "secreto-de-prueba"

    assert Client().get("/metricas/", headers={"Authorization": told}).status_code == 404


def test_the_token_opens_from_anywhere(scrape, settings):
    settings.METRICS_TOKEN = "secreto-de-prueba"

    assert scrape(Authorization="Bearer secreto-de-prueba", X_Real_IP="203.0.113.9")["nervion_database_up"] == 1


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(db, method):
    assert getattr(Client(), method)("/metricas/").status_code == 405


def test_a_stranger_invents_no_labels(scrape, client):
    client.generic("INVENTADO", "/salud/")

    seen = scrape()

    assert any("<invalid method>" in name for name in seen)
    assert not any("INVENTADO" in name for name in seen)


COUNT = """
from nervion_cases.duty.slots import count_in_our_own_files
count_in_our_own_files()
from prometheus_client import Counter
Counter("asked", "Requests.").inc()
input()
"""


def test_processes_come_and_go_and_their_counts_stay(tmp_path):
    """Two at once have a place each; a third takes the place of one that ended, and goes on counting there."""
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts")}

    def start():
        return subprocess.Popen(
            [sys.executable, "-c", COUNT],
            env=environment,
            cwd=django_settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def end(process):
        process.communicate(b"\n", timeout=20)
        assert process.returncode == 0

    both = start(), start()
    for process in both:
        end(process)
    end(start())

    added = subprocess.run(
        [
            sys.executable,
            "-c",
            "from prometheus_client import CollectorRegistry, multiprocess as m, generate_latest as g;"
            "r = CollectorRegistry(); m.MultiProcessCollector(r); print(g(r).decode())",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "asked_total 3.0" in added
    assert len(list((tmp_path / "counts").glob("*.db"))) <= 2
