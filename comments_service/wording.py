"""Numbers, dates and durations in the words of a person."""

from datetime import date as calendar_day
from datetime import datetime
from zoneinfo import ZoneInfo

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # fmt: skip -- strftime would follow the server's locale
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = 7
_UNITS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def count(number: int, one: str, many: str) -> str:
    """`1 response`, `14 responses`."""
    return f"{number:,} {one if number == 1 else many}"


def date(at: str, zone: ZoneInfo) -> str:
    """A stored time as a day: `3 November 2026`."""
    return of_day(datetime.fromisoformat(at).astimezone(zone).date())


def of_day(day: calendar_day) -> str:
    """A day of the calendar: `3 November 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def date_and_time(at: str, zone: ZoneInfo) -> str:
    """A stored time as day and hour: `3 November 2026, 14:30`."""
    local = datetime.fromisoformat(at).astimezone(zone)
    return f"{date(at, zone)}, {local:%H:%M}"


def hour(at: str, zone: ZoneInfo) -> str:
    """The hour of a stored time: `14:30`."""
    return f"{datetime.fromisoformat(at).astimezone(zone):%H:%M}"


def day(at: str, now: str, zone: ZoneInfo) -> str:
    """A stored time as a day: `today`, `yesterday`, `Tuesday` within a week, and after that `3 November 2026`."""
    local = datetime.fromisoformat(at).astimezone(zone)
    ago = (datetime.fromisoformat(now).astimezone(zone).date() - local.date()).days
    if 1 < ago < _WEEK:
        return _WEEKDAYS[local.weekday()]
    return {0: "today", 1: "yesterday"}.get(ago) or date(at, zone)


def since(at: str, now: str, zone: ZoneInfo) -> str:
    """How long something has been waiting: `since 14:30` on the same day, otherwise `since Tuesday`."""
    words = day(at, now, zone)
    return f"since {hour(at, zone)}" if words == "today" else f"since {words}"


def duration(seconds: float) -> str:
    """How long something took, in its largest unit, rounded down: `5 hours`, `1 day`; under a minute is `a moment`."""
    number, unit = largest(seconds)
    return count(number, unit, f"{unit}s") if number else "a moment"


def largest(seconds: float) -> tuple[int, str]:
    """A duration as a number of its largest unit, from `year` to `minute`, rounded down; 0 `moment` under a minute."""
    for size, unit in _UNITS:
        if seconds >= size:
            return int(seconds // size), unit
    return 0, "moment"


def between(start: str, end: str) -> float:
    """Seconds from one stored time to another."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def hours(number: int) -> str:
    """A promise in hours: `3 days`, `a week`, `36 hours`."""
    number, unit = as_promised(number)
    return f"a {unit}" if number == 1 and unit != "hour" else count(number, unit, f"{unit}s")


def as_promised(hours: int) -> tuple[int, str]:
    """Hours as a number of the unit in which a promise says them: one `week`, or whole days, or else hours."""
    if hours == 24 * 7:
        return 1, "week"
    return (hours, "hour") if hours % 24 else (hours // 24, "day")


def at_most(seconds: int) -> str:
    """How long something took at the most, rounded up, so that what is claimed is true: `18 hours`, `4 days`."""
    number, unit = rounded_up(seconds)
    return count(number, unit, f"{unit}s")


def rounded_up(seconds: int) -> tuple[int, str]:
    """A duration as days, rounded up; below three of them as hours: "1 day" would hide most of the difference."""
    hour, day = 3600, 86400
    return (-(-seconds // hour), "hour") if seconds < 3 * day else (-(-seconds // day), "day")
