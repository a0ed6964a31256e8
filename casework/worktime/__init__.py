"""What an hour hábil is.

``clock.py`` and ``promises.py`` are arithmetic without Django and may only grow with a row in their table tests;
``models.py`` holds the calendars, their versions, shifts and days off; ``calendars.py`` turns rows into the value
that counts; ``segments.py`` keeps its twin in SQL. Touch it for a new shift or a new source of holidays.

Never take the present here (the caller passes the instant), never mention a complaint.
"""
