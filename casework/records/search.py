"""Finding a case: words in Spanish without accents, codes by their beginning."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower

from casework.records.models import CaseFile, SearchTerm
from casework.text import code, plain

SHORTEST_CODE = 2
PLURAL = re.compile(r"(?<=[au])ciones\b")
ACCENTED, BARE = "áéíóúü", "aeiouu"


def index(case_file, *, text, codes):
    """Write what a case is found by. `codes` is {what: typed code}; empty ones are left out."""
    case_file.search_text = comparable(text)
    case_file.save(update_fields=["search_text"])
    keys = {(what, code(typed)[:60]) for what, typed in codes.items() if code(typed)}
    case_file.search_terms.exclude(pk__in=_kept(case_file, keys)).delete()
    SearchTerm.objects.bulk_create(
        [SearchTerm(case_file=case_file, what=what, key=key) for what, key in sorted(keys)],
        ignore_conflicts=True,
    )


def _kept(case_file, keys):
    return [term.pk for term in case_file.search_terms.all() if (term.what, term.key) in keys]


def newest(cases, text, most, *, by_customer):
    """The latest of these cases that a person means: all the words typed, or a code that begins so.

    Asked apart, because an index that serves one of the two questions does not serve both at once.
    """
    latest = cases.order_by("-opened_at")
    found = list(_saying(latest, text, by_customer)[:most])
    if key := _key(text):
        found += _coded(latest, key)[:most]
    rows = {case.pk: case for case in found}
    return sorted(rows.values(), key=lambda case: case.opened_at, reverse=True)[:most]


def matching(text, *, by_customer):
    """The same as a condition over CaseFile, for lists that filter by more than words."""
    cases = CaseFile.objects.order_by()
    condition = Q(pk__in=_saying(cases, text, by_customer).values("pk"))
    if key := _key(text):
        condition |= Q(pk__in=_coded(cases, key).values("pk"))
    return condition


def _saying(cases, text, by_customer):
    """With `by_customer` false only the subject is looked at: who may not read a customer's name cannot try one out."""
    words = SearchQuery(comparable(text), config="spanish", search_type="plain")
    if not by_customer:
        subject = Func(Lower("title"), Value(ACCENTED), Value(BARE), function="translate")
        cases = cases.annotate(subject=SearchVector(subject, config="spanish")).filter(subject=words)
    return cases.filter(search_vector=words)


def _coded(cases, key):
    return cases.filter(pk__in=SearchTerm.objects.filter(key__startswith=key).values("case_file"))


def _key(text):
    key = code(text)
    return key if len(key) >= SHORTEST_CODE else ""


def comparable(text):
    """Without accents, and «-aciones» in the singular, whose stem PostgreSQL only knows by its accent."""
    return PLURAL.sub("cion", plain(text))
