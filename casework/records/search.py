"""Finding a case: words in Spanish without accents, codes by their beginning."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower

from casework.records.models import CaseFile, SearchTerm
from casework.text import code, plain

SHORTEST_CODE = 2
FEW = 300
PLURAL = re.compile(r"(?<=[au])ciones\b")
ACCENTED, BARE = "áéíóúü", "aeiouu"


def index(case_file, *, text, codes, anew=False):
    """Write what a case is found by. `codes` is {what: typed code}; empty ones are left out. `anew`: it had nothing yet."""
    case_file.search_text = comparable(text)
    case_file.save(update_fields=["search_text"])
    keys = {(what, code(typed)[:60]) for what, typed in codes.items() if code(typed)}
    if not anew:
        case_file.search_terms.exclude(pk__in=_kept(case_file, keys)).delete()
    SearchTerm.objects.bulk_create(
        [SearchTerm(case_file=case_file, what=what, key=key) for what, key in sorted(keys)],
        ignore_conflicts=True,
    )


def _kept(case_file, keys):
    return [term.pk for term in case_file.search_terms.all() if (term.what, term.key) in keys]


def newest(cases, text, most, *, by_customer):
    """The latest of these cases that a person means: all the words typed, or a code that begins so.

    Few are fetched by their keys; many are met soon by whoever walks back in time. PostgreSQL cannot tell beforehand
    which of the two a word is.
    """
    latest, few, found = cases.order_by("-opened_at"), [], []
    for meant in _meant(text, by_customer):
        keys = list(meant[: FEW + 1])
        if len(keys) > FEW:
            found += latest.filter(pk__in=meant)[:most]
        else:
            few += keys
    if few:
        found += latest.filter(pk__in=few)[:most]
    rows = {case.pk: case for case in found}
    return sorted(rows.values(), key=lambda case: case.opened_at, reverse=True)[:most]


def matching(text, *, by_customer):
    """The same as a condition over CaseFile, for lists that filter by more than words."""
    condition = Q()
    for meant in _meant(text, by_customer):
        condition |= Q(pk__in=meant)
    return condition


def _meant(text, by_customer):
    """Keys of the cases that say the words, and of those with a code that begins so: two questions, two indexes.

    With `by_customer` false only the subject is looked at: who may not read a customer's name cannot try one out.
    """
    words = SearchQuery(comparable(text), config="spanish", search_type="plain")
    cases = CaseFile.objects.order_by()
    if not by_customer:
        subject = Func(Lower("title"), Value(ACCENTED), Value(BARE), function="translate")
        cases = cases.annotate(subject=SearchVector(subject, config="spanish")).filter(subject=words)
    yield cases.filter(search_vector=words).values_list("pk", flat=True)
    if key := _key(text):
        yield SearchTerm.objects.filter(key__startswith=key).values_list("case_file", flat=True)


def _key(text):
    key = code(text)
    return key if len(key) >= SHORTEST_CODE else ""


def comparable(text):
    """Without accents, and «-aciones» in the singular, whose stem PostgreSQL only knows by its accent."""
    return PLURAL.sub("cion", plain(text))
