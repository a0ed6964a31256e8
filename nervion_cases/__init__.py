"""The roof: wiring only.

Settings, the table of URLs, the Celery app with the one timetable of everything that runs on a clock, the tables of
dotted paths, Mi día, the demo. Touch it to plug something in or to change a value of the environment. No rule of a
procedure and no model is written here, and nothing below may import it.
"""

from nervion_cases.celery import app as celery_app

__all__ = ["celery_app"]
