"""Forgetting: erasure, objection and retention (4.12). Verdicts that have fallen stay, as those of nobody."""

from comments_service import ids
from comments_service.database import Database
from comments_service.ledger import Event
from comments_service.store import comments, conversations, events, facts, forgetting, hearts, outbox, pages, tallies

# Somebody who has said nothing for two years has no history here any more; their words stand.
RETENTION_DAYS = 2 * 365
_A_NIGHT = 200


def erase(db: Database, person: str) -> int:
    """Forget a reader altogether: their words, their history, themselves. Returns how many comments were emptied.

    Before the due time it is as if they had never asked; after it the verdict stays, of nobody. Answers to them keep
    their place. An account is never erased this way.
    """
    with db.transaction():
        _forget(db, person)
        emptied = 0
        while found := comments.by_person(db, person):
            for comment in found:
                hearts.take_back(db, comment.id)
                comments.withdraw(db, comment.id, now=ids.now())
                facts.happened(db, "comment.withdrawn", comment, seen=True)
            emptied += len(found)
        forgetting.traces(db, person)
    return emptied


def object_to_history(db: Database, person: str) -> bool:
    """A reader wants no history of themselves: each comment keeps its state, and there is no page about them."""
    with db.transaction():
        forgetting.history(db, person)
        return forgetting.refuse(db, person, now=ids.now())


def forget_the_silent(db: Database) -> int:
    """Forget the history of everybody who has said nothing for two years; returns of how many."""
    silent = forgetting.silent_since(db, ids.now(days=-RETENTION_DAYS), limit=_A_NIGHT)
    for person in silent:
        with db.transaction():
            _forget(db, person)
    return len(silent)


def _forget(db: Database, person: str) -> None:
    """Forget a history: the ledger's events go, and of what was decided only tallies stay."""
    for found in conversations.of_person(db, person):
        event = Event(at=0, type="erase", person=person)
        events.tell(db, events.reopened(db, found.id), event, at=ids.now(), actor=person)
        after = conversations.find(db, found.id)
        told = after.told if after else found.told
        for reach_out in told.reach_outs:
            tallies.add_reach_out(db, reach_out)
        for promise in told.promises:
            tallies.add_promise(db, promise)
        forgetting.conversation(db, found.id)
        events.keep(db, found.id, events.recomputed(db, found.id))
        pages.touch(db, found.page)
        outbox.put(db, "conversation.changed", found.id, page=found.page)
    forgetting.history(db, person)
