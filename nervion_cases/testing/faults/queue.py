"""Redis killed, emptied, restarted, full, and fed with rubbish: it only wakes, so nothing may depend on it."""

import base64
import json
import pickle
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import redis
from django.utils import timezone

from casework.mail.models import Heartbeat, MailState, OutgoingMail
from casework.moment import PLANT
from nervion_cases.testing.faults.counting import (
    check_registered,
    overdue,
    unsent,
    wait_for_thresholds,
)
from nervion_cases.testing.faults.keeper import kept
from nervion_cases.testing.faults.ledger import fault
from nervion_cases.testing.faults.postroom import mail_server
from nervion_cases.testing.faults.visitors import Crowd, check_pages, pace, statuses

OUTAGE = 30  # seconds; stands for five minutes: what happens in one happens in ten
QUEUE = "celery"  # the list in which tasks wait
MORE_P95 = 300  # milliseconds


def long_ago():
    """A moment so far back that all three promises of a complaint are broken when it is registered."""
    return {"received_at": (timezone.now() - timedelta(days=20)).astimezone(PLANT).strftime("%d/%m/%Y %H:%M")}


def talk(house, **other):
    """A client of the queue."""
    return redis.Redis.from_url(house.redis.url, socket_timeout=5, **other)


def kill_redis(house):
    """`kill -9`."""
    house.redis.process.kill()
    house.redis.process.wait()


def start_redis(house):
    """Again, on the same port; nothing of before is in it."""
    house.redis.start(port=house.redis.port)


@contextmanager
def open_house(house):
    """Mail server, web, worker and beat; yields what the mail server took and how often a part died."""
    with mail_server(house) as script:
        house.start_web()
        with kept(house, worker=house.start_worker, beat=house.start_beat) as again:
            yield script, again


def settle(ledger, again, *, since):
    """Everything due is climbed and everything owed has left, or the seconds are over."""
    wait_for_thresholds(ledger, since=since)
    deliver(ledger, again)


def deliver(ledger, again):
    """Everything owed has left, or half a minute is over."""
    if again:
        died = ", ".join(f"{name} × {n}" for name, n in again.items())
        ledger.note(f"died and started again by its keeper (systemd, or the supervisor of the demo): {died}")
    until = time.monotonic() + 30
    while unsent() and time.monotonic() < until:
        time.sleep(0.2)
    ledger.equal(unsent(), 0, f"of {OutgoingMail.objects.count()} mails, due and still owed")


@fault("F5", f"Redis killed for {OUTAGE} s (for five minutes) while six people register", proves="I1 I5 I6 I11 I12")
def redis_gone(house, ledger):
    """Registering does not notice; what came due meanwhile is swept by hand once, and by the beat afterwards."""
    with open_house(house) as (_, again):
        with Crowd(house, 6, **long_ago()) as crowd:
            time.sleep(6)
            gone = time.monotonic()
            kill_redis(house)
            time.sleep(OUTAGE / 2)
            waiting = overdue()
            house.manage("sweep_deadlines")
            ledger.note(
                f"`sweep_deadlines` from a cron, without Redis: {waiting} thresholds were due, {overdue()} left"
            )
            time.sleep(max(0, gone + OUTAGE - time.monotonic()))
            back = time.monotonic()
            start_redis(house)
            time.sleep(2)
            crowd.stop()
        before, during = crowd.between(0, gone), crowd.between(gone, back)
        (with_redis, _, p95), (without, _, late) = pace(before), pace(during)
        ledger.note(f"with Redis: {with_redis}; without: {without}")
        if p95 and late:
            ledger.note(f"p95 {late - p95:+.0f} ms without Redis (wanted: at most {MORE_P95} more)")
        ledger.equal(statuses(during), f"302 × {len(during)}", "I11: answers to the form without Redis")
        check_pages(ledger, crowd.attempts)
        check_registered(ledger, crowd)
        settle(ledger, again, since=back)
        status, _ = house.health()
        ledger.equal(status, 200, "/salud/ afterwards")


@fault("F6", "FLUSHALL every 2 s for 24 s while mails and deadlines come due", proves="I1 I2 I3 I11")
def redis_flushed(house, ledger):
    """Whatever was queued is forgotten, over and over."""
    with open_house(house) as (script, again):
        flushed, queue = 0, talk(house)
        with Crowd(house, 3, **long_ago()) as crowd:
            began = time.monotonic()
            while time.monotonic() < began + 24:
                time.sleep(2)
                queue.flushall()
                flushed += 1
            crowd.stop()
        ledger.note(f"{flushed} × FLUSHALL; answers to the form: {statuses(crowd.attempts)}")
        check_registered(ledger, crowd)
        settle(ledger, again, since=time.monotonic())
        extra = len(script.message_ids) - len(set(script.message_ids))
        ledger.equal(extra, 0, f"I3: of {len(script.message_ids)} mails delivered, second copies")


@fault("F7", "Redis killed and started again at once, without persistence, three times", proves="I1 I11")
def redis_restarted(house, ledger):
    """The worker and the beat find the new one by themselves."""
    with open_house(house) as (_, again):
        with Crowd(house, 3, **long_ago()) as crowd:
            for _ in range(3):
                time.sleep(3)
                kill_redis(house)
                start_redis(house)
            back = time.monotonic()
            time.sleep(1)
            crowd.stop()
        ledger.equal(statuses(crowd.attempts), f"302 × {len(crowd.attempts)}", "I11: answers to the form")
        check_registered(ledger, crowd)
        settle(ledger, again, since=back)
        beat = Heartbeat.objects.get(name="deadlines").at
        ledger.check(timezone.now() - beat < timedelta(seconds=90), "the sweep of the beat came after the last restart")


@fault("F8", "Redis full: maxmemory 2mb, noeviction", proves="I5 I6 I11")
def redis_full(house, ledger):
    """Nothing can be queued; people register."""
    with open_house(house) as (_, again):
        queue, stuffed = talk(house), 0
        queue.config_set("maxmemory-policy", "noeviction")
        queue.config_set("maxmemory", "2mb")
        try:
            while True:
                queue.set(f"stuffing:{stuffed}", "x" * 20_000)
                stuffed += 1
        except redis.exceptions.ResponseError as no:
            ledger.note(f"filled with {stuffed} values: «{str(no)[:60]}»")
        with Crowd(house, 6, **long_ago()) as crowd:
            time.sleep(6)
            crowd.stop()
        ledger.equal(statuses(crowd.attempts), f"302 × {len(crowd.attempts)}", "I11: answers to the form")
        ledger.note(pace(crowd.attempts)[0])
        check_registered(ledger, crowd)
        queue.config_set("maxmemory", "0")
        queue.delete(*queue.keys("stuffing:*"))
        deliver(ledger, again)


# --- Rubbish ----------------------------------------------------------------------------------------------------------
class Mischief:
    """What an attacker with access to Redis would push: unpickled, it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def message(task, args=(), kwargs=None, *, body=None, content_type="application/json", **headers):
    """A task as Celery writes it in Redis."""
    number = str(uuid.uuid4())
    plain = json.dumps([list(args), kwargs or {}, {}]).encode() if body is None else body
    return json.dumps(
        {
            "body": base64.b64encode(plain).decode(),
            "content-encoding": "binary" if body is not None else "utf-8",
            "content-type": content_type,
            "headers": {"lang": "py", "task": task, "id": number, "root_id": number} | headers,
            "properties": {
                "correlation_id": number,
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": QUEUE},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": number,
            },
        }
    )


def rubbish(marker):
    """What no release of ours sends, in words and as it is pushed."""
    deliver = "casework.mail.tasks.deliver_pending"
    return {
        "arguments of an old release": message(deliver, ["2019", 7], {"retries": 3, "folio": "Q-2019-00001"}),
        "a task of an old release": message("casework.mail.tasks.send_everything", [1]),
        "a task of nobody": message("os.system", ["true"]),
        "a body that is no JSON": message(deliver, body=b"\xff\xfe{nothing"),
        "a pickled body": message(
            deliver, body=pickle.dumps(([Mischief(str(marker))], {}, {})), content_type="application/x-python-serialize"
        ),
        "a message without headers": json.dumps({"body": "e30=", "properties": {}}),
        "no message at all": "{{{ this is no JSON",
    }


@fault("F41", "tasks of an old release, unknown ones, junk and a pickle pushed into the queue", proves="I11")
def junk_in_the_queue(house, ledger):
    """Each is logged and discarded; the worker goes on with what is real."""
    marker = house.folder / "unpickled"
    marker.unlink(missing_ok=True)
    with open_house(house) as (_, again):
        house.wait_for(lambda: Heartbeat.objects.filter(name="dispatch").exists(), what="worker")
        log = Log(house.folder / "worker.log")
        for words, pushed in rubbish(marker).items():
            log.quiet()
            queue = talk(house)
            queue.lpush(QUEUE, pushed)
            said, died = log.complaint(), sum(again.values())
            ledger.check(said and not queue.llen(QUEUE), f"{words}: discarded, logged «{said[:110]}»")
            if house.parts["worker"].poll() is not None:
                house.wait_for(lambda before=died: sum(again.values()) > before, what="worker", seconds=10)
        ledger.check(not marker.exists(), "the pickle was not opened")
        with Crowd(house, 2, **long_ago()) as crowd:
            time.sleep(2)
            crowd.stop()
        check_registered(ledger, crowd)
        deliver(ledger, again)
        sent = OutgoingMail.objects.filter(state=MailState.SENT).count()
        ledger.check(sent, f"the worker went on: {sent} mails sent afterwards")


class Log:
    """What a part says from now on."""

    def __init__(self, path):
        self.path, self.read = path, 0

    def quiet(self, seconds=0.4):
        """Wait until nothing more comes; what was said is forgotten."""
        while self.read != (size := self.path.stat().st_size):
            self.read = size
            time.sleep(seconds)

    def complaint(self, seconds=10):
        """The first warning or error since then."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in self.path.read_bytes()[self.read :].decode(errors="replace").splitlines():
                if any(f" {level} " in line for level in ("warning", "error", "critical")):
                    return line.split(" ", 3)[-1]
            time.sleep(0.1)
        return ""
