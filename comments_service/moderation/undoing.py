"""Taking back what the log holds: each verb's own way, for 30 days, and only while it is the last about its thing."""

from collections.abc import Callable, Mapping

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import conflict, gone
from comments_service.models import Person
from comments_service.moderation import UNDO_DAYS, banning, replies, reporting, ruling
from comments_service.moderation import acts as done
from comments_service.store import acts
from comments_service.store.acts import Act

# Kind and verb -> what takes it back, in a transaction; it raises Problem (409) when its subject has changed since. A
# new kind of act needs its line here, and in `web/desk/acting.py` the words that tell of it.
UNDO: Mapping[tuple[str, str], Callable[[Database, Act, Person], None]] = {
    ("comment", "edit"): done.take_edit_back,
    ("comment", "lock"): done.take_mark_back,
    ("comment", "unlock"): done.take_mark_back,
    ("comment", "pin"): done.take_mark_back,
    ("comment", "unpin"): done.take_mark_back,
    ("comment", "move"): done.take_move_back,
    ("comment", "note"): done.take_note_back,
    ("comment", "unnote"): done.put_note_back,
    ("reply", "save"): replies.take_saving_back,
    ("reply", "change"): replies.take_change_back,
    ("reply", "delete"): replies.put_back,
    ("comment", "settle"): reporting.take_back,
    ("ban", "ban"): banning.take_back,
    ("ban", "lift"): banning.take_back,
    ("person", "trust"): banning.take_back,
    ("person", "distrust"): banning.take_back,
    ("rule", "make"): ruling.take_back,
    ("rule", "change"): ruling.take_back,
    ("rule", "switch on"): ruling.take_back,
    ("rule", "switch off"): ruling.take_back,
    ("rule", "move"): ruling.take_back,
    ("rule", "delete"): ruling.take_back,
}
# Verbs that are about one and the same thing of a comment, of which the last is taken back first. Other verbs are about
# all of what they were done to.
_TOGETHER = (
    frozenset({"edit"}),
    frozenset({"lock", "unlock"}),
    frozenset({"pin", "unpin"}),
    frozenset({"move"}),
    frozenset({"note", "unnote"}),
    frozenset({"settle"}),
)


def undoable(db: Database, act: Act) -> bool:
    """Whether an act can be taken back: it is young enough, and the last about its thing that stands."""
    return (
        act.undone_at is None
        and (act.kind, act.verb) in UNDO
        and act.at >= ids.now(days=-UNDO_DAYS)
        and _is_last(db, act)
    )


def _is_last(db: Database, act: Act) -> bool:
    alike = next(
        (verbs for verbs in _TOGETHER if act.kind == "comment" and act.verb in verbs),
        frozenset(verb for kind, verb in UNDO if kind == act.kind),
    )
    last = acts.last_standing(db, act.kind, act.subject, sorted(alike))
    return last is not None and last.id == act.id


def undo(db: Database, id_: str, by: Person) -> Act:
    """Take an act back, and note who did; returns it as it is now. Raises Problem (404, 409, 410 after 30 days)."""
    with db.transaction():
        act = done.logged(db, id_)
        if act.undone_at is not None:
            raise conflict("This was taken back already.")
        if (act.kind, act.verb) not in UNDO:
            raise conflict("This can’t be taken back.")
        if act.at < ids.now(days=-UNDO_DAYS):
            raise gone(f"This is older than {UNDO_DAYS} days, so it can’t be taken back any more.")
        if not _is_last(db, act):
            raise conflict("Something was done about it since. Take that back first.")
        UNDO[act.kind, act.verb](db, act, by)
        acts.mark_undone(db, act.id, now=ids.now())
        acts.add(db, "undo", act.kind, act.subject, by=by.id, after={"act": act.id, "verb": act.verb})
        return done.logged(db, act.id)
