"""Time in the ledger: whole seconds since 1970 in UTC; only weeks and days follow a local calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comments_service.ledger.data import LedgerError

HOUR = 3600
DAY = 24 * HOUR
_FIRST_YEAR, _LAST_YEAR = 1971, 9000


@dataclass(frozen=True, slots=True)
class Week:
    """A local calendar week, from Monday 00:00 to the next Monday 00:00: 167 to 169 hours. `end` is outside."""

    start: int
    end: int
    next_end: int

    def __contains__(self, at: int | None) -> bool:
        return at is not None and self.start <= at < self.end


def seconds(moment: str) -> int:
    """An ISO 8601 time with its offset, truncated to the whole second. Raises LedgerError if it is no such time."""
    try:
        found = datetime.fromisoformat(moment)
    except (TypeError, ValueError) as error:
        raise LedgerError(f"{moment!r} is no time") from error
    if found.tzinfo is None:
        raise LedgerError(f"{moment!r} does not say in which zone")
    _check(found)
    return int(found.replace(microsecond=0).timestamp())


def text(at: int) -> str:
    """A time as it is answered: `2026-11-03T14:30:00Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def week_of(day: date, zone: ZoneInfo) -> Week:
    """The local week that holds a day."""
    _check(day)
    monday = day - timedelta(days=day.weekday())
    start, end, next_end = (_midnight(monday + timedelta(weeks=weeks), zone) for weeks in range(3))
    return Week(start, end, next_end)


def week_at(now: int, zone: ZoneInfo) -> Week:
    """The local week that is running."""
    return week_of(datetime.fromtimestamp(now, zone).date(), zone)


def end_of_day(day: date, zone: ZoneInfo) -> int:
    """The last second of a local day: when a promise falls due."""
    return _midnight(day + timedelta(days=1), zone) - 1


def _check(day: date) -> None:
    """A date at either end of the calendar would fail only later, where it is added to."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise LedgerError(f"the year {day.year} is none of ours")


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())
