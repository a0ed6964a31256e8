"""Finding a case: words in Spanish without accents, codes by their beginning."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from casework.records.models import SearchTerm
from casework.text import code, plain


def index(case_file, *, text, codes):
    """Write what a case is found by. `codes` is {what: typed code}; empty ones are left out."""
    case_file.search_text = plain(text)
    case_file.save(update_fields=["search_text"])
    keys = {(what, code(typed)[:60]) for what, typed in codes.items() if code(typed)}
    case_file.search_terms.exclude(pk__in=_kept(case_file, keys)).delete()
    SearchTerm.objects.bulk_create(
        [SearchTerm(case_file=case_file, what=what, key=key) for what, key in sorted(keys)],
        ignore_conflicts=True,
    )


def _kept(case_file, keys):
    return [term.pk for term in case_file.search_terms.all() if (term.what, term.key) in keys]


def matching(text):
    """A condition over CaseFile for what a person typed: all its words, or a code that begins so."""
    condition = Q(search_vector=SearchQuery(plain(text), config="spanish", search_type="plain"))
    key = code(text)
    if len(key) >= 2:
        condition |= Q(pk__in=SearchTerm.objects.filter(key__startswith=key).values("case_file"))
    return condition
