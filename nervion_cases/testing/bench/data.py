"""The databases of the bench: 10,000 and 100,000 complaints, made once and kept in templates until the recipe changes.

with House("bench") as house:
    prepare(house)                              # makes what is missing, minutes the first time
    fresh(house, 100_000)                       # house.database is a copy to work on; Django talks to it
"""

import ast
import hashlib
import json
import time
from datetime import date

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from casework.people.models import Department, User
from casework.people.roles import Role
from casework.records.timeline import recorded_as_it_happened
from nervion_cases.demo.catalogue import make_catalogue
from nervion_cases.demo.life import all_or_nothing
from nervion_cases.demo.people import make_people
from nervion_cases.local.install import ROOT, say
from nervion_cases.testing.bench import multiply, prototypes, sample, stories, words
from nervion_cases.testing.databases import clone, drop, point_to, statement

SIZES = (10_000, 100_000)
LIVED = "bench_lived"
EXECUTIVES = 6  # beside the three of the demo
OLDEST_DAYS = 7  # open cases are of these days: afterwards everything would be late
RECIPE = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/actions.py",
    "complaints/actions/*.py",
    "nervion_cases/demo/people.py",
    "nervion_cases/demo/catalogue.py",
    *(f"nervion_cases/testing/bench/{name}.py" for name in ("stories", "prototypes", "multiply", "words", "data")),
)


def template(size):
    """The name of the template database of a size."""
    return f"bench_{size}"


def fresh(house, size, name="bench"):
    """Begin anew with a copy of a template; Django of this process talks to it."""
    house.fresh(template(size), name)


def prepare(house, sizes=SIZES):
    """Make the templates that are missing or of another recipe. Django of this process is one of the house."""
    house.enter()
    house.manage("collectstatic", "--no-input", "--verbosity", 0)
    point_to("template1")
    missing = [size for size in sizes if not is_current(template(size))]
    if missing:
        build(house, missing)


def recipe():
    """A digest of what the data follow from; how it is laid out and commented does not count."""
    files = sorted({path for pattern in RECIPE for path in ROOT.glob(pattern) if ".venv" not in path.parts})
    read = "".join(ast.dump(ast.parse(path.read_text())) for path in files)
    return hashlib.sha256(read.encode()).hexdigest()[:16]


def is_current(name):
    """Whether a template is there, of this recipe, and its open cases are still of these days."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        found = cursor.fetchone()
    if not found or not found[0]:
        return False
    made = json.loads(found[0])
    return made["recipe"] == recipe() and (date.today() - date.fromisoformat(made["on"])).days <= OLDEST_DAYS


def build(house, sizes):
    """Live the prototypes once, and copy them into one template for each size."""
    started, followed = time.monotonic(), recipe()

    def tell(words):
        say(f"  {words} ({time.monotonic() - started:.0f} s)")

    tell("making the data of the bench, once: tables, people, catalogue")
    clone("template0", LIVED)
    house.database = LIVED
    house.manage("migrate", "--no-input", "--verbosity", 0)
    house.manage("createcachetable", "--verbosity", 0)
    point_to(LIVED)
    populate()
    lived = live_prototypes(stories.PLOTS)
    shapes = sample.shapes_of(lived)
    tell(f"{len(lived)} stories lived through the verbs")
    for size in sizes:
        point_to("template1")
        clone(LIVED, template(size))
        point_to(template(size))
        multiply.multiply(lived, size, tell=tell)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM (ANALYZE)")
        sample.check(shapes)
        tell(f"a sample of the {size:,} is what the verbs would have written")
        point_to("template1")
        made = json.dumps({"recipe": followed, "on": date.today().isoformat()})
        statement(f"COMMENT ON DATABASE {template(size)} IS '{made}'")
    drop(LIVED)


@transaction.atomic
def populate():
    """The demo's people and catalogue, more executives and customers, and the marked ones."""
    make_people()
    make_catalogue(timezone.localdate())
    words.make_customers()
    service, role = Department.objects.get(code="servicio"), Group.objects.get(name=Role.EXECUTIVE.value)
    for number in range(EXECUTIVES):
        person = User(
            username=f"ejecutiva{number}.servicio",
            first_name=words.PEOPLE[number % len(words.PEOPLE)],
            last_name=f"{words.SECOND[number % 7]} {number}",
            email=f"ejecutiva{number}@nervion.example",
            department=service,
        )
        person.set_unusable_password()
        person.save()
        person.groups.set([role])
    stories.make_marked()


def live_prototypes(plots):
    """Live every plot as often as it says; closed ones first, so that no sweep of the past meets an open case."""
    now = timezone.now().replace(second=0, microsecond=0)
    actors, found, before = stories.cast(), [], prototypes.high_water()
    with transaction.atomic(), recorded_as_it_happened(), all_or_nothing():
        for number, plot in enumerate(sorted(plots, key=lambda plot: plot.open)):
            for turn, start in enumerate(stories.starting_moments(plot, number, now=now)):
                stories.lived(plot, actors, start, number + turn, until=now)
                after = prototypes.high_water()
                found.append(prototypes.capture(plot, start, before, after))
                before = after
    return found
