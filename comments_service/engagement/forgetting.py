"""Forgetting: erasure, objection and retention (4.12). Verdicts that have fallen stay, as those of nobody."""

from collections.abc import Iterable

from comments_service import ids
from comments_service.database import Database
from comments_service.ledger import Event
from comments_service.models import Comment
from comments_service.store import (
    comments,
    conversations,
    events,
    facts,
    forgetting,
    hearts,
    identities,
    outbox,
    pages,
    people,
    tallies,
)
from comments_service.store.subjects import Subject

# Somebody who has said nothing for two years has no history here any more; their words stand.
RETENTION_DAYS = 2 * 365
_A_NIGHT = 200


def erase(db: Database, subject: Subject) -> int:
    """Forget a reader altogether: their words, their history, all that they are here. Returns how many comments went.

    Before the due time it is as if they had never asked; after it the verdict stays, of nobody. Answers to them keep
    their place. What others sent with an address of theirs is withdrawn as well, and nothing else of those others. An
    account is never erased this way.
    """
    with db.transaction():
        identities.take_turns(db)
        people.hold(db, subject.people)
        for person in subject.people:
            _forget(db, person)
        emptied = 0
        for found_by in (comments.of_subject, comments.sent_with_address_of):
            while found := found_by(db, subject):
                for comment in found:
                    _empty(db, comment, subject)
                emptied += len(found)
        forgetting.traces(db, subject)
    return emptied


def _empty(db: Database, comment: Comment, subject: Subject) -> None:
    """Withdraw a comment. One that is filed under somebody else stays a withdrawal in their history."""
    now = ids.now()
    hearts.take_back(db, comment.id)
    comments.withdraw(db, comment.id, now=now)
    if not subject.owns(comment.person):
        events.happened(db, comment, Event(at=0, type="remove", by="reader"), at=now, actor=comment.person or "")
        if comment.person and not comments.by_person(db, comment.person, limit=1):
            people.forget_guest(db, comment.person)
    facts.happened(db, "comment.withdrawn", comment, seen=True)


def object_to_history(db: Database, persons: Iterable[str]) -> bool:
    """A reader wants no history of themselves: each comment keeps its state, and there is no page about them.

    `persons` are all that they are here. False if they had said so of all of them before.
    """
    with db.transaction():
        new = False
        for person in persons:
            forgetting.history(db, person)
            new = forgetting.refuse(db, person, now=ids.now()) or new
    return new


def forget_the_silent(db: Database) -> int:
    """Forget the history of everybody who has said nothing for two years; returns of how many.

    Who proved something and has no word here is forgotten altogether, two years after they last proved it.
    """
    before = ids.now(days=-RETENTION_DAYS)
    silent = forgetting.silent_since(db, before, limit=_A_NIGHT)
    for person in silent:
        with db.transaction():
            _forget(db, person)
    wordless = forgetting.proven_for_nothing(db, before, limit=_A_NIGHT)
    for subject in wordless:
        erase(db, subject)
    return len(silent) + len(wordless)


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
