"""People who register complaints by the real form while something breaks, and insist until they are shown a folio."""

import re
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException

from nervion_cases.testing.bench.clients import sign_in
from nervion_cases.testing.forms_of_pages import forms_of

FORM = "/quejas/nueva/"
ANY = range(100, 600)
REGISTERED = re.compile(r"^/quejas/([QR]-\d{4}-\d{5})/registrada/$")
TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)
NOTHING = "no answer"
WHO = ("ejecutivo", "coordinador", "calidad", "comercial")  # all of them may register


@dataclass
class Attempt:
    """One sending of a form: when, how long, what came."""

    began: float
    seconds: float
    status: int | str
    folio: str = ""
    page: str = ""


@dataclass
class Registration:
    """One form, sent until somebody showed a folio."""

    submission: str
    attempts: list = field(default_factory=list)

    @property
    def folio(self):
        """What the person was shown; empty if nothing."""
        return next((one.folio for one in self.attempts if one.folio), "")


class Visitor:
    """One person at one browser without scripts."""

    def __init__(self, client, words):
        self.client, self.words = client, words

    def ask(self, method, path, form=None):
        """An attempt, whatever came of it, and the answer if any."""
        began = time.monotonic()
        try:
            _, answer, body = self.client.ask(method, path, form=form, wanted=ANY)
        except (OSError, HTTPException):
            self.client.connection.close()
            return Attempt(began, time.monotonic() - began, NOTHING), b""
        attempt = Attempt(began, time.monotonic() - began, answer.status)
        found = REGISTERED.match(answer.headers.get("Location", "") if answer.status == 302 else "")
        attempt.folio = found[1] if found else ""
        if answer.status >= 400:
            attempt.page = body.decode(errors="replace")
        return attempt, body

    def open_form(self):
        """What the empty form would send if nobody typed, or None when it does not come."""
        attempt, body = self.ask("GET", FORM)
        if attempt.status != 200:
            return None
        page = body.decode()
        form = next(form for form in forms_of(FORM, page) if "submission" in form.values)
        seal = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return {name: values for name, values in form.values.items() if values} | {"csrfmiddlewaretoken": [seal]}

    def fill(self, **other):
        """A form ready to be sent, or None; `other` is typed over what everybody types."""
        form = self.open_form()
        return form and form | {name: [text] for name, text in (self.words | other).items()}

    def send(self, form):
        """Send a filled form once."""
        return self.ask("POST", FORM, form)[0]

    def register(self, *, going_on=lambda: True, pause=0.6, **other):
        """Open the form, fill it in and send it until a folio is shown; the same form each time, as «Atrás» does."""
        while not (form := self.fill(**other)):
            if not going_on():
                return None
            time.sleep(pause)
        registration = Registration(form["submission"][0])
        while True:
            registration.attempts.append(self.send(form))
            if registration.folio or not going_on():
                return registration
            time.sleep(pause)


def words(number=0, **other):
    """What everybody types: a customer with an address, so that an acuse is owed."""
    from casework.catalogue.models import Contact, Product

    contacts = Contact.objects.exclude(email="").select_related("customer").order_by("pk")
    contact, product = contacts[number % contacts.count()], Product.objects.order_by("pk").first()
    return {
        "customer": contact.customer_id,
        "customer_text": contact.customer.name,
        "contact": contact.pk,
        "kind": "complaint",
        "reason": "quality",
        "product": product.pk,
        "product_text": product.name,
        "lote": "L26 0117-A",
        "description": "El color no corresponde al de la carta.",
    } | other


class Crowd:
    """Several visitors who register one complaint after another until they are told to stop. A context manager."""

    def __init__(self, house, people=6, *, pause=0.2, **other):
        self.house, self.pause = house, pause
        self.visitors = [
            Visitor(sign_in(house.url, WHO[number % len(WHO)]), words(number, **other)) for number in range(people)
        ]
        self.registrations = []
        self._stop, self._give_up = threading.Event(), time.monotonic() + 3600
        self._threads = [threading.Thread(target=self._work, args=[one], daemon=True) for one in self.visitors]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, seconds=40):
        """Let each finish what it was registering."""
        self._give_up = time.monotonic() + seconds
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds + 70)
        return self.shown_or_not

    def _work(self, visitor):
        while not self._stop.is_set():
            self.registrations.append(visitor.register(going_on=lambda: time.monotonic() < self._give_up))
            time.sleep(self.pause)

    @property
    def shown_or_not(self):
        """Every form that was filled in."""
        return [one for one in list(self.registrations) if one]

    # --- What they saw ------------------------------------------------------------------------------------------------
    @property
    def attempts(self):
        """Every sending, in the order in which they began."""
        return sorted((a for one in self.shown_or_not for a in one.attempts), key=lambda a: a.began)

    def shown(self):
        """Submission → the folios that were shown for it."""
        return {
            one.submission: {attempt.folio for attempt in one.attempts if attempt.folio}
            for one in self.shown_or_not
            if one.folio
        }

    def between(self, start, end):
        """The sendings that began in an interval of `time.monotonic`."""
        return [attempt for attempt in self.attempts if start <= attempt.began < end]

    def wait_for_folio(self, since, seconds=60):
        """Seconds from `since` until somebody who began afterwards is shown a folio."""
        while time.monotonic() < since + seconds:
            done = [one.began + one.seconds for one in self.attempts if one.began >= since and one.folio]
            if done:
                return min(done) - since
            time.sleep(0.05)
        return float("inf")


def statuses(attempts):
    """«302 × 40, 503 × 3»"""
    return ", ".join(f"{status} × {n}" for status, n in Counter(a.status for a in attempts).most_common()) or "none"


def pace(attempts):
    """p50 and p95 of those that were shown a folio, in milliseconds."""
    times = sorted(one.seconds * 1000 for one in attempts if one.folio)
    if len(times) < 2:
        return f"{len(times)} folios", None, None
    p50, p95 = statistics.median(times), times[int(0.95 * (len(times) - 1))]
    return f"{len(times)} folios, p50 {p50:.0f} ms, p95 {p95:.0f} ms", p50, p95


def check_pages(ledger, attempts):
    """Whoever was not shown a folio read Spanish, and no trace."""
    bad = [one for one in attempts if isinstance(one.status, int) and not one.folio]
    inside = ("Traceback", "OperationalError", "psycopg2", "redis.exceptions", "kombu")
    titles = Counter((one.status, TITLE.search(one.page)[1] if TITLE.search(one.page) else "") for one in bad)
    for (status, title), n in titles.items():
        ledger.note(f"page {status} × {n}: «{title}»")
    ledger.equal([word for word in inside if any(word in one.page for one in bad)], [], "words from inside on a page")
    ledger.equal(sum(one.status == 500 for one in bad), 0, "answers 500")
