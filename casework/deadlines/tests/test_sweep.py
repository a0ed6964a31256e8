"""The sweep: a predicate and never a window; fact and debt in one transaction."""

from collections import Counter
from datetime import time, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from casework.alerts.models import Alert
from casework.deadlines import running, sweep, tasks
from casework.deadlines.models import Deadline, PromiseKey
from casework.deadlines.tests.cases import at, case_for, shift
from casework.mail.models import Heartbeat, OutgoingMail
from casework.records.models import CaseFile, TimelineEntry
from casework.worktime.models import Segment
from nervion_cases.testing.cast import make_cast

KEY = PromiseKey.COORDINATION_ANSWER


def promised(person, *, made="10/11 10:00", key=KEY, written=None):
    """A deadline made at a moment and, unless said otherwise, written down at that same moment."""
    deadline = running.promise(case_for(person), key, at=at(made))
    Deadline.objects.filter(pk=deadline.pk).update(watched_since=at(written or made), recorded_at=at(written or made))
    deadline.refresh_from_db()
    return deadline


def told(**of):
    """How often each rung was told to each person: {("deadline.half", "diego"): 1, …}."""
    return Counter(Alert.objects.filter(**of).values_list("reason", "person__username"))


def test_nothing_is_told_before_its_moment(cast):
    promised(cast.diego)

    assert sweep.sweep(at=at("11/11 09:59")) == 0
    assert Alert.objects.count() == 0


def test_the_ladder_lived_from_half_to_the_third_day_late(cast):
    promised(cast.luz)
    heard = {}

    for moment in ("11/11 10:00", "11/11 22:00", "12/11 10:01", "13/11 09:00", "17/11 09:00", "18/11 09:00"):
        before = told()
        sweep.sweep(at=at(moment))
        sweep.sweep(at=at(moment))
        heard[moment] = sorted((told() - before).elements())

    late = [("deadline.late", who) for who in ("beto", "diego", "elena", "gil", "luz")]
    assert heard == {
        "11/11 10:00": [("deadline.half", "luz")],
        "11/11 22:00": [("deadline.three_quarters", "diego"), ("deadline.three_quarters", "luz")],
        "12/11 10:01": [("deadline.breached", who) for who in ("beto", "diego", "luz")],
        "13/11 09:00": [entry for entry in late if entry[1] != "gil"],
        "17/11 09:00": [entry for entry in late if entry[1] != "gil"],
        "18/11 09:00": late,
    }


@pytest.mark.parametrize("swept", ["12/11 10:01", "13/11 16:00", "27/11 12:00"])
def test_however_late_the_sweep_a_breach_is_recorded_at_its_own_instant(cast, swept):
    deadline = promised(cast.diego)

    sweep.sweep(at=at(swept))

    deadline.refresh_from_db()
    line = TimelineEntry.objects.get(verb="deadline.breached")
    assert deadline.breached_at == deadline.breaks_at == line.at
    assert line.actor is None
    assert told(person=cast.diego, reason="deadline.breached") == {("deadline.breached", "diego"): 1}


def test_a_sweep_that_slept_skips_nothing(cast):
    promised(cast.diego)

    sweep.sweep(at=at("13/11 10:00"))

    assert sorted(told(person=cast.diego)) == [
        ("deadline.breached", "diego"),
        ("deadline.half", "diego"),
        ("deadline.late", "diego"),
        ("deadline.three_quarters", "diego"),
    ]
    mail = OutgoingMail.objects.get(person=cast.diego)  # of the four only the breach is mailed
    assert mail.subject.endswith("Venció un plazo")


def test_what_is_registered_late_raises_only_the_highest_rung(cast):
    promised(cast.diego, written="12/11 11:00")

    sweep.sweep(at=at("12/11 11:01"))

    assert told(person=cast.diego) == {("deadline.breached", "diego"): 1}
    assert TimelineEntry.objects.filter(verb="deadline.breached").count() == 1


@pytest.mark.parametrize("ending", ["meet", "end"])
def test_what_no_longer_runs_is_told_no_more(cast, ending):
    deadline = promised(cast.diego)
    sweep.sweep(at=at("11/11 10:00"))
    if ending == "meet":
        running.meet(deadline.case_file, KEY, at=at("11/11 12:00"))
    else:
        running.end(deadline.case_file, at=at("11/11 12:00"))

    sweep.sweep(at=at("18/11 10:00"))

    assert told() == {("deadline.half", "diego"): 1}


def test_a_breach_is_mailed_at_once_but_in_the_hours_of_work_only(cast):
    promised(cast.diego, made="11/11 22:00")  # breaks on Friday the 13th at 22:00

    sweep.sweep(at=at("13/11 22:01"))

    mails = OutgoingMail.objects.filter(letter="deadline")
    assert {mail.person.username for mail in mails} == {"beto", "diego"}
    assert {mail.not_before for mail in mails} == {at("17/11 09:00")}
    assert mails[0].subject.endswith("Venció un plazo")
    assert f"http://localhost:8000/expedientes/{mails[0].case_file.folio}/" in mails[0].body


def test_the_alert_calendar_may_be_open_round_the_clock(cast):
    shift("jornada", opens=time(0), closes=time(0), holds_from=at("02/11").date())
    promised(cast.diego, made="11/11 22:00")

    sweep.sweep(at=at("13/11 22:01"))

    assert {mail.not_before for mail in OutgoingMail.objects.all()} == {at("13/11 22:01")}


def test_the_mail_of_a_promise_met_meanwhile_no_longer_applies(cast):
    deadline = promised(cast.diego)
    sweep.sweep(at=at("12/11 10:01"))
    mail = OutgoingMail.objects.filter(person=cast.diego).get()
    from casework.mail.letters import still_applies

    assert still_applies(mail)
    running.meet(deadline.case_file, KEY, at=at("12/11 10:05"))

    assert not still_applies(mail)


def test_one_bad_row_does_not_silence_the_rest(cast, monkeypatch, caplog):
    good, bad = promised(cast.diego), promised(cast.luz)
    climbed = sweep.ladder.climbed

    def stumble(deadline, **when):
        if deadline.pk == bad.pk:
            raise RuntimeError("poisoned")
        return climbed(deadline, **when)

    monkeypatch.setattr(sweep.ladder, "climbed", stumble)

    assert sweep.sweep(at=at("11/11 10:00")) == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (good.rung, bad.rung) == (1, 0)
    assert bad.look_again_at == at("11/11 10:15")
    assert f"deadline {bad.pk} cannot be climbed" in caplog.text
    monkeypatch.undo()
    assert sweep.sweep(at=at("11/11 10:15")) == 1
    assert told() == {("deadline.half", "diego"): 1, ("deadline.half", "luz"): 1}


def test_the_cost_of_a_batch_does_not_grow_with_its_rows(cast, django_assert_max_num_queries):
    for _ in range(40):
        promised(cast.luz)

    with django_assert_max_num_queries(20):
        sweep.sweep(at=at("11/11 22:00"))

    assert Alert.objects.count() == 40 * 3


def test_sweeps_at_once_tell_each_thing_once(committed):
    cast = make_cast()
    for _ in range(150):
        promised(cast.luz)

    moments = [at("12/11 10:01")] * 4
    found = committed.at_once(
        *[lambda moment=moment: sum(iter(lambda: sweep.sweep_batch(at=moment, size=20), 0)) for moment in moments]
    )

    sweep.sweep(at=at("12/11 10:01"))
    assert sum(found) <= 150
    assert TimelineEntry.objects.filter(verb="deadline.breached").count() == 150
    assert Deadline.objects.filter(breached_at=None).count() == 0
    assert set(Counter(Alert.objects.values_list("reason", "person", "case_file")).values()) == {1}
    assert Alert.objects.count() == 150 * (1 + 2 + 3)
    assert OutgoingMail.objects.count() == 150 * 3


def test_a_case_that_somebody_is_changing_is_left_for_the_next_pass(committed):
    cast = make_cast()
    busy, free = promised(cast.diego), promised(cast.diego)

    with transaction.atomic():
        CaseFile.objects.select_for_update().get(pk=busy.case_file_id)
        first = committed.at_once(lambda: sweep.sweep(at=at("11/11 10:00")), seconds=5)
    second = sweep.sweep(at=at("11/11 10:00"))

    assert (first, second) == ([1], 1)
    assert Deadline.objects.filter(rung=1, pk__in=[busy.pk, free.pk]).count() == 2


def test_the_command_sweeps_once_and_refuses_the_future(cast, capsys, settings):
    deadline = promised(cast.diego)
    settings.DEMO = False

    call_command("sweep_deadlines", at="2026-11-11T10:00")
    assert capsys.readouterr().out == "Plazos revisados: 1.\n"
    assert not Heartbeat.objects.exists()
    with pytest.raises(CommandError):
        call_command("sweep_deadlines", at=(timezone.now() + timedelta(days=2)).isoformat())
    with pytest.raises(CommandError):
        call_command("sweep_deadlines", at="mañana")
    settings.DEMO = True
    call_command("sweep_deadlines", at=(timezone.now() + timedelta(days=60)).isoformat())

    deadline.refresh_from_db()
    assert deadline.breached_at == deadline.breaks_at
    call_command("sweep_deadlines")
    assert Heartbeat.objects.get().name == "deadlines"


@pytest.mark.parametrize("ending", ["meet", "end"])
def test_an_alert_is_no_longer_new_when_its_promise_no_longer_runs(cast, ending):
    deadline, another = promised(cast.diego), promised(cast.diego)
    other_promise = running.promise(deadline.case_file, PromiseKey.ACKNOWLEDGEMENT, at=at("10/11 10:00"))
    Deadline.objects.update(watched_since=at("10/11 10:00"))
    sweep.sweep(at=at("12/11 10:01"))
    Alert.objects.filter(reason="deadline.half").update(seen_at=at("11/11 12:00"))

    if ending == "meet":
        running.meet(deadline.case_file, KEY, at=at("12/11 11:00"))
    else:
        running.end(deadline.case_file, at=at("12/11 11:00"), keys=[KEY])

    still_new = set(Alert.objects.filter(seen_at=None).values_list("occasion", flat=True))
    assert {occasion.split(":")[1] for occasion in still_new} == {str(another.pk), str(other_promise.pk)}
    assert Alert.objects.filter(reason="deadline.half", seen_at=at("11/11 12:00")).count() == 3


def test_every_night_the_clocks_are_compared_and_a_difference_stops_the_heartbeat(db, caplog):
    tasks.compare_clocks()
    Heartbeat.objects.get(name="clocks").delete()
    Segment.objects.filter(pk=Segment.objects.order_by("starts")[5].pk).update(seconds_before=F("seconds_before") + 1)

    tasks.compare_clocks()

    assert not Heartbeat.objects.exists()
    assert "disagree about" in caplog.text
