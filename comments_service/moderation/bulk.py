"""Bulk: many comments decided at once, and taken back at once; what can't be decided that way stays where it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comments_service import ids, moderation
from comments_service.database import Database
from comments_service.errors import Problem, conflict, unreadable
from comments_service.models import Comment, Person, Verb
from comments_service.store import comments, decisions

# Two pages of the list: more can't have been looked at.
MOST = 100


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a bulk: its id, of how many comments it holds, and how many stay where they were."""

    id: str
    done: int
    left: int


def decide(
    db: Database,
    chosen: Iterable[str],
    verb: Verb,
    by: Person,
    *,
    private: bool = True,
    seen: Mapping[str, str] | None = None,
) -> Decided:
    """Decide about comments by their ids in one transaction; `seen` is what `moderation.decide` takes, by their ids.

    One that is not there, not to be seen (`private=False`, as in `moderation.queue`), or not where this can be decided
    is left. Raises Problem: 400 for none or for more than `MOST`, 409 when all would be left.
    """
    wanted = list(dict.fromkeys(chosen))
    _refuse_odd_numbers(len(wanted))
    bulk = ids.new_id()
    with db.transaction():
        done = sum(
            _decided(db, id_, verb, by, bulk=bulk, private=private, seen=(seen or {}).get(id_))
            for id_ in sorted(wanted)  # so that two who decide about the same ones wait for each other, and no more
        )
    if not done:
        raise conflict(
            "None of these can be decided in this way: they were moved, changed, or taken back. They stay as they are."
        )
    return Decided(bulk, done, len(wanted) - done)


def undo(db: Database, bulk: str, by: Person, *, private: bool = True) -> Decided:
    """Take a whole bulk back in one transaction; a comment about which something else was decided since is left.

    Raises Problem (409) when there is nothing to take back.
    """
    with db.transaction():
        lines = [line for line in decisions.of_bulk(db, bulk) if line.undone_at is None]
        done = sum(_undone(db, line.comment, line.id, by, private=private) for line in lines)
    if not done:
        raise conflict("There is nothing to take back: these replies were decided about since, or taken back already.")
    return Decided(bulk, done, len(lines) - done)


def _refuse_odd_numbers(number: int) -> None:
    if not number:
        raise unreadable("Nothing is selected. Tick the box beside each reply that you mean, then decide.")
    if number > MOST:
        raise unreadable(
            f"That is {number:,} replies. Up to {MOST} can be decided at once: untick some, and decide about them next."
        )


def _decided(db: Database, id_: str, verb: Verb, by: Person, *, bulk: str, private: bool, seen: str | None) -> bool:
    comment = _seen(db, id_, private=private)
    # An author's own words are no spam; where each reply has its buttons, that one is missing.
    if comment is None or verb is Verb.UNDO or (verb is Verb.SPAM and comment.by_author):
        return False
    try:
        with db.attempt():
            moderation.decide(db, id_, verb, by, bulk=bulk, seen=seen)
    except Problem:
        return False
    return True


def _undone(db: Database, id_: str, decision: str, by: Person, *, private: bool) -> bool:
    last = decisions.last_standing(db, id_)
    if _seen(db, id_, private=private) is None or last is None or last.id != decision:
        return False
    try:
        with db.attempt():
            moderation.undo(db, id_, by)
    except Problem:
        return False
    return True


def _seen(db: Database, id_: str, *, private: bool) -> Comment | None:
    found = comments.find(db, id_) if ids.is_id(id_) else None
    return found if found and (private or found.private_at is None) else None
