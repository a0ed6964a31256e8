"""The parts of the machine room, judged: how each is, since when, what it means and what to do about it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from django.conf import settings

from casework.web.faces import count
from casework.web.templatetags.casework import tamano

STALE_AFTER = timedelta(minutes=3)
MAIL_IS_LATE_AFTER = timedelta(minutes=15)
DIGEST_IS_LATE_AFTER = timedelta(minutes=30)
A_DAY_AND_A_BIT = timedelta(hours=26)
GIGABYTE = 1_000_000_000
UNKNOWN = "No se sabe: la base de datos no responde."


class State(IntEnum):
    """The graver, the higher."""

    GOOD = 0
    CARE = 1
    BAD = 2


WORDS = {State.GOOD: "Bien", State.CARE: "Atención", State.BAD: "Mal"}
ICONS = {State.GOOD: "check-circle-fill", State.CARE: "exclamation-triangle-fill", State.BAD: "x-octagon-fill"}


@dataclass(frozen=True)
class Part:
    """One thing that is watched. `says` is about now; `todo` is one short action, empty when there is none."""

    key: str
    name: str
    state: State
    says: str
    since: object = None  # the last sign of it, or since when it is so
    todo: str = ""

    @property
    def word(self):
        """Its state, for people."""
        return WORDS[self.state]

    @property
    def icon(self):
        """Its state, by shape."""
        return ICONS[self.state]


def parts(facts):
    """Every part, in the order in which a fault spreads from one to the next."""
    yield _database(facts)
    yield _broker(facts.broker)
    yield from _beating(facts.pulse)
    yield _mail(facts.pulse)
    yield _incidents(facts.pulse)
    if facts.pulse is not None:
        yield _digest(facts.pulse)
        yield from _nightly(facts.pulse)
    yield _disk(facts.disk)


# What `/salud/` and whoever watches it go by: without one of these the work does not go on.
VITAL = ("base_de_datos", "cola", "trabajador", "barrido")


def _database(facts):
    if facts.pulse is not None:
        size = f" Ocupa {tamano(facts.counts.database_bytes)}." if facts.counts else ""
        return Part("base_de_datos", "Base de datos", State.GOOD, f"Responde.{size}")
    return Part(
        "base_de_datos",
        "Base de datos",
        State.BAD,
        "La base de datos no responde.",
        todo="Revise PostgreSQL: systemctl status postgresql",
    )


def _broker(answers):
    if answers:
        return Part("cola", "Cola de tareas (Redis)", State.GOOD, "Responde.")
    return Part(
        "cola",
        "Cola de tareas (Redis)",
        State.BAD,
        "Redis no responde. Nada se pierde: los avisos y correos esperan en la base de datos hasta que vuelva.",
        todo="Revise Redis: systemctl status redis-server",
    )


def _beating(pulse):
    """What gives a sign every few seconds."""
    worker = "systemctl status nervion-worker nervion-beat"
    yield _beat(
        pulse,
        "worker",
        Part(
            "trabajador",
            "Proceso de tareas",
            State.BAD,
            "El proceso que envía correos y revisa plazos no da señales desde hace más de 3 minutos.",
            todo=f"Revise que los servicios estén activos: {worker}",
        ),
    )
    sweep = Part(
        "barrido",
        "Revisión de plazos",
        State.BAD,
        "Los plazos no se revisan desde hace más de 3 minutos.",
        todo=f"Revise los servicios ({worker}). Mientras tanto, revíselos a mano: manage.py sweep_deadlines",
    )
    behind = pulse and pulse.next_look and pulse.now - pulse.next_look > STALE_AFTER
    if behind and not _is_stale(pulse, "deadlines"):
        yield Part(
            "barrido",
            "Revisión de plazos",
            State.CARE,
            "La revisión corre, pero va atrasada: hay plazos que debió mirar antes.",
            since=pulse.next_look,
            todo="Espere unos minutos; si no se pone al día, busque «sweep» en journalctl -u nervion-worker",
        )
    else:
        yield _beat(pulse, "deadlines", sweep)
    yield _beat(
        pulse,
        "dispatch",
        Part(
            "despacho",
            "Despacho de correos",
            State.BAD,
            "Nadie ha buscado correos por enviar desde hace más de 3 minutos.",
            todo=f"Revise que los servicios estén activos: {worker}",
        ),
    )


def _is_stale(pulse, name, after=STALE_AFTER):
    beat = pulse.beats.get(name)
    return beat is None or pulse.now - beat > after


def _beat(pulse, name, silent):
    """The part as it is when silent, or well."""
    if pulse is None:
        return Part(silent.key, silent.name, State.BAD, UNKNOWN)
    beat = pulse.beats.get(name)
    if _is_stale(pulse, name):
        return Part(silent.key, silent.name, silent.state, silent.says, since=beat, todo=silent.todo)
    return Part(silent.key, silent.name, State.GOOD, "Da señales.", since=beat)


def _mail(pulse):
    key, name = "correo", "Correos por salir"
    if pulse is None:
        return Part(key, name, State.BAD, UNKNOWN)
    if pulse.oldest_due is not None and pulse.now - pulse.oldest_due > MAIL_IS_LATE_AFTER:
        return Part(
            key,
            name,
            State.CARE,
            f"Hay correos que esperan desde hace más de 15 minutos ({pulse.due}). Saldrán solos cuando el servidor de "
            "correo los acepte.",
            since=pulse.oldest_due,
            todo="Revise el servidor de correo (EMAIL_URL) y busque «mail» en journalctl -u nervion-worker",
        )
    if pulse.tried:
        says = f"{count(pulse.tried, 'correo', 'correos')} por intentar otra vez; el servidor de correo pidió esperar."
        return Part(key, name, State.GOOD, says, since=pulse.oldest_due)
    says = (
        f"{count(pulse.due, 'correo está', 'correos están')} por salir." if pulse.due else "No hay correos en espera."
    )
    return Part(key, name, State.GOOD, says, since=pulse.oldest_due)


def _incidents(pulse):
    key, name = "incidentes", "Correos sin entregar"
    if pulse is None:
        return Part(key, name, State.BAD, UNKNOWN)
    if not pulse.dead and not pulse.uncertain:
        return Part(key, name, State.GOOD, "Ninguno espera una decisión.")
    return Part(
        key,
        name,
        State.CARE,
        f"No se pudieron enviar: {pulse.dead}. Con entrega dudosa: {pulse.uncertain}.",
        todo="El coordinador decide cada uno en «Correos sin entregar»",
    )


def _digest(pulse):
    """The second independent path of the alerts: once each working day, as the jornada opens."""
    key, name, beat = "resumen", "Resumen diario por correo", pulse.beats.get("digest")
    owed = pulse.opening is not None and pulse.now - pulse.opening > DIGEST_IS_LATE_AFTER
    if owed and (beat is None or beat < pulse.opening):
        return Part(
            key,
            name,
            State.CARE,
            "El resumen de hoy todavía no se ha preparado.",
            since=beat,
            todo="Busque «digest» en journalctl -u nervion-worker",
        )
    return Part(key, name, State.GOOD, "Al día." if beat else "Se preparará al abrir la próxima jornada.", since=beat)


NIGHTLY = (  # heartbeat, key, name, what it means when it is missing, what to do
    (
        "clocks",
        "relojes",
        "Comparación nocturna de plazos",
        "La comparación de los dos cálculos de plazos no ha salido bien en más de un día.",
        "Busque «clock» en journalctl -u nervion-worker; si no hay nada, systemctl status nervion-beat",
    ),
    (
        "backup",
        "respaldo",
        "Respaldo",
        "No hay noticia de un respaldo en más de un día.",
        "Revise el respaldo programado: systemctl status nervion-backup",
    ),
)


def _nightly(pulse):
    for beat, key, name, missing, todo in NIGHTLY:
        last = pulse.beats.get(beat)
        if last is not None and pulse.now - last <= A_DAY_AND_A_BIT:
            yield Part(key, name, State.GOOD, "Hecho.", since=last)
        elif not (settings.DEMO and last is None):  # a demo has no nights
            yield Part(key, name, State.CARE, missing, since=last, todo=todo)


def _disk(space):
    key, name = "disco", "Espacio para evidencias"
    if space is None:
        return Part(
            key,
            name,
            State.CARE,
            "La carpeta de evidencias todavía no existe o no se puede leer.",
            todo="Revise la variable MEDIA_ROOT y a quién pertenece esa carpeta",
        )
    free, total = space
    says = f"Quedan {free / GIGABYTE:,.1f} GB de {total / GIGABYTE:,.1f} GB."
    if free < 0.5 * GIGABYTE:
        return Part(key, name, State.BAD, says, todo="Libere espacio ahora: pronto no se podrán guardar evidencias")
    if free < max(2 * GIGABYTE, total * 0.05):
        return Part(key, name, State.CARE, says, todo="Libere espacio o agrande el disco esta semana")
    return Part(key, name, State.GOOD, says)
