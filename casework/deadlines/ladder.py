"""Who hears what when (product §4.5). Arithmetic over one deadline; the sweep turns it into rows.

Rungs: 1 at half, 2 at three quarters, 3 when the promise breaks, then one as each working day opens until it is met.
"""

from dataclasses import dataclass
from datetime import datetime

from casework.alerts.bell import alert_still_applies
from casework.alerts.models import Alert
from casework.deadlines.models import Deadline
from casework.moment import PLANT
from casework.people.models import Substitute, User
from casework.people.roles import Role
from casework.web.faces import count, date_and_time, limit_parts

HALF, THREE_QUARTERS, BREACH = 1, 2, 3
COMMERCIAL_FROM, DIRECTION_FROM = BREACH + 1, BREACH + 3  # one and three working days late
REASONS = {HALF: "deadline.half", THREE_QUARTERS: "deadline.three_quarters", BREACH: "deadline.breached"}


@dataclass(frozen=True)
class Rung:
    """A step of the ladder and the instant it is reached."""

    number: int
    at: datetime

    @property
    def reason(self):
        """The reason of its alerts."""
        return REASONS.get(self.number, "deadline.late")


def instant(deadline, number, hours):
    """When a rung of a deadline is reached; `hours` is the calendar in which people are disturbed."""
    if number == HALF:
        return deadline.half_at
    if number == THREE_QUARTERS:
        return deadline.three_quarters_at
    if number == BREACH:
        return deadline.breaks_at
    return hours.late_day(deadline.breaks_at, number - BREACH)


def climbed(deadline, *, at, hours):
    """The rungs above the one already climbed whose instant has come, in order."""
    rungs, number = [], deadline.rung + 1
    while (reached := instant(deadline, number, hours)) <= at:
        rungs.append(Rung(number, reached))
        number += 1
    return rungs


def height(deadline, *, at, hours):
    """How many rungs have been reached, whatever the row says: for the digest, which does not trust the sweep."""
    number = 0
    while instant(deadline, number + 1, hours) <= at:
        number += 1
    return number


def raised(deadline, rungs):
    """Of the rungs just climbed, those that raise an alert.

    What had already passed when it was written down (registered late, recalculated) raises only its highest.
    """
    late = [rung for rung in rungs if rung.at <= deadline.watched_since]
    return late[-1:] + [rung for rung in rungs if rung.at > deadline.watched_since]


def at_once(deadline, rung, *, next_digest):
    """Whether a rung also owes a mail now: a breach, or what is due before the next digest."""
    return rung.number == BREACH or (rung.number < BREACH and deadline.due_at < next_digest)


def occasion(deadline, rung):
    """Unique for ever: the deadline, its revision, the rung."""
    return f"{revision_of(deadline)}{rung.number}"


def revision_of(deadline):
    """How the occasions of one revision of a deadline begin."""
    return f"{alerts_of(deadline)}{deadline.revision}:"


def alerts_of(deadline):
    """How all occasions of a deadline begin."""
    return f"deadline:{deadline.pk}:"


def facts(deadline, rung):
    """What the alert says, as it was."""
    day, hour = limit_parts(deadline.due_at)
    words = {"promise": capital(deadline.get_key_display()), "due": f"{day:%d/%m/%Y} {hour}"}
    if rung.number > BREACH:
        words["late"] = count(rung.number - BREACH, "día hábil", "días hábiles")
    return words


def capital(words):
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


class Audience:
    """Who hears each rung. Reads the people once for a whole batch."""

    def __init__(self, *, at):
        self.day = at.astimezone(PLANT).date()
        self._in_role = {}
        self._substitutes = None

    def in_role(self, role):
        """Everybody who holds a role."""
        if role not in self._in_role:
            self._in_role[role] = list(User.objects.in_role(role))
        return self._in_role[role]

    def of(self, case_file, number):
        """The people who hear a rung of a case: each rung adds somebody to those below it."""
        people = [case_file.responsible]
        if number >= THREE_QUARTERS or not case_file.responsible.is_active:
            people += self.heads_of(case_file.department)
        if number >= BREACH:
            people += self.in_role(Role.COORDINATOR)
        if number >= COMMERCIAL_FROM:
            people += self.in_role(Role.COMMERCIAL)
        if number >= DIRECTION_FROM:
            people += self.in_role(Role.DIRECTION)
        return list({person.pk: person for person in people if person.is_active}.values())

    def heads_of(self, department):
        """The head, and whoever stands in today."""
        if self._substitutes is None:
            self._substitutes = {}
            for substitute in Substitute.objects.in_force(self.day).select_related("person"):
                self._substitutes.setdefault(substitute.department_id, []).append(substitute.person)
        standing_in = self._substitutes.get(department.pk, [])
        return [*([department.head] if department.head_id else []), *standing_in]


def deadline_mail_still_applies(mail):
    """Asked before the mail of a rung leaves: the promise still runs, under the revision the alert spoke of."""
    if not alert_still_applies(mail):
        return False
    alert = Alert.objects.get(pk=mail.subject_pk)
    _, pk, revision, _ = alert.occasion.split(":")
    return Deadline.objects.running().filter(pk=pk, revision=revision).exists()


def when(moment):
    """An instant in words for a fact of the timeline; a midnight is the 24:00 of the day that ends."""
    day, hour = limit_parts(moment)
    return f"{day:%d/%m/%Y} {hour}" if hour == "24:00" else date_and_time(moment)
