"""Moderation: the queue, decisions about comments, taking them back, and the trust that follows from an approval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import conflict, gone, not_found
from comments_service.ledger import Event
from comments_service.models import MOVES, Comment, Decision, Person, State, Verb
from comments_service.moderation import spam
from comments_service.store import (
    comment_notes,
    comments,
    decisions,
    events,
    facts,
    listings,
    notes,
    pages,
    people,
    reports,
)
from comments_service.store.comment_notes import CommentNote
from comments_service.store.reports import Report

_PAST = {
    State.HELD: "held",
    State.PUBLISHED: "published",
    State.REJECTED: "rejected",
    State.SPAM: "marked as spam",
    State.REMOVED: "removed",
    State.WITHDRAWN: "withdrawn by its writer",
}
# So much of somebody's earlier words says who they are here.
_EARLIER = 5
# Whatever was decided or done can be taken back for so long.
UNDO_DAYS = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A comment with what is needed to decide about it: the others of its thread, and its writer's earlier words.

    `undoable` says that the last decision about it can be taken back; `notes` are those at it, newest first, `reports`
    those that nobody has looked at.
    """

    comment: Comment
    page_title: str
    thread: tuple[Comment, ...]
    earlier: tuple[Comment, ...]
    undoable: bool
    notes: tuple[CommentNote, ...] = ()
    reports: tuple[Report, ...] = ()


def queue(db: Database, *, page: str | None = None, private: bool = True, limit: int = 100) -> list[Case]:
    """The replies that wait for a look, the longest waiting first, of one page or of all.

    With `private=False`, here and below, nothing is told that a reader wrote for the author only.
    """
    return cases(db, listings.waiting(db, page=page, private=private, limit=limit), private=private)


def cases(db: Database, found: Sequence[Comment], *, private: bool = True) -> list[Case]:
    """Comments with what is needed to decide: all of it for those that wait, and what they answer for the others."""
    waiting = {comment.root for comment in found if comment.state is State.HELD}
    threads = {root: comments.of_root(db, root) for root in waiting}
    return [
        _case(db, comment, threads[comment.root], private=private)
        if comment.state is State.HELD
        else _case(db, comment, _answered(db, comment), private=private, history=False)
        for comment in found
    ]


def _answered(db: Database, comment: Comment) -> list[Comment]:
    parent = comments.find(db, comment.parent) if comment.parent else None
    return [parent] if parent else []


def case(db: Database, id_: str, *, private: bool = True) -> Case:
    """One comment, whatever its state. Raises Problem (404) when there is none."""
    comment = known(db, id_, private=private)
    return _case(db, comment, comments.of_root(db, comment.root), private=private)


def _case(db: Database, comment: Comment, thread: Sequence[Comment], *, private: bool, history: bool = True) -> Case:
    page = pages.find(db, comment.page)
    known = history and comment.person and not notes.refused(db, [comment.person])
    earlier = comments.by_person(db, comment.person or "", before=comment.id, limit=_EARLIER) if known else []
    return Case(
        comment,
        page.title if page else comment.page,
        tuple(other for other in thread if other.id != comment.id and (private or other.private_at is None)),
        tuple(other for other in earlier if private or other.private_at is None),
        _undoable(comment, decisions.last_standing(db, comment.id)),
        tuple(comment_notes.at_comments(db, [comment.id]).get(comment.id, ())),
        tuple(reports.open_of(db, comment.id)),
    )


def _undoable(comment: Comment, last: Decision | None) -> bool:
    return last is not None and comment.state is last.after and last.at >= ids.now(days=-UNDO_DAYS)


def undoable(db: Database, comment: Comment, decision: Decision) -> bool:
    """Whether a decision about a comment can be taken back: it is the last one, it holds, and is young enough."""
    last = decisions.last_standing(db, comment.id)
    return last is not None and last.id == decision.id and _undoable(comment, last)


def decide(db: Database, id_: str, verb: Verb, by: Person, *, bulk: str = "", seen: str | None = None) -> Comment:
    """Carry out a decision: the move, its line in the log, the ledger's event, the trust that follows, one fact.

    `bulk` is the same in all that are decided at once. `seen` is `Comment.changed` as it was when the words were read:
    others are not published. Raises Problem (404, or 409 when the comment is not where this decision could be made).
    """
    if verb is Verb.UNDO:
        return undo(db, id_, by)
    with db.transaction():
        reports.take_turns(db, id_)
        comment = known(db, id_)
        after, before = MOVES[verb]
        if verb is Verb.APPROVE and seen not in {None, comment.changed}:
            raise conflict("Its writer changed these words since you read them. Read them again before they stand.")
        if comment.state not in before:
            message = f"This reply is {_PAST[comment.state]}, so it can't be {_PAST[after]} now."
            raise conflict(message)
        _move(db, comment, after, verb, by, bulk=bulk)
        spam.decided(db, replace(comment, state=after), verb, comment.state, at=ids.now())
        if verb is Verb.APPROVE and comment.person:
            people.trust(db, comment.person, now=ids.now())
    return known(db, id_)


def undo(db: Database, id_: str, by: Person) -> Comment:
    """Take the last decision about a comment back: it stands where it stood before; trust it earned goes with it."""
    with db.transaction():
        comment = known(db, id_)
        last = decisions.last_standing(db, id_)
        if last and last.at < ids.now(days=-UNDO_DAYS):
            raise gone(f"This was decided more than {UNDO_DAYS} days ago, so it can't be taken back any more.")
        if last is None or not _undoable(comment, last):
            message = f"There is nothing to undo: this reply is {_PAST[comment.state]}."
            raise conflict(message)
        decisions.mark_undone(db, last.id, now=ids.now())
        _move(db, comment, last.before, Verb.UNDO, by)
        spam.decided(db, replace(comment, state=last.before), last.verb, last.before, at=last.at, by=-1)
        if last.verb is Verb.APPROVE and comment.person:
            _untrust(db, comment.person)
    return known(db, id_)


def _move(db: Database, comment: Comment, after: State, verb: Verb, by: Person, *, bulk: str = "") -> None:
    now = ids.now()
    if not comments.move(db, comment.id, comment.state, after, now=now):
        message = "Somebody else decided about this reply at the same moment. Look at it again."
        raise conflict(message)
    decisions.add(
        db,
        Decision(
            id=ids.new_id(),
            comment=comment.id,
            verb=verb,
            decided_by=by.id,
            at=now,
            before=comment.state,
            after=after,
            undone_at=None,
            bulk=bulk,
        ),
    )
    # Whoever decides has looked: what readers said against it waits no more.
    reports.settle(db, comment.id, now=now)
    events.happened(db, comment, _event(comment.state, after), at=now, actor=by.id)
    fact = "comment.published" if after is State.PUBLISHED else "comment.hidden"
    facts.happened(db, fact, comment, seen=State.PUBLISHED in {comment.state, after})


def _event(before: State, after: State) -> Event:
    """What the ledger is told of a move. A rejection is, for the reader who waits, a removal by the author."""
    off_the_page = {State.REJECTED, State.REMOVED}
    if after is State.SPAM:
        return Event(at=0, type="spam")
    if after in off_the_page:
        return Event(at=0, type="remove", by="author", reason="other")
    if before is State.SPAM:
        return Event(at=0, type="unspam")
    if before in off_the_page:
        return Event(at=0, type="unremove")
    return Event(at=0, type="approve" if after is State.PUBLISHED else "unapprove")


def _untrust(db: Database, person: str) -> None:
    """Trust rests on an approved word. When none is left, it is gone; an account's trust rests on its role."""
    account = people.find(db, person)
    if account is None or account.role is not None:
        return
    if not any(comment.state is State.PUBLISHED for comment in comments.by_person(db, person)):
        people.trust(db, person, now=None)


def known(db: Database, id_: str, *, private: bool = True) -> Comment:
    """The comment with this id. Raises Problem (404) when there is none."""
    comment = comments.find(db, id_)
    if comment is None or not (private or comment.private_at is None):
        raise not_found("reply")
    return comment
