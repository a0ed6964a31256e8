"""Thousands of cases out of a few dozen that were lived: keys, folios, moments, people, customers and words anew.

Written by COPY. The foreign keys and indexes of the tables are taken away before and made again afterwards, so that
PostgreSQL checks every row of them; what CHECK says is held while it is written.
"""

import io
import random
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate

from django.db import connection, transaction

from casework.catalogue.models import Contact, Customer
from casework.correspondence.models import CustomerMessage
from casework.moment import PLANT
from casework.people.models import User
from casework.people.roles import Role
from casework.records.models import FolioSeries
from casework.text import code, plain
from complaints.models import Complaint
from nervion_cases.testing.bench.prototypes import columns, high_water, values_earlier
from nervion_cases.testing.bench.stories import mark
from nervion_cases.testing.bench.words import COMMON, RARE, SHARES

SEED = 2026
CHUNK = 1000  # stories of one COPY
SAID_EVERY = 20
YEARS = 3
MOMENTS = 30  # at most so many weeks of one prototype


def multiply(prototypes, size, *, tell=lambda words: None):
    """Copy until there are `size` complaints, in the order in which they were received."""
    chance = random.Random(SEED)  # noqa: S311
    copier = Copier(prototypes, size, chance)
    plan = make_plan(prototypes, size - copier.complaints, chance)
    with transaction.atomic(), without_indexes(copier.tables), Writer() as writer:
        for start in range(0, len(plan), CHUNK):
            writer.write(copier.texts(plan[start : start + CHUNK]))
            if start % (SAID_EVERY * CHUNK) == 0:
                tell(f"{copier.complaints:,} of {size:,} complaints copied")
        tell(f"{copier.complaints:,} complaints copied; indexes and foreign keys")
    copier.settle()


# --- What is copied ---------------------------------------------------------------------------------------------------
def make_plan(prototypes, wanted, chance):
    """Pairs of a prototype and how many weeks earlier it happens, by the moment at which they begin."""
    by_plot = defaultdict(list)
    for prototype in prototypes:
        by_plot[prototype.plot].append(prototype)
    plots = list(by_plot)
    bounds = list(accumulate(plot.share / by_plot[plot][0].complaints for plot in plots))
    single = next(prototype for prototype in prototypes if prototype.complaints == 1)
    plan = []
    while wanted > 0:
        prototype = chance.choice(by_plot[chance.choices(plots, cum_weights=bounds)[0]])
        if prototype.complaints > wanted:
            prototype = single
        plan.append((prototype, chance.choice(weeks_of(prototype, chance))))
        wanted -= prototype.complaints
    return sorted(plan, key=lambda pair: pair[0].start - timedelta(weeks=pair[1]))


def weeks_of(prototype, chance):
    """How many weeks earlier the same story could have happened as well. Open cases are of these days."""
    if not prototype.weeks:
        asked = [0] if prototype.plot.open else chance.sample(range(52 * YEARS), 52 * YEARS)
        for weeks in asked:
            values = values_earlier(prototype, weeks)
            if values is not None:
                prototype.weeks[weeks] = values
            if len(prototype.weeks) == MOMENTS:
                break
    return list(prototype.weeks)


# --- What a copy has of its own ---------------------------------------------------------------------------------------
class Copier:
    """Gives out keys, folios, people, customers and words, and writes the copies."""

    def __init__(self, prototypes, size, chance):
        self.chance = chance
        self.rare = chance.sample(RARE, size // 2)  # two in a description: each is said of some four cases
        self.next = {model: last + 1 for model, last in high_water().items()}
        self.last_folio = {(series.prefix, series.year): series.last for series in FolioSeries.objects.all()}
        self.tables = list({model: None for prototype in prototypes for model in prototype.rows})
        self.complaints = Complaint.objects.count()
        self.executives = list(executives())
        self.customers = list(customers())

    def texts(self, plan):
        """What COPY is to write for these copies: model → lines."""
        texts = {model: [] for model in self.tables}
        for prototype, weeks in plan:
            values = self.values(prototype, weeks)
            for model, pieces in prototype.lines.items():
                pieces[1::2] = [values[name] for name in prototype.slots[model]]
                texts[model].append("".join(pieces))
            self.complaints += prototype.complaints
        return texts

    def values(self, prototype, weeks):
        """What stands in each slot of one copy."""
        values = dict(prototype.weeks[weeks])
        for model, keys in prototype.rows.items():
            first = self.next[model]
            self.next[model] = first + len(keys)
            for place in range(len(keys)):
                values[f"pk:{model._meta.label}:{place}"] = str(first + place)
        self._folios(values, prototype, weeks)
        self._marks(values)
        for name in prototype.fresh:
            values[name] = uuid.UUID(int=self.chance.getrandbits(128)).hex
        for place, pieces in prototype.messages:
            pieces[1::2] = [values[name] for name in prototype.said[place]]
            channel, to, subject, body = "".join(pieces).split("\x01")
            message = CustomerMessage(channel=channel, to=to, subject=subject, body=body)
            values[f"hash:{place}"] = message.fingerprint()
        return values

    def _folios(self, values, prototype, weeks):
        for place, (prefix, at) in enumerate(prototype.series):
            year = (at - timedelta(weeks=weeks)).astimezone(PLANT).year
            number = self.last_folio.get((prefix, year), 0) + 1
            self.last_folio[prefix, year] = number
            folio = f"{prefix}-{year}-{number:05d}"
            values[f"folio:{place}"] = folio
            values[f"folio-code:{place}"] = folio.replace("-", "")
            values[f"folio-plain:{place}"] = folio.lower()

    def _marks(self, values):
        """Another executive, another customer, other words: each in the three forms in which it may stand."""
        chance = self.chance
        executive, customer = chance.choice(self.executives), chance.choice(self.customers)
        number = chance.randrange(100_000)
        for forms in (
            executive,
            customer,
            in_forms(chance.choices(COMMON, SHARES)[0], "una"),
            in_forms(chance.choice(self.rare), "dos"),
            in_forms(chance.choice(self.rare), "tres"),
            in_forms(f"F-{number:06d}", "factura"),
            in_forms(f"L{24 + number % 3} {number % 9000:04d}-{'ABCD'[number % 4]}", "lote"),
        ):
            values.update(forms)

    # --- Afterwards ---------------------------------------------------------------------------------------------------
    def settle(self):
        """The next registration goes on where the copies end: numbers of rows, numbers of folios."""
        FolioSeries.objects.bulk_create(
            [FolioSeries(prefix=prefix, year=year, last=last) for (prefix, year), last in self.last_folio.items()],
            update_conflicts=True,
            unique_fields=["prefix", "year"],
            update_fields=["last"],
        )
        with connection.cursor() as cursor:
            for model in self.tables:
                if not model._meta.pk.remote_field:
                    cursor.execute(
                        "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                        [model._meta.db_table, model._meta.pk.column, self.next[model] - 1],
                    )


class Writer:
    """Hands texts to PostgreSQL by COPY in a thread, so that the next ones are made meanwhile."""

    def __enter__(self):
        self.cursor, self.thread, self.last = connection.cursor(), ThreadPoolExecutor(1), None
        return self

    def __exit__(self, *_):
        self.wait()
        self.thread.shutdown()
        self.cursor.close()

    def wait(self):
        """Until what was handed over is written; what went wrong is raised here."""
        last, self.last = self.last, None
        if last:
            last.result()

    def write(self, texts):
        """One COPY for each table."""
        self.wait()
        self.last = self.thread.submit(self._copy, texts)

    def _copy(self, texts):
        for model, lines in texts.items():
            listed = ", ".join(f'"{column.column}"' for column in columns(model))
            self.cursor.copy_expert(
                f"COPY {model._meta.db_table} ({listed}) FROM STDIN", io.StringIO("".join(lines)), size=1 << 20
            )


def in_forms(word, name):
    """What a mark becomes: as typed, folded for the search, and as a code."""
    return {f"typed:{name}": word, f"plain:{name}": plain(word), f"code:{name}": code(word)}


def executives():
    """Those of whom each copy takes one in the place of the marked executive."""
    marked = User.objects.get(username=mark("usuario").lower())
    for person in User.objects.in_role(Role.EXECUTIVE).exclude(pk=marked.pk).order_by("pk"):
        yield {
            f"marked:{User._meta.label}:{marked.pk}": str(person.pk),
            **in_forms(person.username, "usuario"),
            **in_forms(person.first_name, "nombre"),
            **in_forms(person.last_name, "apellido"),
        }


def customers():
    """Those of whom each copy takes one in the place of the marked customer: any with two contacts, the first with an address."""
    marked = Customer.objects.get(key=mark("clave"))
    theirs = list(marked.contacts.order_by("pk"))
    spoken_with = defaultdict(list)
    for contact in Contact.objects.order_by("pk"):
        spoken_with[contact.customer_id].append(contact)
    for customer in Customer.objects.exclude(pk=marked.pk).order_by("pk"):
        contacts = spoken_with[customer.pk]
        if len(contacts) != 2:
            continue
        first, second = contacts
        yield {
            f"marked:{Customer._meta.label}:{marked.pk}": str(customer.pk),
            **{
                f"marked:{Contact._meta.label}:{of.pk}": str(contact.pk)
                for of, contact in zip(theirs, contacts, strict=True)
            },
            **in_forms(customer.name, "cliente"),
            **in_forms(customer.key, "clave"),
            **in_forms(customer.city, "ciudad"),
            **in_forms(first.name, "contacto"),
            **in_forms(first.email.partition("@")[0], "correo"),
            **in_forms(first.phone, "telefono"),
            **in_forms(second.name, "callado"),
            **in_forms(second.phone, "otro"),
        }


# --- Writing much at once ---------------------------------------------------------------------------------------------
@contextmanager
def without_indexes(models):
    """Take foreign keys, other keys and indexes of these tables away, and make them again: every row is checked then."""
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in models]
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint "
            "WHERE (conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u')) "
            "OR (confrelid::regclass::text = ANY(%s) AND contype = 'f')",
            [tables, tables],
        )
        constraints = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('u', 'p'))",
            [tables],
        )
        indexes = cursor.fetchall()
        for table, name, _, _kind in sorted(constraints, key=lambda one: one[3] != "f"):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition, _kind in sorted(constraints, key=lambda one: one[3] == "f"):
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
