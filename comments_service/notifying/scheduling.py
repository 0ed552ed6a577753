"""When the next letter to a reader goes: minutes after something happened, or in the morning, as they like it."""

from collections.abc import Iterable, Sequence

from comments_service import ids
from comments_service.database import Database
from comments_service.notifying import planning
from comments_service.settings import Settings
from comments_service.store import correspondents, letters_due, news, outbox
from comments_service.store.correspondents import Correspondent

# A letter that is about to be written may have been gathered already: what comes now waits for the next.
_ABOUT_TO_GO_SECONDS = 30
# What nobody was to be told of for so long was forgotten: a letter was given up, or a worker stopped at a bad moment.
_FORGOTTEN_HOURS = 1
_PORTION = 200


def schedule(db: Database, settings: Settings, ones: Iterable[Correspondent], *, bulk: bool = False) -> int:
    """Let a letter go to each of these who may be written to and for whom none waits; returns how many.

    Belongs into the transaction in which its news are written. With `bulk` those who wish to hear at once do, behind
    whatever one person waits for.
    """
    reachable = {one.id: one for one in ones if one.reachable}
    soon = ids.now(seconds=_ABOUT_TO_GO_SECONDS)
    waits = letters_due.waiting(db, reachable, after=soon) if reachable else frozenset()
    due = {rhythm: ids.as_text(planning.due(rhythm, ids.moment(), settings.zone)) for rhythm in correspondents.RHYTHMS}
    to_write = [one for id_, one in reachable.items() if id_ not in waits]
    for one in to_write:
        at_once = one.rhythm == "now"
        outbox.put(
            db,
            letters_due.NEWS,
            one.id,
            lane=outbox.LETTERS if at_once and not bulk else outbox.BULK,
            run_at=None if at_once and bulk else due[one.rhythm],
        )
    return len(to_write)


def anew(db: Database, settings: Settings, correspondent: str) -> None:
    """Let what waits for somebody go as they like it now: they said yes, or chose another rhythm."""
    letters_due.drop(db, [correspondent])
    if news.waiting(db, correspondent, limit=1):
        schedule(db, settings, correspondents.these(db, [correspondent]).values())


def catch_up(db: Database, settings: Settings) -> int:
    """Let letters go to those for whom something waits and no letter does; returns to how many."""
    if not settings.sends_letters:
        return 0
    with db.transaction():
        found: Sequence[str] = letters_due.forgotten(db, before=ids.now(hours=-_FORGOTTEN_HOURS), limit=_PORTION)
        return schedule(db, settings, correspondents.these(db, found).values()) if found else 0
