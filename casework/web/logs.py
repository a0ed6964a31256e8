"""What a line of the log looks like: one line, whoever wrote it, and nobody's data in it (trust §5 rows 53 and 58).

Everything goes through here: our own lines, Django's, Celery's and gunicorn's. In production a line is JSON; in a
terminal it is words. Tokens of addresses, e-mail addresses and the rows that PostgreSQL quotes are taken out of all.
"""

import re

import structlog
from structlog.stdlib import ProcessorFormatter

HIDDEN = "…"
TOKEN = re.compile(r"/(?=[a-z_.-]*[A-Z0-9])[\w.~:=%-]{24,}")  # a long part of an address that is no word
EMAIL = re.compile(r"[^\s@<>\"'(),;:=/]{1,64}@[^\s@<>\"'(),;:=/]{1,190}\.[A-Za-z]{2,24}")
QUOTED_ROW = re.compile(r"DETAIL: .*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL)

SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def hide(text):
    """A text without what may not be written down."""
    if "@" in text:
        text = EMAIL.sub(HIDDEN, text)
    if "DETAIL: " in text:
        text = QUOTED_ROW.sub(f"DETAIL: {HIDDEN}", text)
    return TOKEN.sub(f"/{HIDDEN}", text)


def clean(_logger, _method, event):
    """Hide what is in the values of a line; what is no plain value is written as Python writes it."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = hide(value)
        elif not isinstance(value, (int, float, type(None))):
            event[name] = hide(repr(value))
    return event


def readable(_logger, _method, event):
    """For a terminal: time, level, logger, words, values; a trace below, set in, so that no line of it can pose as one."""
    event.pop("stack", None)
    trace = event.pop("exception", "")
    head = [event.pop(name, "-") for name in ("timestamp", "level", "logger", "event")]
    line = [*map(str, head), *(f"{name}={value!r}" for name, value in event.items())]
    return " ".join(map(_on_one_line, line)) + "".join(f"\n    | {_on_one_line(row)}" for row in trace.splitlines())


def _on_one_line(text):
    return text if text.isprintable() else repr(text)[1:-1]


def configure():
    """Let structlog hand its lines to the handlers of the standard library, where the others' lines are."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def configuration(*, as_json):
    """The value of Django's LOGGING."""
    render = structlog.processors.JSONRenderer() if as_json else readable
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [ProcessorFormatter.remove_processors_meta, clean, render],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO"},  # Django's own handlers would say everything twice
            "django.request": {"level": "CRITICAL"},  # said once, by the middleware, with its number
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            "celery.app.trace": {"level": "CRITICAL"},  # the end of a task is said once, with who woke it
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
        },
    }
