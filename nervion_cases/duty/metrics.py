"""`GET /metricas/`: our own gauges, read from the database as they are asked for, and the counters of the requests.

Nobody outside is told that it exists: it answers whoever knows `METRICS_TOKEN`; without one, whoever asks on this machine
without a proxy in between. It answers within seconds also when PostgreSQL is gone, and says so.
"""

import os
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.middleware import PrometheusAfterMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from casework.web.screens import public
from nervion_cases.duty.facts import Question, everything, gathered
from nervion_cases.duty.parts import parts
from nervion_cases.duty.slots import FOLDER

DATABASE_SECONDS = 5
BY_A_PROXY = ("X-Forwarded-For", "X-Real-IP", "Forwarded")

_question = Question()


class RequestCounters(PrometheusAfterMiddleware):
    """The library's, with what a stranger may invent kept out of the labels: a method is one of the nine."""

    def label_metric(self, metric, request, response=None, **labels):
        """Label it."""
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)


@public
@never_cache
@require_safe
def metrics(request):
    """All of it, in the words of Prometheus."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Gauges(gathered(_question.ask(everything, seconds=DATABASE_SECONDS))))
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)
        text = generate_latest(registry)
    else:
        text = generate_latest(registry) + generate_latest(REGISTRY)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def may_read(request):
    """By the token, if there is one; else only from here. What came through nginx says so in its headers."""
    if settings.METRICS_TOKEN:
        told = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return compare_digest(told.encode(), settings.METRICS_TOKEN.encode())
    return is_from_here(request.META["REMOTE_ADDR"]) and not any(name in request.headers for name in BY_A_PROXY)


def is_from_here(address):
    """Whether an address is of this machine's loopback."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


class Gauges:
    """The facts of one moment, as Prometheus takes them."""

    def __init__(self, facts):
        self.facts = facts

    def describe(self):
        """Nothing in advance: the facts were asked already."""
        return []

    def collect(self):
        """One family of samples after another."""
        facts = self.facts
        yield _gauge("nervion_database_up", "1 if PostgreSQL answered in time.", int(facts.pulse is not None))
        yield _gauge("nervion_queue_up", "1 if Redis answered in time.", int(facts.broker))
        states = {(part.key,): int(part.state) for part in parts(facts)}
        yield _gauge("nervion_part_state", "Each part of /guardia/: 0 well, 1 attention, 2 wrong.", states, ["part"])
        if facts.disk:
            yield _gauge("nervion_evidence_disk_free_bytes", "Free where evidence is kept.", facts.disk[0])
            yield _gauge("nervion_evidence_disk_bytes", "In all where evidence is kept.", facts.disk[1])
        if facts.pulse:
            yield from _of_pulse(facts.pulse)
        if facts.counts:
            yield from _of_counts(facts.counts)


def _gauge(name, words, samples, labels=()):
    """A family of one sample, or of one for each tuple of labels."""
    family = GaugeMetricFamily(name, words, labels=labels)
    for values, value in samples.items() if labels else [((), samples)]:
        family.add_metric(values, value)
    return family


def _of_pulse(pulse):
    def since(moment):
        return max(0.0, (pulse.now - moment).total_seconds()) if moment else 0.0

    yield _gauge("nervion_mail_oldest_due_seconds", "Age of the oldest mail due and not sent.", since(pulse.oldest_due))
    yield _gauge("nervion_mail_due", "Mails due and not sent.", pulse.due)
    yield _gauge("nervion_mail_dead", "Mails refused for good that nobody has attended.", pulse.dead)
    yield _gauge("nervion_mail_uncertain", "Mails that may have arrived or not, unattended.", pulse.uncertain)
    yield _gauge(
        "nervion_sweep_behind_seconds", "How long ago the next deadline was due a look.", since(pulse.next_look)
    )
    ages = {(name,): since(beat) for name, beat in pulse.beats.items()}
    yield _gauge("nervion_beat_age_seconds", "Since each thing that runs on a clock last did.", ages, ["name"])


def _of_counts(counts):
    for place, word in enumerate(("open", "overdue")):
        cases = {(kind,): pair[place] for kind, pair in counts.cases.items()}
        yield _gauge(f"nervion_cases_{word}", f"Cases {word}, by kind.", cases, ["kind"])
    for place, word in enumerate(("running", "overdue")):
        deadlines = {(key,): pair[place] for key, pair in counts.deadlines.items()}
        yield _gauge(f"nervion_deadlines_{word}", f"Deadlines {word}, by promise.", deadlines, ["key"])
    yield _gauge("nervion_database_bytes", "Size of the database.", counts.database_bytes)
