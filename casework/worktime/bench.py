"""`python -m casework.worktime.bench`: the clock beside pandas on the same pairs. Printed, never asserted."""

import random
import time
from datetime import UTC, date, datetime, timedelta

from casework.worktime.clock import WorkingCalendar
from casework.worktime.law import article_74
from casework.worktime.specs import CalendarSpec, DayOff, Window

FIRST, UNTIL = date(2010, 1, 1), date(2037, 1, 1)


def jornada():
    """Monday to Friday 09:00-18:00 in the plant, with the days of art. 74."""
    return WorkingCalendar(
        key="jornada",
        specs=(
            CalendarSpec(
                zone="America/Mexico_City",
                starts=FIRST,
                until=UNTIL,
                windows=tuple(Window(weekday, 9 * 3600, 18 * 3600) for weekday in range(5)),
                days_off=tuple(
                    DayOff(day, name) for year in range(FIRST.year, UNTIL.year) for day, name in article_74(year)
                ),
            ),
        ),
    )


def per_second(function, pairs):
    """Calls a second over all the pairs."""
    begun = time.perf_counter()
    for first, second in pairs:
        function(first, second)
    return len(pairs) / (time.perf_counter() - begun)


def rates():
    """Calls a second: «pandas», and ours «add», «latest», «elapsed» over the same starts."""
    import pandas as pd  # development only

    calendar = jornada()
    rng = random.Random(2026)
    starts = [datetime(2023, 1, 2, tzinfo=UTC) + timedelta(seconds=rng.randrange(300_000_000)) for _ in range(200_000)]
    amounts = [timedelta(hours=rng.randrange(1, 49)) for _ in starts]
    pairs = list(zip(starts, amounts, strict=True))
    spans = list(zip(starts, reversed(starts), strict=True))

    hours = pd.tseries.offsets.CustomBusinessHour(
        start="09:00", end="18:00", holidays=[off.day for off in calendar.specs[0].days_off]
    )
    # Once the plant has no change of hour any more, its naive time is enough for pandas.
    local = [
        (pd.Timestamp(start.replace(tzinfo=None)) - pd.Timedelta(hours=6), amount.seconds // 3600 + amount.days * 24)
        for start, amount in pairs[:3_000]
    ]
    return {
        "pandas": per_second(lambda stamp, n: stamp + hours * n, local),
        "add": per_second(calendar.add, pairs),
        "latest": per_second(calendar.latest, pairs),
        "elapsed": per_second(calendar.elapsed, spans),
    }


def main():
    found = rates()
    for name, rate in found.items():
        print(f"{name:27} {rate:12,.0f} por s   {rate / found['pandas']:7,.0f} veces pandas")


if __name__ == "__main__":
    main()
