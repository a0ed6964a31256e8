"""What screens ask about deadlines, at a fixed number of queries."""

from django.db.models import OuterRef, Prefetch, Subquery

from casework.deadlines.models import Deadline


def with_deadlines(queryset, path=""):
    """Prefetch the deadlines of a queryset of cases, or of what reaches its case by `path` («case_file»)."""
    lookup = f"{path}__deadlines" if path else "deadlines"
    return queryset.prefetch_related(Prefetch(lookup, queryset=Deadline.objects.order_by("due_at", "pk")))


def with_next_due(queryset, path=""):
    """Annotate `next_due_at`: when the next running promise of the case is due; for ordering lists."""
    case = f"{path}__pk" if path else "pk"
    running = Deadline.objects.running().filter(case_file=OuterRef(case)).order_by("due_at")
    return queryset.annotate(next_due_at=Subquery(running.values("due_at")[:1]))


def next_running(case_file):
    """The running deadline that is due first, from the prefetched ones; None if nothing runs."""
    return next((deadline for deadline in sorted(case_file.deadlines.all(), key=_by_due) if deadline.running), None)


def latest_of(case_file, key):
    """The deadline of a kind that counts last: the one running, else the one made last. From the prefetched ones."""
    of_kind = [deadline for deadline in case_file.deadlines.all() if deadline.key == key]
    return max(of_kind, key=lambda deadline: (deadline.running, deadline.starts_at, deadline.pk), default=None)


def _by_due(deadline):
    return deadline.due_at, deadline.pk
