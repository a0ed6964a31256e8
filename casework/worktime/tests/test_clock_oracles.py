"""What others make of the same hours: pandas and businesstimedelta (trust §1, P5 and P6)."""

import datetime as dt
import signal
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import businesstimedelta
import pandas as pd
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.worktime.specs import DayOff
from casework.worktime.tests.build import calendar

FIXED = ZoneInfo("Etc/GMT+6")
THEIRS = pytz.timezone("Etc/GMT+6")  # businesstimedelta knows no other kind of zone
HOLIDAYS = [date(2026, 11, 16), date(2026, 12, 25), date(2027, 1, 1), date(2027, 2, 1)]
LUNCH = calendar("09:00-14:00", "15:00-18:00", zone="Etc/GMT+6", days_off=[DayOff(day) for day in HOLIDAYS])
WHOLE = calendar("09:00-18:00", zone="Etc/GMT+6", days_off=[DayOff(day) for day in HOLIDAYS])
FAR = date(2028, 1, 1)  # businesstimedelta fails after its last holiday
moments = st.datetimes(datetime(2026, 10, 1), datetime(2027, 3, 1)).map(lambda t: t.replace(microsecond=0))


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 60))
def test_p5_pandas_lands_on_the_same_position(start, hours):
    offset = pd.tseries.offsets.CustomBusinessHour(start=["09:00", "15:00"], end=["14:00", "18:00"], holidays=HOLIDAYS)
    theirs = (pd.Timestamp(start) + offset * hours).to_pydatetime().replace(tzinfo=FIXED)

    ours = LUNCH.add(start.replace(tzinfo=FIXED), timedelta(hours=hours))

    assert LUNCH.position(theirs) == LUNCH.position(ours)
    assert ours <= theirs  # it answers with the next opening where we answer with the close


def rings(signum, frame):
    raise TimeoutError("businesstimedelta hung")


@settings(max_examples=40, deadline=None)
@given(moments, moments)
def test_p6_businesstimedelta_counts_the_same(a, b):
    since, until = sorted([a.replace(tzinfo=UTC), b.replace(tzinfo=UTC)])
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(
                start_time=dt.time(9), end_time=dt.time(18), working_days=[0, 1, 2, 3, 4], tz=THEIRS
            ),
            businesstimedelta.HolidayRule(dict.fromkeys([*HOLIDAYS, FAR], "inhábil"), tz=THEIRS),
        ]
    )
    previous = signal.signal(signal.SIGALRM, rings)
    signal.alarm(20)
    try:
        theirs = rules.difference(since, until).timedelta
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)

    assert WHOLE.elapsed(since, until) == theirs
