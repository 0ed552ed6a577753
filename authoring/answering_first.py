"""Who waits for an answer: the last word after a publication, and before it, if the author wants that, a refusal."""

from dataclasses import dataclass

from authoring.errors import Refusal
from comments_service import ids, migrations, wording
from comments_service.database import Database, opened
from comments_service.ledger import keeping, moments
from comments_service.settings import Settings
from comments_service.store import conversations, spoken


@dataclass(frozen=True, slots=True)
class Owed:
    """How many readers wait, how many of them longer than promised, since when the oldest, how many promises are late.

    `oldest` is empty when nobody waits.
    """

    readers: int
    late: int
    oldest: str
    promises: int


def owed(db: Database) -> Owed:
    """What is owed to readers now."""
    # The ledger counts whole seconds: exactly at the due time is in time.
    now = keeping.stored(moments.seconds(ids.now()))
    waiting = conversations.readers_waiting(db, now=now)
    return Owed(waiting["waiting"], waiting["late"], waiting["oldest"] or "", spoken.promises_to_keep(db, now=now))


def told(db: Database, settings: Settings) -> str:
    """What is owed as a sentence: `3 readers wait, the oldest since Tuesday; 1 promise is overdue`."""
    found = owed(db)
    overdue = wording.count(found.promises, "promise is overdue", "promises are overdue")
    if not found.readers:
        return f"Nobody waits for an answer; {overdue}." if found.promises else "Nobody waits for an answer."
    since = wording.since(found.oldest, ids.now(), settings.zone)
    oldest = since if found.readers == 1 else f"the oldest {since}"
    waits = f"{wording.count(found.readers, 'reader waits', 'readers wait')}, {oldest}"
    return f"{waits}; {overdue}." if found.promises else f"{waits}."


def refuse(settings: Settings) -> None:
    """Raise Refusal while a reader waits longer than promised or a promise is overdue, if the settings say so."""
    if not settings.answer_first:
        return
    with opened(settings) as db:
        migrations.migrate(db)
        found = owed(db)
    late = [
        words
        for number, words in (
            (found.late, wording.count(found.late, "reader waits", "readers wait") + " longer than promised"),
            (found.promises, wording.count(found.promises, "promise is overdue", "promises are overdue")),
        )
        if number
    ]
    if late:
        raise Refusal(
            f"Not published: {' and '.join(late)}. Answer first, at {settings.url}/desk/, or publish all the same:"
            " RAPPORT_ANSWER_FIRST=off make publish"
        )
