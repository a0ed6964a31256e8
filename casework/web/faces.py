"""How a moment, an amount and a promise look in words. Pure: no query, no setting, the present is handed in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from casework.moment import PLANT

DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
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


def local(moment):
    """A moment in plant time; a plain date stays a date."""
    if isinstance(moment, datetime):
        return moment.astimezone(PLANT) if moment.tzinfo else moment.replace(tzinfo=PLANT)
    return moment


def as_date(moment):
    moment = local(moment)
    return moment.date() if isinstance(moment, datetime) else moment


def short_date(moment):
    return f"{as_date(moment):%d/%m/%Y}"


def date_and_time(moment):
    return f"{local(moment):%d/%m/%Y %H:%M}"


def long_date(moment):
    day = as_date(moment)
    return f"{DAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]} de {day.year}"


def limit_parts(moment):
    """The day and the hour people read: a limit at 00:00 is the day before at 24:00."""
    moment = local(moment)
    if not isinstance(moment, datetime):
        return moment, "24:00"
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date() - timedelta(days=1), "24:00"
    return moment.date(), f"{moment:%H:%M}"


def limit(moment, *, today=None):
    """«28/11 24:00»; the year is added when it is not this one."""
    day, hour = limit_parts(moment)
    shape = "%d/%m" if today is None or day.year == today.year else "%d/%m/%Y"
    return f"{day.strftime(shape)} {hour}"


def count(number, one, many):
    return f"{number} {one if number == 1 else many}"


def relative(moment, *, at):
    """«hace 5 minutos», «en 3 días»: always shown with the absolute date beside it."""
    moment, at = local(moment), local(at)
    if not isinstance(moment, datetime):
        return _days_away((moment - at.date()).days)
    minutes = round((moment - at).total_seconds() / 60)
    if abs(minutes) < 1:
        return "ahora"
    if abs(minutes) < 60:
        words = count(abs(minutes), "minuto", "minutos")
    elif (moment.date() == at.date()) or abs(minutes) < 6 * 60:
        words = count(round(abs(minutes) / 60), "hora", "horas")
    else:
        return _days_away((moment.date() - at.date()).days)
    return f"en {words}" if minutes > 0 else f"hace {words}"


def _days_away(days):
    if days in (-1, 0, 1):
        return {-1: "ayer", 0: "hoy", 1: "mañana"}[days]
    return f"en {days} días" if days > 0 else f"hace {-days} días"


def pesos(amount):
    """«$1,250.00 MXN»"""
    try:
        amount = Decimal(amount)
    except (InvalidOperation, TypeError, ValueError):
        return ""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f} MXN"


def number(value):
    """«1,234.5»: thousands with a comma, only the decimals that say something."""
    try:
        value = Decimal(str(value))
    except (InvalidOperation, TypeError, ValueError):
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Face:
    """What a deadline shows: a state (for the colour), an icon, words, and the date itself."""

    state: str  # ok · soon · late · met · missed · none
    icon: str
    words: str
    date: str = ""
    full: str = ""


ICONS = {
    "ok": "check-circle",
    "soon": "exclamation-triangle-fill",
    "late": "octagon-fill",
    "met": "check-circle-fill",
    "missed": "x-octagon-fill",
    "none": "pause-fill",
}


def deadline_face(deadline, *, at, done="Cumplida"):
    """The face of a deadline.

    It asks for `due_at`, and takes `starts_at`, `soon_at`, `breaks_at`, `met_at`, `ended_at` and `breached_at` where
    they are.
    """
    due = getattr(deadline, "due_at", None)
    if due is None:
        return Face("none", ICONS["none"], "Sin plazo")
    today = local(at).date()
    day, hour = limit_parts(due)
    date_words = limit(due, today=today)
    full = f"{long_date(day)}, {hour}"

    met, ended = getattr(deadline, "met_at", None), getattr(deadline, "ended_at", None)
    if met is not None:
        late = getattr(deadline, "breached_at", None) is not None or met >= (
            getattr(deadline, "breaks_at", None) or due
        )
        state, words = ("missed", f"{done} fuera de plazo") if late else ("met", f"{done} en plazo")
        return Face(state, ICONS[state], words + _which_day(deadline, met), date_words, full)
    if ended is not None:
        return Face("none", "dash-circle", "Sin efecto", date_words, full)

    away = (day - today).days
    if getattr(deadline, "breached_at", None) is not None or at >= (getattr(deadline, "breaks_at", None) or due):
        words = f"Vencida hoy a las {hour}" if away >= 0 else f"Vencida hace {count(-away, 'día', 'días')}"
        return Face("late", ICONS["late"], words, date_words, full)
    if away <= 0:
        words = f"Vence hoy a las {hour}"
    elif away == 1:
        words = f"Vence mañana a las {hour}"
    else:
        words = f"Vence en {away} días"
    state = "soon" if at >= soon_at(deadline) else "ok"
    return Face(state, ICONS[state], words, date_words, full)


def soon_at(deadline):
    """When a promise begins to hurry: as the deadline says, else 5 days before, or the last quarter of the hours."""
    given = getattr(deadline, "soon_at", None)
    if given is not None:
        return given
    due, start = deadline.due_at, getattr(deadline, "starts_at", None)
    if start is None or due - start >= timedelta(days=10):
        return due - timedelta(days=5)
    return due - (due - start) / 4


def _which_day(deadline, met):
    """«(día 9)» for promises counted in days; the reception day is day 0."""
    start = getattr(deadline, "starts_at", None)
    if start is None or deadline.due_at - start < timedelta(days=10):
        return ""
    return f" (día {(as_date(met) - as_date(start)).days})"


def today_in_plant(at) -> date:
    return local(at).date()
