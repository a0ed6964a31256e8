"""P17: a new version of a calendar moves open deadlines by an explicit action only, once, and never closed ones."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.deadlines import running, sweep
from casework.deadlines.models import Deadline, PromiseKey
from casework.deadlines.tests.cases import at, case_for
from casework.deadlines.tests.test_sweep import promised, told
from casework.mail.models import MailState, OutgoingMail
from casework.rules import Forbidden
from casework.worktime.models import Calendar, DayOff

KEY = PromiseKey.COORDINATION_ANSWER


def close_the_plant(day, *, half=False):
    """A day off that nobody expected, in both calendars."""
    off = DayOff.objects.create(
        day=at(day).date(),
        reason="Inventario",
        approved_at=at("01/11"),
        closed_from=time(12) if half else None,
        closed_until=time(0) if half else None,
    )
    off.calendars.set(Calendar.objects.all())


def instants(deadline):
    return Deadline.objects.values("due_at", "breaks_at", "half_at", "rung", "revision", "rule").get(pk=deadline.pk)


def test_the_edit_alone_moves_nothing(cast):
    deadline = promised(cast.diego)
    before = instants(deadline)

    close_the_plant("11/11")
    sweep.sweep(at=at("11/11 09:59"))

    assert instants(deadline) == before


def test_open_ones_are_recomputed_exactly_once_and_logged(cast):
    moved, natural = (
        promised(cast.diego),
        running.promise(case_for(cast.diego), PromiseKey.CLOSURE, at=at("10/11 10:00")),
    )
    still = promised(cast.diego, made="02/11 10:00")
    running.meet(still.case_file, KEY, at=at("03/11 10:00"))
    ended = promised(cast.diego)
    running.end(ended.case_file, at=at("10/11 11:00"))
    broken = promised(cast.diego, made="05/11 10:00")
    untouched = [instants(one) for one in (natural, still, ended, broken)]
    close_the_plant("11/11")

    preview = running.recalculate("habil", by=cast.elena, at=at("10/11 12:00"), preview=True)
    assert instants(moved)["due_at"] == at("12/11 10:00")
    first = running.recalculate("habil", by=cast.elena, at=at("10/11 12:00"))
    second = running.recalculate("habil", by=cast.elena, at=at("10/11 12:00"))

    assert [(one.deadline.pk, one.before, one.after) for one in preview] == [
        (moved.pk, at("12/11 10:00"), at("13/11 10:00"))
    ]
    assert [one.deadline.pk for one in first] == [moved.pk]
    assert second == []
    assert instants(moved)["due_at"] == at("13/11 10:00")
    assert instants(moved)["revision"] == 2
    assert any("Inventario" in line for line in instants(moved)["rule"]["derivation"]["sentences"])
    assert [instants(one) for one in (natural, still, ended, broken)] == untouched
    line = moved.case_file.timeline.get(verb="deadline.recalculated")
    assert (line.facts["before"], line.facts["after"], line.actor) == (
        "12/11/2026 10:00",
        "13/11/2026 10:00",
        cast.elena,
    )


def test_the_new_revision_tells_its_own_rungs_and_cancels_what_waited(cast):
    deadline = promised(cast.diego, key=PromiseKey.COORDINATION_URGENT)
    sweep.sweep(at=at("10/11 14:00"))
    waiting = OutgoingMail.objects.get(person=cast.diego)
    close_the_plant("10/11", half=True)

    running.recalculate("jornada", by=cast.elena, at=at("10/11 14:30"))

    waiting.refresh_from_db()
    deadline.refresh_from_db()
    assert waiting.state == MailState.CANCELLED
    assert (deadline.due_at, deadline.half_at, deadline.rung) == (at("11/11 15:00"), at("11/11 11:00"), 0)
    sweep.sweep(at=at("11/11 10:59"))
    assert told() == {("deadline.half", "diego"): 1}
    sweep.sweep(at=at("11/11 11:00"))
    assert told() == {("deadline.half", "diego"): 2}


def test_rungs_that_the_move_lets_pass_raise_only_the_highest(cast):
    close_the_plant("11/11")
    deadline = promised(cast.luz)
    DayOff.objects.filter(reason="Inventario").delete()

    running.recalculate("habil", by=cast.elena, at=at("11/11 23:00"))
    sweep.sweep(at=at("11/11 23:00"))

    deadline.refresh_from_db()
    assert deadline.due_at == at("12/11 10:00")
    assert set(told()) == {("deadline.three_quarters", "diego"), ("deadline.three_quarters", "luz")}


def test_only_direccion_comercial_moves_deadlines(cast):
    with pytest.raises(Forbidden):
        running.recalculate("habil", by=cast.irma, at=at("10/11 12:00"))


def test_the_screen_shows_what_would_move_and_moves_it(cast, signed_in):
    """The administrator sees of cases only how many; Dirección Comercial sees which, and decides."""
    deadline = running.promise(case_for(cast.diego), KEY, at=timezone.now())
    later = timezone.now() + timedelta(days=60)
    Deadline.objects.update(breaks_at=later, due_at=later)
    url = reverse("deadlines:recalculate", args=["habil"])
    folio = deadline.case_file.folio

    counted = signed_in(cast.irma).get(url).content.decode()
    listed = signed_in(cast.elena).get(url).content.decode()
    refused = signed_in(cast.irma).post(url)
    before = instants(deadline)
    done = signed_in(cast.elena).post(url, follow=True).content.decode()

    assert "1 plazo abierto se movería" in counted
    assert "Recalcular estos plazos" not in counted
    assert folio not in counted
    assert folio in listed
    assert "Recalcular estos plazos" in listed
    assert (refused.status_code, before["revision"]) == (403, 1)
    assert "Se recalculó 1 plazo" in done
    assert "Ningún plazo abierto se movería" in done
    assert instants(deadline)["due_at"] == deadline.due_at
    assert signed_in(cast.ana).get(url).status_code == 403
    assert signed_in(cast.elena).get(reverse("deadlines:recalculate", args=["nada"])).status_code == 404
