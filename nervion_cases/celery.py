"""The Celery app and the one timetable of everything that runs on a clock.

Celery only wakes: what is due is remembered by PostgreSQL, so a lost, doubled or late tick changes nothing.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep
from structlog.contextvars import bind_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nervion_cases.settings")

app = Celery("nervion_cases")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="tasks")
app.steps["worker"].add(DjangoStructLogInitStep)  # each line of a task with its id and the request that woke it


@setup_logging.connect
def keep_our_logging(**_):
    """Whoever listens to this signal sets up logging: Django has, from the settings."""


@receiver(bind_extra_task_metadata)
def say_which_task(task, **_):
    """Each line of a task says of which."""
    bind_contextvars(task=task.name)


app.conf.beat_schedule = {
    "correo: despachar": {
        "task": "casework.mail.tasks.deliver_pending",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "plazos: barrer": {
        "task": "casework.deadlines.tasks.sweep_deadlines",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "plazos: resumen del día": {
        "task": "casework.deadlines.tasks.send_digests",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "plazos: comparar los relojes": {
        "task": "casework.deadlines.tasks.compare_clocks",
        "schedule": crontab(hour=3, minute=0),  # the plant's time: while it sleeps
        "options": {"expires": 3600},
    },
    "archivos: limpiar": {
        "task": "casework.records.tasks.sweep_unattached_evidence",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "borradores: limpiar": {
        "task": "casework.desk.tasks.purge_drafts",
        "schedule": 24 * 3600,
        "options": {"expires": 3600},
    },
    "salud: latir": {
        "task": "casework.mail.tasks.beat",
        "schedule": 15,
        "options": {"expires": 15},
    },
}
