"""The pages that people wait for, each beside the floor: the same server, one query, a constant template."""

import statistics
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from casework.catalogue.models import Customer
from casework.moment import PLANT
from casework.people.models import User
from casework.records.models import CaseFile, CaseKind, TimelineEntry
from complaints.models import Complaint
from nervion_cases.local.servers import ROLE
from nervion_cases.testing.bench import stories, words
from nervion_cases.testing.bench.clients import Client, sign_in, timed
from nervion_cases.testing.bench.memory import family
from nervion_cases.testing.bench.table import Row

ROUNDS = 5
TURNS, ALONE = 8, 5  # of one client, in each round: so often five times the floor and five times the page
TOGETHER = 8  # of each of eight clients, in each round
EIGHT = 8
ROWS = 25


@dataclass(frozen=True)
class Page:
    """A row of the table: who asks for what, and how many floors it may cost."""

    key: str
    what: str
    who: str
    ask: object  # (client) -> seconds
    most: float


@dataclass(frozen=True)
class Ratios:
    """Of each round the median of the page over the median of the floor; beside it what is told as information."""

    alone: list
    together: list
    p95: float
    cpu: float  # processor time of the web and its database, over that of the floor
    milliseconds: float

    @property
    def median(self):
        """Of the rounds of one client."""
        return statistics.median(self.alone)

    def words(self):
        """«9.8 × (9.1–10.6), 8 clients 10.2 × (9.9–10.9), p95 11.0 ×, processor 9.9 ×, 31 ms»."""
        return (
            f"{spread(self.alone)}, {EIGHT} clients {spread(self.together)}, p95 {self.p95:.1f} ×, "
            f"processor {self.cpu:.1f} ×, {self.milliseconds:.0f} ms"
        )


def spread(found):
    """«9.8 × (9.1–10.6)»."""
    return f"{statistics.median(found):.1f} × ({min(found):.1f}–{max(found):.1f})"


def get(path):
    """Ask for a page."""
    return lambda client: client.ask("GET", path)[0]


def pages_of():
    """The rows, for the database that Django of this process talks to."""
    ejecutivo = User.objects.get(username="ejecutivo")
    folio = long_story()
    rare = rare_word()
    mine = urlencode({"cola": "mias", "responsable": ejecutivo.pk})
    if CaseFile.objects.open().filter(kind=CaseKind.COMPLAINT, responsible=ejecutivo).count() < ROWS:
        raise ValueError(f"the list of {ejecutivo} has fewer than {ROWS} rows")
    return [
        Page("list", "list, 25 rows, open and of one person", "ejecutivo", get(f"/quejas/?{mine}"), 12),
        Page(
            "detail",
            f"detail, history of {stories.EVENTS} events",
            "coordinador",
            get(f"/quejas/{folio}/?pestana=historial"),
            12,
        ),
        Page("summary", "detail, summary of the same case", "coordinador", get(f"/quejas/{folio}/"), 12),
        Page("day", "Mi día, coordinator", "coordinador", get("/"), 12),
        Page("myday", "Mi día, executive", "ejecutivo", get("/"), 12),
        Page("register", "register, acuse and deadlines", "ejecutivo", register(), 15),
        Page("rare", "search, a rare word", "coordinador", get(f"/buscar/?{urlencode({'q': rare})}"), 12),
        Page(
            "common", "search, a common word", "coordinador", get(f"/buscar/?{urlencode({'q': words.COMMON_WORD})}"), 12
        ),
    ]


def long_story():
    """The folio of a copy of the long story, whose page has exactly so many events."""
    asked = (
        TimelineEntry.objects.filter(verb="request.more_information")
        .values("case_file__request__about__folio")
        .annotate(times=Count("pk"))
        .order_by("-times", "-case_file__request__about__folio")
    )
    folio = asked[0]["case_file__request__about__folio"]
    found = stories.lines_of(Complaint.objects.get(case_file__folio=folio))
    if found != stories.EVENTS:
        raise ValueError(f"{folio} has {found} events, not {stories.EVENTS}")
    return folio


def rare_word():
    """A word that some four cases say."""
    text = Complaint.objects.order_by("pk").values_list("description", flat=True)[Complaint.objects.count() // 2]
    rare = set(words.RARE)
    return next(word for word in text.replace(";", " ").split() if word in rare)


def register():
    """Send the form of the register, each time another one; the page is asked for once."""
    customer = Customer.objects.filter(contacts__email__gt="", key__startswith="B-").order_by("pk")[0]
    contact = customer.contacts.exclude(email="").order_by("pk")[0]
    path, tokens = reverse("complaints:register"), {}

    def ask(client):
        if client not in tokens:
            tokens[client] = client.token(path)
        form = {
            "csrfmiddlewaretoken": tokens[client],
            "submission": str(uuid.uuid4()),
            "channel": "phone",
            "received_at": f"{timezone.now().astimezone(PLANT) - timedelta(minutes=5):%d/%m/%Y %H:%M}",
            "customer": customer.pk,
            "customer_text": customer.name,
            "contact": contact.pk,
            "kind": "complaint",
            "reason": "quality",
            "product_text": "VIN-BL-19",
            "lote": "L26 0117-A",
            "quantity": "12",
            "unit": "cubetas",
            "description": "Se decoloró a los tres días de aplicada, en toda la fachada norte.",
        }
        return client.ask("POST", path, form=form, wanted=(302,))[0]

    return ask


def measure(house, page, inside):
    """Five rounds of floor and page, turn about: one client, then eight."""
    person, nobody = inside[page.who], Client(house.url)
    floor = get(f"/piso/{Customer.objects.order_by('pk').values_list('pk', flat=True)[0]}/")
    crowd = [person.again() for _ in range(EIGHT)]
    nobodies = [Client(house.url) for _ in range(EIGHT)]
    timed([person, *crowd], page.ask, 2)  # connections, tokens and caches are warm
    timed([nobody, *nobodies], floor, 3)
    alone, together, slow, milliseconds, spent = [], [], [], [], [0, 0]
    for _ in range(ROUNDS):
        under, over = [], []
        for _ in range(TURNS):
            before = processor_time(house)
            under += timed([nobody], floor, ALONE)
            between = processor_time(house)
            over += timed([person], page.ask, ALONE)
            spent[0] += spent_between(before, between)
            spent[1] += spent_between(between, processor_time(house))
        alone.append(statistics.median(over) / statistics.median(under))
        slow.append(p95(over) / p95(under))
        milliseconds.append(statistics.median(over) * 1000)
        under, over = timed(nobodies, floor, TOGETHER), timed(crowd, page.ask, TOGETHER)
        together.append(statistics.median(over) / statistics.median(under))
    return Ratios(alone, together, statistics.median(slow), spent[1] / spent[0], statistics.median(milliseconds))


def p95(found):
    """What nineteen of twenty did not exceed."""
    return statistics.quantiles(found, n=20)[-1]


def processor_time(house):
    """What each process of the web and each of its connections has spent so far, in nanoseconds."""
    talks = f"postgres: {ROLE} {house.database} ".encode()
    spent = {}
    for pid in (*family(house.parts["web"].pid), *family(house.postgres.process.pid)):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if command.startswith(b"postgres") and not command.startswith(talks):
                continue  # a housekeeper of the server
            threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
            spent[pid] = sum(int(thread.read_text().split()[0]) for thread in threads)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return spent


def spent_between(before, after):
    """Nanoseconds; it does not depend on who else is at work on the machine."""
    return sum(value - before.get(pid, 0) for pid, value in after.items())


def people_inside(url):
    """Those who ask for the pages, each signed in once."""
    return {username: sign_in(url, username) for username in ("ejecutivo", "coordinador")}


def rows(pages, measured):
    """The table: `measured` is size → key → Ratios, the largest size last."""
    small, large = min(measured), max(measured)
    for page in pages:
        if page.key not in measured[large]:
            continue
        now, before = measured[large][page.key], measured[small].get(page.key)
        holds, target, beside = now.median <= page.most, f"≤ {page.most:g} × floor", ""
        if large != small and before:
            beside = f"; at {small:,}: {before.words()}; growth {now.median / before.median:.2f}"
            holds = holds and now.median <= 1.3 * before.median
            target += ", ≤ 1.3 × of 10,000"
        yield Row(page.what, target, f"{now.words()}{beside}", holds)
