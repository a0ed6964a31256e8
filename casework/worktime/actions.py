"""How a calendar changes: proposed by one person, approved by another (product §4). Only approved rows count."""

import logging

from django.db import IntegrityError, transaction

from casework.moment import PLANT
from casework.people.permissions import check_proposes_settings
from casework.people.roles import Role
from casework.rules import Forbidden, Refused
from casework.worktime.models import CalendarVersion, DayOff, Origin, Window
from casework.worktime.policies import check_can_approve, check_day_to_come, check_may_approve, starts_on
from casework.worktime.segments import refresh

logger = logging.getLogger("nervion.settings")


@transaction.atomic
def propose_version(calendar, *, holds_from, windows, note="", by, at):
    """Another week for a calendar from a date on. `windows` are `(weekday, opens, closes)`."""
    check_proposes_settings(by)
    check_day_to_come(holds_from, today=at.astimezone(PLANT).date())
    if not windows:
        raise Refused("Escriba el horario de al menos un día de la semana.")
    try:
        with transaction.atomic():
            version = CalendarVersion.objects.create(
                calendar=calendar, holds_from=holds_from, note=note, proposed_at=at, proposed_by=by
            )
    except IntegrityError:
        raise Refused("Ese calendario ya tiene una versión desde esa fecha.") from None
    Window.objects.bulk_create(
        Window(version=version, weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in windows
    )
    logger.info("version of %s from %s proposed by %s", calendar.key, holds_from, by.pk)
    return version


@transaction.atomic
def propose_day_off(*, day, reason, origin, calendars, closed_from=None, closed_until=None, by, at):
    """A day, or a part of it, that some calendars do not work."""
    check_proposes_settings(by)
    check_day_to_come(day, today=at.astimezone(PLANT).date())
    if origin == Origin.LAW:
        raise Refused("Los días de la LFT art. 74 se cargan una vez al año; aquí se agregan los de la empresa.")
    if (closed_from is None) != (closed_until is None) or (closed_from is not None and closed_from == closed_until):
        raise Refused("Un medio día inhábil necesita desde y hasta qué hora.")
    try:
        with transaction.atomic():
            row = DayOff.objects.create(
                day=day,
                reason=reason,
                origin=origin,
                closed_from=closed_from,
                closed_until=closed_until,
                proposed_at=at,
                proposed_by=by,
            )
    except IntegrityError:
        raise Refused("Ese día inhábil ya está registrado.") from None
    row.calendars.set(calendars)
    logger.info("day off %s proposed by %s", day, by.pk)
    return row


@transaction.atomic
def approve(row, *, by, at):
    """A version or a day off begins to count. Deadlines already running move only by their own previewed action."""
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    check_may_approve(by, row)
    check_can_approve(row, today=at.astimezone(PLANT).date())
    row.approved_at, row.approved_by = at, by
    row.save(update_fields=["approved_at", "approved_by"])
    refresh()
    logger.info("%s %s approved by %s", row._meta.model_name, row.pk, by.pk)
    return row


@transaction.atomic
def withdraw(row, *, by, at):
    """Take back what nobody approved: its author, or Dirección Comercial who does not want it."""
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.approved_at is not None:
        raise Refused("Ese cambio ya está aprobado y no se puede retirar.")
    if row.proposed_by_id != by.pk and not by.has_role(Role.COMMERCIAL):
        raise Forbidden("La propuesta la retira quien la hizo o Dirección Comercial.")
    if isinstance(row, CalendarVersion):
        row.windows.all().delete()
    row.delete()
    logger.info("%s of %s withdrawn by %s at %s", row._meta.model_name, starts_on(row), by.pk, at.isoformat())
