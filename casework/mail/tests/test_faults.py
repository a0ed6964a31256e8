"""Faults of trust §3 on a real PostgreSQL, Redis, worker and mail server. Times are printed; counts are asserted."""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from casework.mail import letters, outbox, sender, wake
from casework.mail.models import MailState, OutgoingMail
from casework.mail.tests.servers import Script, Server

DELIVER = "from casework.mail import letters, outbox; letters.register('ours', folder='alert'); outbox.deliver_all()"
CUSTOMER = DELIVER.replace("folder=", "to_customer=True, folder=")


@pytest.fixture(autouse=True)
def letter_of_the_test(monkeypatch):
    """Letters that need no case. A worker that does not know a letter sends it all the same."""
    monkeypatch.setattr(letters, "_letters", dict(letters._letters))
    letters.register("ours", folder="alert")
    letters.register("customer", folder="alert", to_customer=True)


def owe(number=1, letter="ours"):
    context = {"headline": f"Aviso {number}", "sentence": "", "link": "http://localhost:8000/"}
    return outbox.owe(letter, key=f"k{number}", to=f"p{number}@x.example", context=context, at=timezone.now())


def states():
    return sorted(OutgoingMail.objects.values_list("state", flat=True))


def let_leases_run_out():
    """Time is moved by the data."""
    ago = timezone.now() - timedelta(seconds=1)
    leased = OutgoingMail.objects.filter(state=MailState.SENDING)
    leased.filter(handed_at__isnull=False).update(handed_at=ago - 9 * outbox.DOUBT_WAITS)
    leased.update(lease_until=ago)


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_f3_killed_between_claim_and_send_no_extra_copy(committed, post):
    mail = owe()

    ended = committed.run(DELIVER, CRASH_AT="post_claim")

    assert ended == -signal.SIGKILL
    assert states() == [MailState.SENDING]
    assert outbox.deliver_all() == 0  # the lease holds
    let_leases_run_out()
    outbox.deliver_all()
    assert states() == [MailState.SENT]
    assert post.message_ids == [mail.message_id]


def test_f2_killed_between_the_servers_yes_and_the_mark_one_extra_with_the_same_id(committed, post):
    mail = owe()

    ended = committed.run(DELIVER, CRASH_AT="post_send")

    assert ended == -signal.SIGKILL
    let_leases_run_out()
    outbox.deliver_all()
    assert states() == [MailState.SENT]
    assert post.message_ids == [mail.message_id] * 2
    assert OutgoingMail.objects.get().doubts == 1


def test_f2_to_a_customer_the_second_doubt_is_for_a_person(committed, post):
    mail = owe(letter="customer")
    code = CUSTOMER.replace("'ours'", "'customer'")

    for _ in range(3):
        committed.run(code, CRASH_AT="post_send")
        let_leases_run_out()
    outbox.deliver_all()

    assert states() == [MailState.UNCERTAIN]
    assert post.message_ids == [mail.message_id] * 2


KILLER = """
import os, random, signal, time
from django.db import connection, connections
from casework.mail import outbox
from casework.mail.models import OutgoingMail
chance, kills = random.Random(7), 0
while kills < 40 and OutgoingMail.objects.filter(state__in=["pending", "sending"]).exists():
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            outbox.deliver_all(owner=f"child-{kills}")
        finally:
            os._exit(0)
    time.sleep(chance.uniform(0.02, 0.12))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    kills += 1
    with connection.cursor() as cursor:  # time is moved by the data: leases run out, doubts have waited
        cursor.execute(
            "UPDATE mail_outgoingmail SET lease_until = now(), handed_at = handed_at - interval '2 days' "
            "WHERE state = 'sending'"
        )
"""


def test_f1_dispatchers_killed_at_any_instant_lose_nothing(committed, post):
    """A small one: forty kills. What is delivered twice has the same Message-ID."""
    for number in range(1, 121):
        owe(number)

    committed.run(KILLER, seconds=60)
    let_leases_run_out()
    for _ in range(2):
        outbox.deliver_all()
        OutgoingMail.objects.filter(state=MailState.PENDING).update(not_before=timezone.now() - timedelta(seconds=1))

    extra = len(post.taken) - 120
    print(f"F1: 120 owed, {len(post.taken)} taken, {extra} extra copies of 40 kills at most")
    assert states() == [MailState.SENT] * 120
    assert len(set(post.message_ids)) == 120
    assert extra <= 40


def test_f6_flushed_while_a_real_worker_delivers_none_is_lost(committed, post):
    """FLUSHALL in a loop; here of the Redis database of this test, since other tests share the server."""
    from celery import current_app

    queue = wake.broker(2)
    worker = start_worker(committed)
    started, flushed, owed = monotonic(), 0, 0
    try:
        while monotonic() < started + 25:
            if owed < 200:
                with transaction.atomic():
                    for _ in range(10):
                        owed += 1
                        owe(owed)
            current_app.send_task("casework.mail.tasks.deliver_pending", expires=10)  # the beat
            sleep(0.05)
            queue.flushdb()
            flushed += 1
            if owed == 200 and not OutgoingMail.objects.exclude(state=MailState.SENT).exists():
                break
            sleep(0.1)
    finally:
        stop(worker)
        queue.flushdb()
        queue.close()
    print(f"F6: {owed} owed, {len(post.taken)} taken, {flushed} flushes, {monotonic() - started:.1f} s")
    assert states() == [MailState.SENT] * 200
    assert len(post.taken) == len(set(post.message_ids)) == 200


def start_worker(committed):
    """A Celery worker as in production, on the database of this test."""
    worker = subprocess.Popen(
        [
            *(
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "celery",
                "-A",
                "nervion_cases",
                "worker",
                "-c",
                "2",
                "-l",
                "ERROR",
            ),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        env=committed.environment(),
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return worker


def stop(worker):
    """The worker and its children."""
    os.killpg(worker.pid, signal.SIGTERM)
    try:
        worker.wait(8)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    worker.wait(5)


def test_f16_a_closed_port_loses_nothing_and_waits_longer_each_time(committed, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    mail = owe(1)
    for number in range(2, 6):
        owe(number)
    waits = []
    for _ in range(5):
        assert outbox.deliver_all() == 1  # nobody answers: the others are not tried in vain
        held = OutgoingMail.objects.order_by("-not_before").first()
        assert held.state == MailState.PENDING
        assert "no atiende" in held.last_error
        waits.append((held.not_before - timezone.now()).total_seconds())
    OutgoingMail.objects.filter(pk=mail.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    outbox.deliver_all()
    longer = (OutgoingMail.objects.get(pk=mail.pk).not_before - timezone.now()).total_seconds()
    assert states() == [MailState.PENDING] * 5
    assert all(longer > wait for wait in waits)

    script = Script()
    server = Server(script, settings.EMAIL_PORT)
    server.start()
    try:
        OutgoingMail.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        outbox.deliver_all()
    finally:
        server.stop(no_assert=True)

    assert states() == [MailState.SENT] * 5
    assert len(set(script.message_ids)) == len(script.taken) == 5


def test_f19_a_server_that_hangs_on_one_does_not_block_the_others(committed, post, monkeypatch):
    monkeypatch.setattr(sender, "SECONDS", 1)
    for number in range(1, 4):
        owe(number)
    post.mood = lambda number, recipient: "hang" if recipient.startswith("p1") else None

    outbox.deliver_all()

    assert states() == [MailState.PENDING, MailState.SENT, MailState.SENT]
    assert {message["To"] for message in post.taken} == {"p2@x.example", "p3@x.example"}


@pytest.mark.parametrize(("where", "doubts", "copies"), [("hang data", 0, 0), ("hang dot", 1, 1)])
def test_f19_where_it_hangs_tells_whether_it_is_a_doubt(committed, post, monkeypatch, where, doubts, copies):
    monkeypatch.setattr(sender, "SECONDS", 1)
    owe()
    post.mood = lambda number, recipient: where

    outbox.deliver_all()

    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.doubts, len(post.taken)) == (MailState.PENDING, doubts, copies)


def test_f19_a_server_that_only_says_its_name_is_left_in_time_and_the_rest_not_tried_in_vain(
    committed, post, monkeypatch
):
    monkeypatch.setattr(sender, "SECONDS", 1)
    for number in range(1, 4):
        owe(number)
    post.greet = lambda number: "hang"

    assert outbox.deliver_all() == 1

    assert states() == [MailState.PENDING] * 3
    assert post.connections == 1


def test_f4_the_children_of_a_worker_do_not_sign_alike(committed):
    """Of a child killed alone, the leases can be told from those of its brothers."""
    committed.run(
        "import os\nfrom casework.mail import outbox\nhere, child = outbox.this_process(), os.fork()\n"
        "if not child: os._exit(outbox.this_process() == here)\n"
        "assert os.waitpid(child, 0)[1] == 0"
    )


def test_f19_a_server_that_never_speaks_is_left_in_time(committed, settings, monkeypatch):
    monkeypatch.setattr(sender, "SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.EMAIL_HOST, settings.EMAIL_PORT = mute.getsockname()
        owe()

        assert outbox.deliver_all() == 1

    assert states() == [MailState.PENDING]


@pytest.mark.parametrize("redis", ["gone", "frozen"])
def test_a_redis_that_is_gone_holds_nobody_and_is_not_asked_again_at_once(committed, settings, monkeypatch, redis):
    """The debt is in the database; whoever owed it goes on."""
    monkeypatch.setattr(wake, "_rest_until", 0.0)
    asked = []
    broker = wake.broker
    monkeypatch.setattr(wake, "broker", lambda: asked.append(1) or broker())
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1] if redis == "frozen" else closed_port()
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        started = monotonic()
        for number in range(20):
            owe(number)
        print(f"Redis {redis}: 20 debts in {monotonic() - started:.2f} s")

    assert states() == [MailState.PENDING] * 20
    assert len(asked) == 1


def test_one_wake_a_transaction(committed, monkeypatch):
    woken = []
    monkeypatch.setattr(wake, "_rest_until", 0.0)
    monkeypatch.setattr(wake.current_app, "send_task", lambda name, **options: woken.append(name))

    with transaction.atomic():
        for number in range(10):
            owe(number)
        assert woken == []

    assert woken == ["casework.mail.tasks.deliver_pending"]
