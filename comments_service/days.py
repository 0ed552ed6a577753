"""Days to come: in words, until when something is due, was promised or can wait; and when their mornings begin."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comments_service import wording

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = 7
_MINUTE = 60
# Letters that can wait for a morning, to readers and to authors, go at this hour of the blog's clock.
_EIGHT = time(8)


def at_eight(day: date, zone: ZoneInfo) -> datetime:
    """Eight o'clock in the morning of a day, when the letters go that can wait; also where clocks change that day."""
    return datetime.combine(day, _EIGHT, zone)


def until(due: str, now: str, zone: ZoneInfo) -> str:
    """When an answer is due: `until tomorrow 14:00`, after a week `until 3 December 2026`; then `2 days late`."""
    late = wording.between(due, now)
    if late > 0:
        return "just late" if late < _MINUTE else f"{wording.duration(late)} late"
    day = ahead(due, now, zone)
    return f"until {day}" if day[0].isdigit() else f"until {day} {wording.hour(due, zone)}"


def ahead(at: str, now: str, zone: ZoneInfo) -> str:
    """A stored time as a day to come: `today`, `tomorrow`, `Tuesday` within a week, and then `3 December 2026`."""
    local = datetime.fromisoformat(at).astimezone(zone)
    days = (local.date() - datetime.fromisoformat(now).astimezone(zone).date()).days
    if 1 < days < _WEEK:
        return _WEEKDAYS[local.weekday()]
    return {0: "today", 1: "tomorrow"}.get(days) or wording.date(at, zone)


def promised(due: str, now: str, zone: ZoneInfo) -> str:
    """The day of a promise: `by Thursday`; when it has passed, `was due on Tuesday`."""
    if due >= now:
        return f"by {ahead(due, now, zone)}"
    day = wording.day(due, now, zone)
    return f"was due {day}" if day in {"today", "yesterday"} else f"was due on {day}"


def local(at: str, zone: ZoneInfo) -> str:
    """A stored time as the day that a form gives: `2026-12-01`."""
    return datetime.fromisoformat(at).astimezone(zone).date().isoformat()


def to_choose(now: str, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """The usual days until which something is put aside, `2026-12-01`, each in words."""
    today = datetime.fromisoformat(now).astimezone(zone).date()
    monday = _WEEK - today.weekday()
    found = {1: "tomorrow", 3: "in 3 days"}
    found |= {} if monday in found else {monday: "next week"}
    return tuple(((today + timedelta(days=number)).isoformat(), said) for number, said in found.items())
