"""What the tests of the clock are built from: calendars, instants, and hypothesis strategies for both."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from casework.worktime.clock import WorkingCalendar
from casework.worktime.law import article_74
from casework.worktime.specs import CalendarSpec, DayOff, Opening, Window, wall

PLANT = ZoneInfo("America/Mexico_City")
LAW = tuple(DayOff(day, name, "LFT art. 74") for year in range(2010, 2037) for day, name in article_74(year))
WEEKDAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")


def at(text, zone=PLANT):
    """The aware instant of «2026-11-10 10:00», with or without its weekday in front, which is then checked."""
    weekday, _, rest = text.partition(" ") if text[0].isalpha() else ("", "", text)
    instant = datetime.fromisoformat(rest).replace(tzinfo=zone)
    assert not weekday or WEEKDAYS[instant.weekday()] == weekday, f"{rest} is a {WEEKDAYS[instant.weekday()]}"
    return instant


def windows(*hours, weekdays=range(5)):
    """Windows «09:00-18:00» on the weekdays; 00:00 as an end is 24:00."""
    spans = [tuple(text.split("-")) for text in hours]
    return tuple(
        Window(weekday, wall(opens), wall(closes, closing=True)) for weekday in weekdays for opens, closes in spans
    )


def calendar(
    *hours, weekdays=range(5), zone="America/Mexico_City", days_off=(), openings=(), starts=date(2010, 1, 1), until=None
):
    """A calendar of one version."""
    return WorkingCalendar(
        (
            CalendarSpec(
                zone=zone,
                windows=windows(*hours, weekdays=weekdays),
                starts=starts,
                until=until or date(2037, 1, 1),
                days_off=tuple(days_off),
                openings=tuple(openings),
            ),
        )
    )


JORNADA = calendar("09:00-18:00", days_off=LAW)
HABIL = calendar("00:00-00:00", days_off=LAW)

# Strategies: short horizons around changes of hour, so that a calendar is built in a blink.

FIRST, UNTIL = date(2022, 1, 1), date(2023, 5, 1)
ZONES = ("America/Mexico_City", "America/Tijuana", "Etc/GMT+6", "Australia/Lord_Howe")
quarter = st.integers(0, 95).map(lambda n: n * 900)
days = st.dates(FIRST, UNTIL - timedelta(days=1))
amounts = st.one_of(
    st.integers(0, 80 * 3600).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(0, 80 * 3600 * 10**6).map(lambda us: timedelta(microseconds=us)),
)
a_window = st.builds(Window, st.integers(0, 6), quarter, quarter)
a_day_off = st.one_of(st.builds(DayOff, days), st.builds(DayOff, days, st.just(""), st.just(""), quarter, quarter))
an_opening = st.builds(Opening, days, quarter, quarter)


@st.composite
def specs(draw, zones=ZONES):
    """Any one version, but with an opening for sure."""
    return CalendarSpec(
        zone=draw(st.sampled_from(zones)),
        windows=(*draw(st.lists(a_window, max_size=8)), Window(draw(st.integers(0, 4)), 9 * 3600, 18 * 3600)),
        starts=FIRST,
        until=UNTIL,
        days_off=tuple(draw(st.lists(a_day_off, max_size=12))),
        openings=tuple(draw(st.lists(an_opening, max_size=4))),
    )


calendars = specs().map(lambda spec: WorkingCalendar((spec,)))
instants = st.datetimes(datetime(2022, 1, 20), datetime(2022, 12, 20)).map(lambda moment: moment.replace(tzinfo=UTC))
# As callers may write them: in any zone, twice in a night or at an hour that no clock showed.
anywhere = st.datetimes(
    datetime(2022, 1, 20),
    datetime(2022, 12, 20),
    timezones=st.sampled_from([PLANT, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Tijuana")]),
    allow_imaginary=True,
)
