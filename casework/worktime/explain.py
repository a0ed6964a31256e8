"""«¿Por qué vence entonces?»: a promise derived step by step, in words of a department head. Pure, like the clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from casework.worktime.promises import PLANT, Unit
from casework.worktime.specs import DAY_SECONDS, SECOND, from_us, start_of_day, to_us

WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the derivation: local instants, the business seconds it counts, and why in Spanish.

    ``kind`` is open, shut (out of hours), rest (days never worked), off (a day off, whole or in part) or natural.
    """

    since: datetime
    until: datetime
    seconds: int
    why: str
    kind: str

    def as_dict(self):
        """The shape that `explain_deadline --json` prints."""
        return {
            "from": self.since.isoformat(),
            "to": self.until.isoformat(),
            "seconds": self.seconds,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A promise given at an instant: local instants, and the steps that lead from one to the other."""

    promise: str
    received: datetime
    due: datetime
    breaks: datetime
    steps: tuple[Step, ...]
    sentences: tuple[str, ...]

    def as_dict(self):
        """The shape that `explain_deadline --json` prints."""
        return {
            "promise": self.promise,
            "received": self.received.isoformat(),
            "due": self.due.isoformat(),
            "steps": [step.as_dict() for step in self.steps],
        }


def explain(term, start, calendar=None):
    """The Explanation of a Term given at an aware instant. Raises the errors of the clock.

    The seconds of its steps add up to the promise; natural days have one step a day, of 0 seconds.
    """
    start = from_us(to_us(start))  # through UTC: an hour that a clock skipped is told as the one it showed
    reckoning = term.reckon(start, calendar)
    if term.unit is Unit.NATURAL_DAYS:
        zone = PLANT
        steps = list(_natural_steps(term, start.astimezone(zone), zone))
    else:
        zone = calendar.zone_at(start)
        steps = _business_steps(calendar, start.astimezone(zone), reckoning.due_at.astimezone(zone), zone)
    received, due, breaks = (at.astimezone(zone) for at in (start, reckoning.due_at, reckoning.breaks_at))
    return Explanation(
        promise=term.key,
        received=received,
        due=due,
        breaks=breaks,
        steps=tuple(steps),
        sentences=tuple(_sentences(term, received, due, breaks, steps)),
    )


# Words


def spoken_day(day):
    """«viernes 13 de noviembre de 2026»."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]} de {day.year}"


def spoken(instant):
    """«viernes 13 de noviembre de 2026 a las 16:40» of a local instant."""
    return f"{spoken_day(instant)} a las {instant:{'%H:%M:%S' if instant.second else '%H:%M'}}"


def spoken_end(instant):
    """As `spoken`, but a midnight is the 24:00 of the day that ends."""
    if instant.time() == time(0):
        return f"{spoken_day(instant - timedelta(days=1))} a las 24:00"
    return spoken(instant)


def short_end(instant):
    """«17/11 16:40» of a local instant; a midnight is the 24:00 of the day that ends: «28/11 24:00»."""
    if instant.time() == time(0):
        return f"{instant - timedelta(days=1):%d/%m} 24:00"
    return f"{instant:%d/%m %H:%M}"


def spoken_length(seconds):
    """«7 h 20 min», «24 h», «45 min», «30 s» of whole seconds."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(part for part in parts if part) or "0 min"


def _listed(words):
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} y {words[-1]}"


def _dated(day, start):
    """«lunes 16»; «martes 1 de diciembre» once the month is another one than that of the start."""
    words = f"{WEEKDAYS[day.weekday()]} {day.day}"
    if (day.year, day.month) != (start.year, start.month):
        words += f" de {MONTHS[day.month - 1]}"
    return words if day.year == start.year else f"{words} de {day.year}"


def _sentences(term, start, due, breaks, steps):
    """The derivation as a short text: one sentence a line."""
    if term.unit is Unit.NATURAL_DAYS:
        yield f"Corre desde el {spoken(start)}: ese es el día 0."
        yield "Se cuentan días naturales, también los sábados, los domingos y los inhábiles."
        yield f"El día {term.amount} es el {spoken_day(due - timedelta(days=1))} y termina a las 24:00: entonces vence."
        return
    yield f"Corre desde el {spoken(start)}."
    for step in steps:
        why = step.why[0].upper() + step.why[1:]
        if step.kind == "open":
            until = "24:00" if step.until.time() == time(0) else f"{step.until:%H:%M}"
            yield f"{why}, de {step.since:%H:%M} a {until}. Suma {spoken_length(step.seconds)}."
        elif step.kind != "shut":  # the nights can be seen from the hours that count
            yield f"{why}. {'No cuentan' if step.kind == 'rest' and ' y ' in why else 'No cuenta'}."
    yield f"En total {spoken_length(term.amount)} hábiles: vence el {spoken_end(due)}."
    if term.strict:
        yield "Debe cumplirse antes de ese momento."
    elif breaks - due > timedelta(seconds=1):
        yield f"Lo que sigue es inhábil: cumplido hasta el {spoken(breaks)} sigue en plazo."
    else:
        yield "Cumplido en ese momento, sigue en plazo."


# Natural days


def _natural_steps(term, start, zone):
    since = start
    for number in range(term.amount + 1):
        day = start.date() + timedelta(days=number)
        until = start_of_day(day + timedelta(days=1), zone).astimezone(zone)
        note = {0: ", recepción", term.amount: ", último día, hasta las 24:00"}.get(number, "")
        yield Step(since, until, 0, f"día {number}: {_dated(day, start)}{note}", "natural")
        since = until


# Business time


@dataclass(slots=True)
class _Piece:
    """A stretch of one local date, in microseconds, with the kind of its Step."""

    day: date
    since: int
    until: int
    kind: str
    why: str = ""


def _business_steps(calendar, start, due, zone):
    """Steps that tile [start, due): one a date for open time, closed time told together where it can be."""
    counted, steps = 0, []
    for told in _told_together(_pieces(calendar, start, due, zone)):
        first, last = told[0], told[-1]
        if first.kind == "open":
            # Whole seconds whose sum is the promise, also when the clock started in the middle of one.
            seconds = (counted + first.until - first.since) // SECOND - counted // SECOND
            counted += first.until - first.since
        else:
            seconds = 0
        steps.append(
            Step(
                from_us(first.since).astimezone(zone),
                from_us(last.until).astimezone(zone),
                seconds,
                _why(told, start),
                first.kind,
            )
        )
    return steps


def _told_together(pieces):
    """Runs of consecutive pieces that make one step: days of rest, and a night around one midnight."""
    run = []
    for piece in pieces:
        joins = run and piece.kind == run[-1].kind and piece.day != run[-1].day
        if joins and (piece.kind == "rest" or (piece.kind == "shut" and len(run) == 1)):
            run.append(piece)
            continue
        if run:
            yield run
        run = [piece]
    if run:
        yield run


def _why(told, start):
    first = told[0]
    if first.kind == "rest":
        return _listed([WEEKDAYS[piece.day.weekday()] for piece in told])
    if first.kind == "shut":
        words = _dated(first.day, start)
        return f"noche del {words}, fuera de horario" if len(told) == 2 else f"{words}, fuera de horario"
    return f"{_dated(first.day, start)}, {first.why}"


def _pieces(calendar, start, due, zone):
    """[start, due) cut at midnights, openings, closings and the edges of half-days off."""
    low, high = to_us(start), to_us(due)
    day = start.date()
    while (midnight := to_us(start_of_day(day, zone))) < high:
        since = max(low, midnight)
        until = min(high, to_us(start_of_day(day + timedelta(days=1), zone)))
        at = since
        for opens, closes in calendar.segments(from_us(since), from_us(until)):
            yield from _closed(calendar, day, at, to_us(opens), zone)
            yield _Piece(
                day, to_us(opens), to_us(closes), "open", _why_open(calendar, day, to_us(opens) == midnight, start)
            )
            at = to_us(closes)
        yield from _closed(calendar, day, at, until, zone)
        day += timedelta(days=1)


def _closed(calendar, day, since, until, zone):
    """The pieces of one closed stretch of a date."""
    if since >= until:
        return
    plan = calendar.plan(day)
    if not plan.usual and not plan.open:
        yield _Piece(day, since, until, "rest")
    elif not plan.open:
        yield _Piece(day, since, until, "off", f"inhábil: {_reasons(plan.days_off)}")
    else:
        at = since
        for off in plan.days_off:
            if off.closed_from is None:
                continue
            for begins, ends in _missed(plan, off, zone):
                begins, ends = max(begins, at), min(ends, until)
                if begins < ends:
                    if at < begins:
                        yield _Piece(day, at, begins, "shut")
                    yield _Piece(day, begins, ends, "off", f"inhábil en parte: {_reasons([off])}")
                    at = ends
        if at < until:
            yield _Piece(day, at, until, "shut")


def _missed(plan, off, zone):
    """The usual hours that a half-day off takes away on its own date, in microseconds."""
    midnight = datetime.combine(plan.day, time(0))
    ends = off.closed_until if off.closed_from < off.closed_until else DAY_SECONDS
    for opens, closes in plan.usual:
        begins, until = max(opens, off.closed_from), min(closes, ends)
        if begins < until:
            yield tuple(to_us((midnight + timedelta(seconds=wall)).replace(tzinfo=zone)) for wall in (begins, until))


def _why_open(calendar, day, from_midnight, start):
    plan = calendar.plan(day)
    if plan.openings and (plan.days_off or not plan.usual):
        return f"hábil: {_listed([opening.reason for opening in plan.openings])} (apertura extraordinaria)"
    if from_midnight and not any(begins == 0 for begins, _ in plan.open) and day > calendar.horizon[0]:
        before = day - timedelta(days=1)
        if any(ends > DAY_SECONDS for _, ends in calendar.plan(before).open):
            return f"hábil (turno del {_dated(before, start)})"
    return "hábil"


def _reasons(days_off):
    return _listed(
        list(dict.fromkeys(f"{off.reason} ({off.origin})" if off.origin else off.reason for off in days_off))
    )
