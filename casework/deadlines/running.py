"""A promise from the day it is made to the day it is met, missed or ended (product §4)."""

from dataclasses import dataclass

from django.db import transaction

from casework.alerts import bell
from casework.alerts.bell import JORNADA
from casework.deadlines import ladder
from casework.deadlines.models import Deadline, Extension, PromiseKey, PromiseRule, Unit
from casework.people.permissions import check_has_role
from casework.people.roles import Role
from casework.records import timeline
from casework.records.models import CaseFile
from casework.rules import Refused
from casework.worktime.calendars import calendar
from casework.worktime.explain import explain
from casework.worktime.promises import Term


# --- Making -----------------------------------------------------------------------------------------------------------
def promise(case_file, key, *, at, hours=None, operational=False):
    """Start a deadline with the rule in force at `at`, photographed on it with its derivation.

    `hours` is the routing row's fewer hours, or the limit of an urgent request (1 to 48). MPC-SER-002 §3, -009 §3.2.
    """
    rule = PromiseRule.objects.select_related("calendar").in_force(key, at)
    deadline = _made(case_file, rule, at=at, hours=hours, operational=operational)
    deadline.save(force_insert=True)
    return deadline


def promise_each(case_file, keys, *, at):
    """Start several deadlines of a case at once, at the price of one."""
    rules = PromiseRule.objects.select_related("calendar").each_in_force(keys, at)
    return Deadline.objects.bulk_create([_made(case_file, rule, at=at) for rule in rules])


def _made(case_file, rule, *, at, hours=None, operational=False):
    amount = rule.amount
    if hours is not None:
        amount = hours if rule.key == PromiseKey.COORDINATION_URGENT else min(hours, rule.amount)
    photograph = {
        "id": rule.pk,
        "unit": rule.unit,
        "amount": amount,
        "strict": rule.strict,
        "calendar": rule.calendar.key if rule.calendar else None,
        "clause": rule.clause,
        "holds_from": rule.holds_from.isoformat(),
    }
    reckoning, derived = _reckon(rule.key, photograph, at)
    return Deadline(
        case_file=case_file,
        key=rule.key,
        operational=operational,
        starts_at=at,
        half_at=reckoning.half_at,
        three_quarters_at=reckoning.three_quarters_at,
        due_at=reckoning.due_at,
        breaks_at=reckoning.breaks_at,
        look_again_at=reckoning.half_at,
        rule=photograph | {"derivation": derived},
        **timeline.recorded(at, "recorded_at", "watched_since"),
    )


def _reckon(key, rule, starts_at):
    """The instants of a photographed rule, and its derivation line by line."""
    natural = rule["unit"] == Unit.NATURAL_DAYS
    term = Term(key, rule["unit"], rule["amount"] * (1 if natural else 3600), rule["strict"])
    hours = None if natural else calendar(rule["calendar"])
    explanation = explain(term, starts_at, hours)
    derived = {
        "sentences": list(explanation.sentences),
        "steps": [step.as_dict() | {"kind": step.kind} for step in explanation.steps],
    }
    return term.reckon(starts_at, hours), derived


def derivation(deadline):
    """«¿Por qué vence entonces?»: the sentences and steps photographed when the date was given."""
    return deadline.rule["derivation"]


def _hold_cases(pks):
    """The cases before their deadlines, as every verb that writes in the bitácora does: nobody waits in a ring."""
    list(CaseFile.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


# --- Meeting, ending --------------------------------------------------------------------------------------------------
def _held(deadlines):
    return deadlines.select_for_update(of=("self",)).select_related("case_file")


@transaction.atomic
def meet(case_file, key, *, at, by=None, recorded_at=None):
    """The promise was kept at `at`, in time or late; None if nothing of the kind runs. What broke stays broken.

    `recorded_at` is when a person wrote down what happened at `at`: by then the promise may have broken, and whether
    the sweep had already passed must not decide it (product §4.4).
    """
    deadline = _held(Deadline.objects.running()).filter(case_file=case_file, key=key).first()
    if deadline is None:
        return None
    _break_if_passed(deadline, at=recorded_at or at)
    deadline.met_at = at
    deadline.save(update_fields=["met_at", "breached_at"])
    bell.settle(case_file, ladder.alerts_of(deadline), at=recorded_at or at)
    verb = "deadline.met" if deadline.in_time else "deadline.met_late"
    timeline.write(case_file, verb, by=by, at=at, promise=deadline.get_key_display())
    return deadline


@transaction.atomic
def unmeet(case_file, key, *, at):
    """What met the promise came back (a bounce): it runs again, and what passed meanwhile raises its highest rung."""
    _hold_cases([case_file.pk])
    met = _held(Deadline.objects.filter(case_file=case_file, key=key, met_at__isnull=False))
    deadline = met.order_by("-starts_at", "-pk").first()
    if deadline is None or Deadline.objects.running().filter(case_file=case_file, key=key).exists():
        return None
    deadline.met_at, deadline.watched_since = None, at
    deadline.look_again_at = ladder.instant(deadline, deadline.rung + 1, calendar(JORNADA))
    deadline.save(update_fields=["met_at", "watched_since", "look_again_at"])
    timeline.write(case_file, "deadline.unmet", by=None, at=at, promise=deadline.get_key_display())
    return deadline


@transaction.atomic
def end(case_file, *, at, keys=None):
    """End what runs without a verdict: cancelled, duplicated, withdrawn (product §4.4). What broke stays broken."""
    running = _held(Deadline.objects.running()).filter(case_file=case_file)
    if keys is not None:
        running = running.filter(key__in=keys)
    ended = list(running.order_by("pk"))
    for deadline in ended:
        _break_if_passed(deadline, at=at)
        deadline.ended_at = at
        deadline.save(update_fields=["ended_at", "breached_at"])
    if ended:
        bell.settle(case_file, *map(ladder.alerts_of, ended), at=at)
    return ended


def _break_if_passed(deadline, *, at):
    """The breach at its own instant, if the sweep did not come before whoever calls."""
    if deadline.breached_at is None and at >= deadline.breaks_at:
        deadline.breached_at = deadline.breaks_at
        breach_line(deadline).save()


def breach_line(deadline):
    """The unsaved line of the bitácora that says a promise broke, when it broke."""
    return timeline.entry(
        deadline.case_file,
        "deadline.breached",
        by=None,
        at=deadline.breaks_at,
        promise=deadline.get_key_display(),
        operational=deadline.operational,
    )


# --- Moving -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def extend(deadline, *, until, reason, by, at):
    """Promise the customer another date, with its reason; the date of the indicator never moves (product §4.4)."""
    check_has_role(by, Role.COORDINATOR)
    _hold_cases([deadline.case_file_id])
    deadline = _held(Deadline.objects.filter(pk=deadline.pk)).get()
    if not deadline.running:
        raise Refused("Ese plazo ya no corre; no se puede prorrogar.")
    if not reason.strip():
        raise Refused("Escriba el motivo de la prórroga.")
    if until <= max(at, deadline.promised_at or deadline.due_at):
        raise Refused("La nueva fecha debe ser futura y posterior a la que ya se prometió.")
    extension = Extension.objects.create(deadline=deadline, until=until, reason=reason, by=by, at=at)
    deadline.promised_at = until
    deadline.save(update_fields=["promised_at"])
    timeline.write(
        deadline.case_file,
        "deadline.extended",
        by=by,
        at=at,
        promise=deadline.get_key_display(),
        until=ladder.when(until),
        reason=reason,
    )
    return extension


def check_may_recalculate(person):
    """Calendars and promises are Dirección Comercial's (trust §6)."""
    check_has_role(person, Role.COMMERCIAL)


@dataclass(frozen=True)
class Move:
    """What a new version of a calendar does to one deadline."""

    deadline: Deadline
    before: object
    after: object


@transaction.atomic
def recalculate(calendar_key, *, by, at, preview=False):
    """Move the open, unbroken deadlines of a calendar to what it says now (trust §1.6). Returns the moves.

    With `preview` nothing is written. Each that moves gets a new revision: its waiting mails are cancelled, and of the
    rungs that the move lets pass only the highest is raised.
    """
    if not preview:
        check_may_recalculate(by)
    open_ones = (
        Deadline.objects.running()
        .filter(rule__calendar=calendar_key, breached_at=None, breaks_at__gt=at)
        .order_by("pk")
    )
    if not preview:
        _hold_cases(open_ones.order_by().values("case_file"))
    deadlines = list(open_ones.select_related("case_file") if preview else _held(open_ones))
    moves, hours = [], calendar(JORNADA)
    for deadline in deadlines:
        reckoning, derived = _reckon(deadline.key, deadline.rule, deadline.starts_at)
        names = ("half_at", "three_quarters_at", "due_at", "breaks_at")
        if all(getattr(deadline, name) == getattr(reckoning, name) for name in names):
            continue
        before = deadline.due_at
        moves.append(Move(deadline, before, reckoning.due_at))
        if preview:
            continue
        bell.withdraw([ladder.revision_of(deadline)], at=at)
        for name in names:
            setattr(deadline, name, getattr(reckoning, name))
        deadline.rule = deadline.rule | {"derivation": derived}
        deadline.revision += 1
        deadline.watched_since = at
        already, deadline.rung = deadline.rung, 0
        deadline.rung = min(already, ladder.height(deadline, at=at, hours=hours))
        deadline.look_again_at = ladder.instant(deadline, deadline.rung + 1, hours)
        deadline.save(update_fields=[*names, "rule", "revision", "watched_since", "rung", "look_again_at"])
        timeline.write(
            deadline.case_file,
            "deadline.recalculated",
            by=by,
            at=at,
            promise=deadline.get_key_display(),
            before=ladder.when(before),
            after=ladder.when(reckoning.due_at),
        )
    return moves
