"""Away notices: public, made ahead, at most thirty days; they move the clocks only of those who could read them."""

from datetime import date, timedelta

from comments_service import ids
from comments_service.database import Database
from comments_service.engagement import figures
from comments_service.errors import conflict, invalid, not_found
from comments_service.ledger import keeping, moments
from comments_service.ledger.clocks import AWAY_AT_MOST
from comments_service.ledger.moments import DAY
from comments_service.models import Person
from comments_service.settings import Settings
from comments_service.store import away
from comments_service.store.away import Notice

_DAYS = AWAY_AT_MOST // DAY
_FARTHEST_DAYS = 366


def announce(db: Database, settings: Settings, by: Person, first_day: str, last_day: str) -> Notice:
    """Say that nobody answers from the first to the last of these local days, both inside (`2026-12-01`).

    The notice holds for whoever writes from the next second on, so that no clock that is running moves. Raises Problem
    (409, 422).
    """
    first, last = _days(first_day, last_day, settings)
    start, end = _midnight(first, settings), moments.end_of_day(last, settings.zone) + 1
    with db.transaction():
        now = ids.now()
        for other in away.standing(db, now=now):
            if moments.seconds(other.starts_at) <= end and start <= moments.seconds(other.ends_at):
                raise conflict("You have said that you are away around these days already. Take that back first.")
        notice = Notice(
            id=ids.new_id(),
            announced_by=by.id,
            announced_at=_next_second(now),
            starts_at=keeping.stored(start),
            # Where a clock is set back, thirty days have an hour more than the ledger knows.
            ends_at=keeping.stored(min(end, start + AWAY_AT_MOST)),
            cancelled_at=None,
        )
        away.add(db, notice)
    figures.take_site(db, settings)
    return notice


def cancel(db: Database, settings: Settings, id_: str) -> None:
    """Take a notice back for whoever writes from the next second on. Raises Problem (404, 409)."""
    with db.transaction():
        if away.find(db, id_) is None:
            raise not_found("notice")
        if not away.cancel(db, id_, now=_next_second(ids.now())):
            raise conflict("This notice is over, or was taken back already.")
    figures.take_site(db, settings)


def last_day(notice: Notice, settings: Settings) -> date:
    """The last local day of a notice."""
    return (ids.as_moment(notice.ends_at).astimezone(settings.zone) - timedelta(seconds=1)).date()


def _days(first_day: str, last_day_: str, settings: Settings) -> tuple[date, date]:
    today = ids.moment().astimezone(settings.zone).date()
    days, wrong = {}, {}
    for name, typed in (("first_day", first_day), ("last_day", last_day_)):
        try:
            days[name] = date.fromisoformat(typed.strip())
        except ValueError:
            wrong[name] = "Please give a day, such as 2026-12-01."
    if wrong:
        raise invalid(wrong)
    first, last = days["first_day"], days["last_day"]
    if first < today:
        raise invalid(
            {"first_day": "This day has passed: a notice helps only those who can read it before they write."}
        )
    if last < first:
        raise invalid({"last_day": "This is before the first day. The last day away is the same day or a later one."})
    if (last - first).days >= _DAYS:
        raise invalid(
            {
                "last_day": f"This is longer than {_DAYS} days. For longer, say so at the essays themselves: with"
                " `answers: none` in an essay’s front matter, its form promises nobody an answer."
            }
        )
    if (first - today).days > _FARTHEST_DAYS:
        raise invalid({"first_day": "This is more than a year ahead. Announce it when it is nearer."})
    return first, last


def _midnight(day: date, settings: Settings) -> int:
    return moments.end_of_day(day - timedelta(days=1), settings.zone) + 1


def _next_second(now: str) -> str:
    """The ledger counts whole seconds: what was received in this one was told without the change."""
    return keeping.stored(moments.seconds(now) + 1)
