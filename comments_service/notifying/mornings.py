"""Mornings: what falls due for authors at eight o'clock of the blog's zone, each once, however often this is asked."""

from datetime import date, datetime, time, timedelta

from comments_service import days, ids
from comments_service.database import Database
from comments_service.models import Role
from comments_service.notifying import author_letters
from comments_service.notifying.author_letters import DIGEST, PROMISES, WAITS, Addressee
from comments_service.settings import Settings
from comments_service.store import author_news, news, outbox
from comments_service.store.promises import Promise

WHO_WAITS, FALLS_DUE, THE_WEEK = "letter.author.waits", "letter.author.promises", "letter.author.digest"


def fall_due(db: Database, settings: Settings) -> None:
    """Have the letters of this morning written, once it is eight; a server that was down then does so later that day.

    What is sent is decided when a letter is written: where nobody waits, none is. Each has a name that holds its day,
    so that neither a second worker nor a restart, nor an hour that comes twice, sends it again.
    """
    local = ids.moment().astimezone(settings.zone)
    eight = days.at_eight(local.date(), settings.zone)
    if local < eight or not settings.sends_letters:
        return
    began = ids.as_text(eight)
    # Whoever came after eight gets the first letters tomorrow.
    there = [one for one in author_letters.addressees(db) if one.account.created < began]
    due = {name: (one, fact) for one in there for name, fact in _names(one, local.date()).items()}
    promised = {
        f"promise {one.id} {one.due_at} {to.account.id}": (to, one)
        for one in _promises(db, settings, local.date())
        if (to := _promiser(there, one)) and one.made_at < began
    }
    known = author_news.known(db, [*due, *promised])
    if known.issuperset({*due, *promised}):
        return
    with db.transaction():
        for name, (one, fact) in due.items():
            if name not in known and news.add(db, _KINDS[fact], name, account=one.account.id):
                _put(db, fact, one, news=name, day=local.date().isoformat())
        told = {
            to.account.id: to
            for name, (to, one) in promised.items()
            if name not in known and news.add(db, PROMISES, name, account=to.account.id, comment=one.comment)
        }
        for to in told.values():
            _put(db, FALLS_DUE, to)


_KINDS = {WHO_WAITS: WAITS, THE_WEEK: DIGEST}


def _put(db: Database, fact: str, to: Addressee, *, news: str = "", day: str = "") -> None:
    outbox.put(db, fact, to.account.id, lane=outbox.LETTERS, person=to.account.id, news=news, day=day)


def _names(one: Addressee, day: date) -> dict[str, str]:
    """What an account gets on a day: the name of the news, and the fact of its letter."""
    monday = day - timedelta(days=day.weekday())
    found = {}
    if WAITS in one.kinds:
        found[f"waits {day} {one.account.id}"] = WHO_WAITS
    # A server that was down on Monday tells of the week on the day on which it is back.
    if DIGEST in one.kinds:
        found[f"digest {monday} {one.account.id}"] = THE_WEEK
    return found


def _promises(db: Database, settings: Settings, day: date) -> list[Promise]:
    """What is promised for today, if it was not told yesterday, and for tomorrow."""
    since, until = (
        ids.as_text(datetime.combine(day + timedelta(days=number), time(0), settings.zone)) for number in (0, 2)
    )
    return author_news.promises_due(db, since=since, until=until)


def _promiser(there: list[Addressee], promise: Promise) -> Addressee | None:
    """Whoever promised it; the owner, where that account is none any more. None if they want no such letters."""
    own = [one for one in there if one.account.id == promise.promised_by and one.account.writes_as_author]
    found = own or [one for one in there if one.account.role is Role.OWNER]
    return next((one for one in found if PROMISES in one.kinds), None)
