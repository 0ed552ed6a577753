"""Spam: what the filter learns from decisions, how long spam is kept, and what is told of it."""

from collections.abc import Callable

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Comment, State, Verb
from comments_service.store import comments, decisions, facts, lessons, people, spam

# Time enough to find what was no spam; then its words are deleted.
KEPT_DAYS = 30
_AT_ONCE = 200
_PORTION = 50


def decided(db: Database, comment: Comment, verb: Verb, before: State, *, at: str, by: int = 1) -> None:
    """Count a decision on the day on which it was made, and with `by=-1` one that was taken back; learn from it.

    `comment` is as it stands now. To be called in the transaction of the decision, after it is in the log.
    """
    if verb is Verb.SPAM:
        spam.count(db, "marked", at=at, by=by)
    elif verb is Verb.APPROVE and before is State.SPAM:
        spam.count(db, "rescued", at=at, by=by)
    lessons.follow(db, comment)


def expire(db: Database) -> int:
    """Delete the words of spam whose time is over, some at a time; returns of how many replies.

    It leaves what a withdrawal leaves: a place, if something answers it. What the filter learned stays, and so does
    what the ledger counted: that time passes is no event in a conversation.
    """
    with db.transaction():
        due = spam.due(db, before=ids.now(days=-KEPT_DAYS), limit=_AT_ONCE)
        for id_ in due:
            delete(db, id_)
        if due:
            spam.count(db, "expired", at=ids.now(), by=len(due))
    return len(due)


def delete(db: Database, id_: str) -> None:
    """Empty a reply whose time is over, in the transaction of whatever says so."""
    comment = comments.find(db, id_)
    if comment is None or not comments.expire(db, id_, now=ids.now()):
        return
    lessons.keep_for_good(db, id_)
    if comment.person and not comments.by_person(db, comment.person, limit=1):
        people.forget_guest(db, comment.person)
    if comments.children(db, id_):  # only then a page shows its place
        facts.happened(db, "comment.withdrawn", comment, seen=True)


def retrain(db: Database, advance: Callable[[int], object] = lambda _: None) -> None:
    """Unlearn every reply that is still there, and learn anew from what stands decided, a few at a time.

    What was learned from spam whose words are deleted stays. `advance` hears how many more are done.
    """
    everything = decisions.comments(db)
    for start in range(0, len(everything), _PORTION):
        some = everything[start : start + _PORTION]
        with db.transaction():
            for id_ in some:
                comment = comments.find(db, id_)
                lessons.unlearn(db, id_)
                if comment and comment.state is not State.WITHDRAWN:
                    lessons.follow(db, comment)
        advance(len(some))
