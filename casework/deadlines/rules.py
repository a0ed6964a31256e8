"""How a promise changes: proposed from a date on by one person, approved by another (product §4).

A promise never rewrites a case already open: the rule in force was photographed on its deadline.
"""

import logging

from django.db import transaction

from casework.deadlines.models import PromiseKey, PromiseRule, Unit
from casework.moment import PLANT
from casework.people.permissions import check_approves_settings, check_proposes_settings
from casework.people.roles import Role
from casework.rules import Forbidden, Refused

# What the procedures allow at most: a promise may be stricter, never looser.
LIMITS = {
    PromiseKey.ACKNOWLEDGEMENT: (24, "El acuse se da en menos de 24 horas hábiles (MPC-SER-002 §3)."),
    PromiseKey.CUSTOMER_ANSWER: (15, "La respuesta al cliente se da dentro de 15 días naturales (MPC-SER-002 §5.7)."),
    PromiseKey.CLOSURE: (15, "La queja se cierra dentro de 15 días naturales (MPC-SER-002 §6)."),
    PromiseKey.COORDINATION_ANSWER: (48, "El área responde dentro de 48 horas hábiles (MPC-SER-009 §3.2)."),
    PromiseKey.COORDINATION_URGENT: (48, "El área responde dentro de 48 horas hábiles (MPC-SER-009 §3.2)."),
}

logger = logging.getLogger("nervion.settings")


def check_can_propose(key, *, amount, holds_from, day):
    """From a day to come, within what the procedure allows, and one proposal at a time."""
    _check_day_to_come(holds_from, day)
    most, sentence = LIMITS[key]
    if amount < 1:
        raise Refused("La cantidad debe ser 1 o más.")
    if amount > most:
        raise Refused(sentence)
    if PromiseRule.objects.filter(key=key, approved_at=None).exists():
        raise Refused("Ya hay una propuesta de esa promesa por aprobar. Retírela antes de proponer otra.")
    if PromiseRule.objects.filter(key=key, approved_at__isnull=False, holds_from=holds_from).exists():
        raise Refused("Ya hay una promesa aprobada que rige desde ese día. Elija otro.")


def check_may_approve(person, rule):
    """Dirección Comercial, and never whoever proposed it."""
    check_approves_settings(person)
    if rule.proposed_by_id == person.pk:
        raise Forbidden("Quien propone una promesa no la aprueba.")


def check_can_approve(rule, *, day):
    """Still waiting, and still to come."""
    if rule.approved_at is not None:
        raise Refused("Esa promesa ya está aprobada.")
    _check_day_to_come(rule.holds_from, day)


@transaction.atomic
def propose_rule(key, *, amount, calendar=None, holds_from, by, at):
    """The same promise with another amount or another calendar, from a date on. Only approved rows count."""
    check_proposes_settings(by)
    now = PromiseRule.objects.select_for_update(of=("self",)).in_force(key, at)
    check_can_propose(PromiseKey(key), amount=amount, holds_from=holds_from, day=at.astimezone(PLANT).date())
    if now.unit == Unit.BUSINESS_SECONDS and calendar is None:
        raise Refused("Elija en qué calendario se cuentan las horas hábiles.")
    calendar = calendar if now.unit == Unit.BUSINESS_SECONDS else None
    to_come = PromiseRule.objects.filter(key=now.key, approved_at__isnull=False, holds_from__gt=now.holds_from)
    if (amount, calendar) == (now.amount, now.calendar) and not to_come.exists():
        raise Refused("La propuesta dice lo mismo que la promesa vigente. Cambie el plazo o el calendario.")
    rule = PromiseRule.objects.create(
        key=now.key,
        unit=now.unit,
        amount=amount,
        strict=now.strict,
        calendar=calendar,
        clause=now.clause,
        holds_from=holds_from,
        proposed_at=at,
        proposed_by=by,
    )
    logger.info("promise %s proposed from %s by %s", rule.key, holds_from, by.pk)
    return rule


@transaction.atomic
def approve_rule(rule, *, by, at):
    """The promise holds from its date on, for the cases that are opened from then."""
    rule = PromiseRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    check_may_approve(by, rule)
    check_can_approve(rule, day=at.astimezone(PLANT).date())
    rule.approved_at, rule.approved_by = at, by
    rule.save(update_fields=["approved_at", "approved_by"])
    logger.info("promise %s approved by %s", rule.pk, by.pk)
    return rule


@transaction.atomic
def withdraw_rule(rule, *, by, at):
    """Take back a proposal that nobody approved: its author, or Dirección Comercial who does not want it."""
    rule = PromiseRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if rule.approved_at is not None:
        raise Refused("Esa promesa ya está aprobada: proponga otra desde una fecha posterior.")
    if rule.proposed_by_id != by.pk and not by.has_role(Role.COMMERCIAL):
        raise Forbidden("La propuesta la retira quien la hizo o Dirección Comercial.")
    rule.delete()
    logger.info("proposal of %s from %s withdrawn by %s at %s", rule.key, rule.holds_from, by.pk, at.isoformat())


def _check_day_to_come(holds_from, day):
    if holds_from <= day:
        raise Refused("Una promesa cambia desde una fecha futura: los casos abiertos conservan la suya.")
