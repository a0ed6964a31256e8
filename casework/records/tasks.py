"""What the timetable asks of the record."""

from celery import shared_task

from casework.moment import database_now
from casework.records import evidence


@shared_task
def sweep_unattached_evidence(**_):
    """Hourly: uploads that nobody attached, and files without a row."""
    evidence.sweep_unattached(database_now())
