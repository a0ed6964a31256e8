"""The demo's past is lived by the real verbs, at its own instants, and leaves nothing to be sent."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Q
from django.utils import timezone

from casework.alerts.models import Alert
from casework.deadlines.models import Deadline
from casework.mail.models import MailState, OutgoingMail
from casework.moment import PLANT
from casework.people.models import User
from casework.records.models import CaseFile, Evidence, FolioSeries, TimelineEntry
from casework.records.timeline import recorded_as_it_happened, write
from casework.worktime.calendars import calendar
from complaints.models import Complaint, Duplication, SatisfactionSurvey
from complaints.stages import Stage
from nervion_cases.demo import past as pasts
from nervion_cases.demo.catalogue import CUSTOMERS, PRODUCTS
from nervion_cases.demo.past import past
from nervion_cases.demo.plots import PLOTS

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


@pytest.fixture
def whole(db):
    """Eighteen months of plots."""
    return past(NOW, months=18, hours=calendar("jornada"))


def test_eighteen_months_are_some_six_hundred_complaints_and_the_same_every_time(whole):
    assert 540 <= len(whole) + len(PLOTS) <= 680
    assert whole == past(NOW, months=18, hours=calendar("jornada"))
    assert whole[0].at < NOW - timedelta(days=540)
    assert whole[-1].at < NOW - timedelta(days=12)


def test_nobody_says_the_same_twice_and_every_sentence_is_whole(whole):
    words = [plot.words for plot in (*whole, *PLOTS)]
    assert [said for said, times in Counter(words).items() if times > 1] == []
    for plot in whole:
        for text in (plot.words, plot.answer, plot.cause, plot.plan, plot.question):
            assert text
            assert not [wrong for wrong in ("{", "  ", " de el ", " a el ") if wrong in text]
    assert {plot.until for plot in whole} == {"closed", "cancelled", "duplicate"}


def test_the_pools_of_customers_and_products_repeat_nobody():
    for column in (0, 1):
        assert len({row[column] for row in CUSTOMERS}) == len(CUSTOMERS) >= 30
        assert len({row[column] for row in PRODUCTS}) == len(PRODUCTS) >= 18


def test_customers_call_in_the_hours_of_work(whole):
    hours = calendar("jornada")
    assert [plot.at for plot in whole if not hours.is_open(plot.at)] == []


def test_one_lote_is_bad_and_heads_are_late_in_august(whole):
    bad = [plot for plot in whole if plot.made_on]
    assert len(bad) >= pasts.BAD_LOTE_COMPLAINTS
    assert {(plot.product, plot.made_on) for plot in bad} == {(pasts.BAD_PRODUCT, bad[0].made_on)}
    assert bad[-1].at - bad[0].at < timedelta(days=30)
    late = {True: [], False: []}
    for plot in whole:
        late[plot.at.month == pasts.AUGUST].append(plot.pace.area > 18)
    assert sum(late[True]) / len(late[True]) > 4 * sum(late[False]) / len(late[False])


def test_a_duplicate_is_the_same_matter_of_the_same_customer(whole):
    twins = [plot for plot in whole if plot.until == "duplicate"]
    assert twins
    for twin in twins:
        assert twin.same_as in whole
        assert (twin.customer, twin.product, twin.reason) == (
            twin.same_as.customer,
            twin.same_as.product,
            twin.same_as.reason,
        )
        assert twin.at > twin.same_as.at


def seed(months):
    out = io.StringIO()
    call_command("seed_demo", months=months, stdout=out)
    return out.getvalue()


def test_a_month_is_lived_by_the_verbs(db, settings):
    settings.DEMO = True
    before = timezone.now()
    said = seed(1)
    now = timezone.now()
    complaints = Complaint.objects.count()
    assert f"Demostración lista: {complaints} quejas" in said
    assert complaints > len(PLOTS)

    # Everything was recorded when it happened, and nothing is still to come.
    assert not TimelineEntry.objects.exclude(recorded_at=F("at")).exists()
    assert not Deadline.objects.exclude(recorded_at=F("starts_at")).exists()
    assert not Deadline.objects.exclude(watched_since=F("starts_at")).exists()
    for rows, field in (
        (TimelineEntry.objects, "at"),
        (CaseFile.objects, "opened_at"),
        (Evidence.objects, "uploaded_at"),
        (Deadline.objects, "met_at"),
        (Alert.objects, "at"),
        (OutgoingMail.objects, "owed_at"),
    ):
        assert rows.exists()
        late = rows.filter(**{f"{field}__gt": now})
        assert not (late.exclude(state=MailState.PENDING) if rows is OutgoingMail.objects else late).exists()

    # Of the past no mail is left to be sent.
    assert not OutgoingMail.objects.filter(state=MailState.PENDING, not_before__lte=before).exists()
    assert not OutgoingMail.objects.exclude(state__in=[MailState.PENDING, MailState.SENT, MailState.CANCELLED]).exists()

    # Folios without a gap, in the order of registration.
    for series in FolioSeries.objects.all():
        folios = list(
            CaseFile.objects.filter(folio__startswith=f"{series.prefix}-{series.year}-")
            .annotate(taken=F("complaint__registered_at"))
            .order_by("taken", "pk")
            .values_list("folio", flat=True)
        )
        assert folios == [f"{series.prefix}-{series.year}-{n:05d}" for n in range(1, series.last + 1)]

    # People of ours act in the hours of work only.
    hours = calendar("jornada")
    acted = TimelineEntry.objects.filter(actor__isnull=False).values_list("at", flat=True)
    closes = [at for at in acted if not hours.is_open(at) and not hours.is_open(at - timedelta(minutes=1))]
    assert closes == []

    # There are cases in every stage, and customers who answered.
    assert set(Complaint.objects.values_list("stage", flat=True)) == set(Stage)
    assert SatisfactionSurvey.objects.filter(score__isnull=False).exists()
    assert Duplication.objects.exclude(complaint__case_file__customer=F("original__case_file__customer")).count() == 0

    # Bells: what is older than yesterday was read.
    assert not Alert.objects.filter(Q(seen_at=None), at__lt=before - timedelta(days=1)).exists()

    people = User.objects.count()
    assert "no se agregó nada" in seed(1)
    assert (Complaint.objects.count(), User.objects.count()) == (complaints, people)


def test_only_the_demo_is_filled(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        seed(0)


def test_what_happens_now_is_recorded_by_the_clock_of_the_database(cast):
    at = datetime(2026, 3, 2, 10, tzinfo=PLANT)
    case_file = CaseFile.objects.create(
        folio="Q-2026-00001",
        kind="complaint",
        title="Empaque",
        department=cast.ana.department,
        responsible=cast.ana,
        opened_at=at,
        last_movement_at=at,
    )
    with recorded_as_it_happened():
        past_line = write(case_file, "complaint.closed", by=cast.ana, at=at)
    line = write(case_file, "complaint.closed", by=cast.ana, at=at)
    past_line.refresh_from_db()
    line.refresh_from_db()
    assert past_line.recorded_at == at
    assert line.recorded_at > at + timedelta(days=1)
