"""What the timetable asks of the desk."""

from celery import shared_task

from casework.desk import drafts
from casework.moment import database_now


@shared_task
def purge_drafts(**_):
    """Daily: drafts that nobody touched in 30 days."""
    drafts.purge(database_now())
