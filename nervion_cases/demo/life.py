"""Lives the stories in the order of their instants, the post and the watch with them."""

import gc
import heapq
import re
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from casework.alerts import bell
from casework.deadlines.sweep import sweep
from casework.mail import outbox
from casework.mail.models import MailState, OutgoingMail
from casework.moment import PLANT
from casework.people.models import User
from casework.records.timeline import recorded_as_it_happened
from casework.web.faces import MONTHS
from casework.worktime.calendars import calendar
from complaints.letters import SURVEY
from nervion_cases.demo.catalogue import PRODUCTS
from nervion_cases.demo.stories import Cast, Story

TOKEN = re.compile(r"/encuesta/([\w-]+)/")
RECENT = timedelta(days=4)  # of these days the bells are told to the minute
LOOKS_EVERY = timedelta(hours=24)  # before them; a breach is recorded at its own instant all the same


class World:
    """What the stories share."""

    def __init__(self, now, catalogue):
        self.now, self.catalogue = now, catalogue
        self.cast, self.hours = Cast(), calendar("jornada")
        self.registered = {}  # plot → its complaint
        self.tokens = {}  # complaint → the token of the survey in the customer's mailbox

    @staticmethod
    def units(position):
        """In what a product comes."""
        return PRODUCTS[position][4]

    def post(self, complaint, *, until):
        """Mail of a complaint to its customer is recorded as delivered when it would have been, and never sent."""
        owed = OutgoingMail.objects.filter(
            case_file=complaint.pk, state=MailState.PENDING, to_customer=True, not_before__lte=until
        )
        for mail in owed.order_by("pk"):
            if mail.letter == SURVEY:
                self.tokens[complaint.pk] = TOKEN.search(mail.body)[1]
            outbox.record_delivered(mail, at=mail.not_before)


def live(plots, *, now, catalogue, tell):
    """How many complaints were begun. What a story would do after `now` is left for people to do.

    `tell(at, complaints)` hears how far it is.
    """
    world = World(now, catalogue)
    waiting = []
    for number, plot in enumerate(plots):
        _advance(waiting, Story(plot, world, number).live(), number)
    begun, looked_at, month = set(), None, None
    with recorded_as_it_happened(), all_or_nothing():
        while waiting:
            at, number, story = heapq.heappop(waiting)
            if at > now:
                continue
            if looked_at is None or at - looked_at >= LOOKS_EVERY or at > now - RECENT:
                _look(at)
                looked_at = at
            day = at.astimezone(PLANT)
            if (day.year, day.month) != month:
                month = (day.year, day.month)
                _read_bells(at)
            begun.add(number)
            tell(f"{MONTHS[day.month - 1]} de {day.year}", len(begun))
            _advance(waiting, story, number)
        _look(now)
    _read_bells(now - timedelta(days=1))  # what came since yesterday is still new
    return len(begun)


@contextmanager
def all_or_nothing():
    """For a long transaction that nobody else works in: no savepoint in each verb, and plans made quickly."""
    uses_savepoints, often = connection.features.uses_savepoints, gc.get_threshold()
    connection.features.uses_savepoints = False  # what fails ends all of it
    gc.set_threshold(50_000, 20, 20)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        cursor.execute("SET LOCAL jit = off")
    try:
        yield
    finally:
        connection.features.uses_savepoints = uses_savepoints
        gc.set_threshold(*often)


def _advance(waiting, story, number):
    """Let a story do its step and say when the next one is."""
    at = next(story, None)
    if at is not None:
        heapq.heappush(waiting, (at, number, story))


def _look(at):
    """The watch looks at the deadlines, and what our own people were mailed is delivered."""
    outbox.record_all_delivered(until=at)
    sweep(at=at)


def _read_bells(at):
    """People have read their bells."""
    for person in User.objects.working():
        bell.see_all(by=person, at=at)
