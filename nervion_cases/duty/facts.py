"""What is known of the machine room, asked once for all who tell it, at a fixed number of queries."""

import logging
import shutil
import threading
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q

from casework.alerts.bell import JORNADA
from casework.deadlines.models import Deadline, PromiseKey
from casework.mail.incidents import open_incidents
from casework.mail.models import Heartbeat, MailState, OutgoingMail
from casework.mail.wake import broker
from casework.moment import PLANT, database_now
from casework.records.models import CaseFile, CaseKind
from casework.web.views import OUTAGES
from casework.worktime.calendars import NoSuchCalendar, calendar

log = logging.getLogger(__name__)

BROKER_SECONDS = 0.5


@dataclass(frozen=True)
class Pulse:
    """What tells whether the work goes on: a handful of queries by index, whatever the size."""

    now: datetime
    beats: dict  # name → when each thing that runs on a clock last did
    oldest_due: datetime | None  # since when the mail that should have gone first has been owed, tried or not
    due: int
    tried: int  # of those waiting, how many a mail server has already put off
    dead: int
    uncertain: int
    opening: datetime | None  # of today's jornada; None on a day off
    next_look: datetime | None  # when the sweep should look at a deadline next; in the past if it is behind


@dataclass(frozen=True)
class Counts:
    """How much there is. These count rows, so a monitor that asks every few seconds does without."""

    cases: dict  # kind → (open, overdue)
    deadlines: dict  # key → (running, overdue)
    database_bytes: int


@dataclass(frozen=True)
class Facts:
    """Without a pulse the database does not answer, and nothing but the rest is known."""

    pulse: Pulse | None
    counts: Counts | None = None
    broker: bool = False
    disk: tuple | None = field(default=None)  # bytes free and in all where evidence is kept


def gathered(said):
    """All the facts: what the database said (`pulse`, `everything`, or None if nothing), and what others say."""
    pulse, counts = said or (None, None)
    return Facts(pulse=pulse, counts=counts, broker=broker_answers(), disk=disk_space())


def pulse():
    """What a monitor needs of the database."""
    return read_pulse(), None


def everything():
    """All that the database knows."""
    seen = read_pulse()
    return seen, read_counts(at=seen.now)


def read_pulse():
    """Six queries."""
    now = database_now()
    owed = OutgoingMail.objects.filter(state__in=[MailState.PENDING, MailState.SENDING]).aggregate(
        oldest=Min("owed_at", filter=Q(owed_at__lte=now)),  # not `not_before`: each attempt that fails moves that on
        due=Count("pk", filter=Q(owed_at__lte=now)),
        tried=Count("pk", filter=Q(state=MailState.PENDING, attempts__gt=0)),
    )
    failed = dict(open_incidents().select_related(None).order_by().values_list("state").annotate(Count("pk")))
    return Pulse(
        now=now,
        beats=dict(Heartbeat.objects.values_list("name", "at")),
        oldest_due=owed["oldest"],
        due=owed["due"],
        tried=owed["tried"],
        dead=failed.get(MailState.DEAD, 0),
        uncertain=failed.get(MailState.UNCERTAIN, 0),
        opening=_opening(now),
        next_look=Deadline.objects.running().order_by("look_again_at").values_list("look_again_at", flat=True).first(),
    )


def _opening(now):
    try:
        return calendar(JORNADA).opening_on(now.astimezone(PLANT).date())
    except NoSuchCalendar:
        return None  # nothing was seeded yet


def read_counts(*, at):
    """Four queries."""
    late = Q(breaks_at__lte=at)
    running = Deadline.objects.running().order_by()
    opened = dict(CaseFile.objects.open().order_by().values_list("kind").annotate(Count("pk")))
    overdue = dict(running.filter(late).values_list("case_file__kind").annotate(Count("case_file", distinct=True)))
    promised = {
        row["key"]: (row["running"], row["broken"])
        for row in running.values("key").annotate(running=Count("pk"), broken=Count("pk", filter=late))
    }
    return Counts(
        cases={kind: (opened.get(kind, 0), overdue.get(kind, 0)) for kind in CaseKind.values},
        deadlines={key: promised.get(key, (0, 0)) for key in PromiseKey.values},
        database_bytes=_database_bytes(),
    )


def _database_bytes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def broker_answers():
    """Whether Redis answers at once."""
    try:
        with broker(BROKER_SECONDS) as client:
            return bool(client.ping())
    except Exception:
        return False


def disk_space():
    """Bytes free and in all on the disk of the evidence; None before its folder exists."""
    try:
        space = shutil.disk_usage(settings.MEDIA_ROOT)
    except OSError:
        return None
    return space.free, space.total


class Question:
    """Asks the database from a thread of its own, one at a time: a frozen server would hold whoever asks.

    While a thread is held, the answer is that the database does not answer.
    """

    def __init__(self):
        self._lock = threading.Lock()

    def ask(self, read, *, seconds):
        """What `read` gives within the seconds, or None."""
        if not self._lock.acquire(blocking=False):
            return None
        answer = {}
        thread = threading.Thread(target=self._run, args=(read, answer), daemon=True)
        thread.start()
        thread.join(seconds)
        return answer.get("facts")

    def _run(self, read, answer):
        try:
            answer["facts"] = read()
        except OUTAGES as no:
            log.warning("the database does not answer: %s", no)
        except Exception:
            log.exception("what is known could not be asked")
        finally:
            connection.close()
            self._lock.release()
