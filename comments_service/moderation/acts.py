"""What is done to a comment besides deciding: its words edited, its thread moved, locked or pinned; and notes at it."""

from datetime import timedelta

from comments_service import ids, jotting, rendering
from comments_service.database import Database
from comments_service.errors import Problem, conflict, forbidden, invalid, not_found
from comments_service.ledger import Event
from comments_service.models import Comment, Page, Person, State
from comments_service.moderation import known
from comments_service.store import acts, comment_notes, comments, events, facts, notes, outbox, pages, roots
from comments_service.store.acts import Act
from comments_service.store.comment_notes import CommentNote

# Verb -> the column at the thread's first comment that it sets or empties.
_SETS = {"lock": "locked_at", "pin": "pinned_at"}
_EMPTIES = {"unlock": "locked_at", "unpin": "pinned_at"}
_ALREADY = {
    "lock": "This thread is locked already.",
    "unlock": "This thread is not locked.",
    "pin": "This thread is pinned already.",
    "unpin": "This thread is not pinned.",
}
_STAND = {State.HELD, State.PUBLISHED}


def logged(db: Database, id_: str) -> Act:
    """The act with this id. Raises Problem (404)."""
    act = acts.find(db, id_)
    if act is None:
        raise Problem("not_found", 404, "The log holds no such line.")
    return act


# ── its words ───────────────────────────────────────────────────────────────────────────────────────────────────────


def editable(comment: Comment, by: Person) -> None:
    """Raise Problem (403, 409) where an account may not edit a comment: another author's words, or what is gone."""
    if comment.by_author and comment.author != by.id:
        raise forbidden("These are another author’s own words. Nobody edits them but their author.")
    if comment.state not in _STAND:
        raise conflict("This reply neither stands nor waits, so there is nothing to edit.")


def edit(db: Database, id_: str, text: str, by: Person, *, seen: str, private: bool = True) -> Act:
    """Change somebody's words: the page says who did, the writer's own page too; the ledger takes no notice.

    `seen` is `Comment.changed` as it was when the words were read. Raises Problem: 403 (another author's words), 404,
    409 (the words were changed meanwhile, or no longer stand), 422.
    """
    with db.transaction():
        comment = known(db, id_, private=private)
        editable(comment, by)
        try:
            cleaned = rendering.words(text)
        except ValueError as error:
            raise invalid({"text": str(error)}) from None
        if cleaned == comment.text:
            raise invalid({"text": "These are the words as they stand. Change something, or leave them as they are."})
        now = _after(comment.changed)
        role = "author" if by.writes_as_author else "moderator"
        _reword(db, comment, cleaned, (now, role), by, seen=seen)
        before = {"text": comment.text, "redacted_at": comment.redacted_at, "redacted_as": comment.redacted_as}
        return _log(db, "edit", comment.id, by, before=before, after={"changed": now})


def take_edit_back(db: Database, act: Act, by: Person) -> None:
    """Let a comment say what it said before. Raises Problem, as `editable` does, and 409 when its words were changed
    since, or are gone.
    """  # noqa: D205
    comment = comments.find(db, act.subject)
    if comment is None or comment.state is State.WITHDRAWN or "text" not in act.before:
        raise conflict("The earlier words are gone, so this can’t be taken back.")
    editable(comment, by)
    before = act.before
    stood = (_text(before["redacted_at"]), _text(before["redacted_as"]))
    _reword(db, comment, str(before["text"]), stood, by, seen=str(act.after["changed"]))


def _reword(
    db: Database, comment: Comment, text: str, redacted: tuple[str | None, str | None], by: Person, *, seen: str
) -> None:
    html = rendering.visible(text)
    if not comments.redact(db, comment.id, text, html, rendering.VERSION, redacted, seen=seen):
        raise conflict("These words were changed meanwhile, or no longer stand. Look at them again before you go on.")
    events.happened(db, comment, Event(at=0, type="redact"), at=ids.now(), actor=by.id)
    facts.happened(db, "comment.edited", comment, seen=comment.standing)


def _after(changed: str) -> str:
    """The present, and never the moment of the change before: two changes must be told apart."""
    return max(ids.now(), ids.as_text(ids.as_moment(changed) + timedelta(milliseconds=1))) if changed else ids.now()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


# ── its thread ──────────────────────────────────────────────────────────────────────────────────────────────────────


def mark(db: Database, id_: str, verb: str, by: Person, *, private: bool = True) -> Act:
    """Lock, unlock, pin or unpin the thread of a comment (`verb`), at its first one. Raises Problem (404, 409)."""
    with db.transaction():
        first = _first(db, id_, private=private)
        column = _SETS.get(verb) or _EMPTIES[verb]
        if verb == "pin" and first.state is not State.PUBLISHED:
            raise conflict("Only a thread that stands in its page can be pinned.")
        was = getattr(first, column)
        if (was is None) is (verb in _EMPTIES):
            raise conflict(_ALREADY[verb])
        _mark(db, first, column, before=was, after=ids.now() if verb in _SETS else None)
        act_before, act_after = {column: was}, {column: getattr(known(db, first.id), column)}
        return _log(db, verb, first.id, by, before=act_before, after=act_after)


def take_mark_back(db: Database, act: Act, by: Person) -> None:  # noqa: ARG001 -- as all that take something back
    """Let a thread be as it was before it was locked, unlocked, pinned or unpinned. Raises Problem (409)."""
    first = known(db, act.subject)
    column = _SETS.get(act.verb) or _EMPTIES[act.verb]
    _mark(db, first, column, before=_text(act.after[column]), after=_text(act.before[column]))


def _mark(db: Database, first: Comment, column: str, *, before: str | None, after: str | None) -> None:
    if not roots.mark(db, first.id, column, before=before, after=after):
        raise conflict("Somebody else changed this thread meanwhile. Look at it again.")
    pages.touch(db, first.page)
    outbox.put(db, "thread.changed", first.id, page=first.page)


def _first(db: Database, id_: str, *, private: bool) -> Comment:
    """The first comment of a comment's thread. What is said between two is on no page, and has no thread there."""
    first = known(db, known(db, id_, private=private).root, private=private)
    if first.private_at is not None:
        raise conflict("This is between its writer and the author. It is on no page, so there is no thread to change.")
    return first


def homes(db: Database, comment: Comment) -> list[Page]:
    """The essays that a comment's thread can be moved to, newest first."""
    return [page for page in pages.every(db) if page.path != comment.page and page.conversation == "open"]


def move(db: Database, id_: str, to: str, by: Person, *, private: bool = True) -> Act:
    """Move the whole thread of a comment under another essay (its path); the ledger counts it where it began.

    Raises Problem (404, 409 when it is closed there, 422 when there is no such essay).
    """
    with db.transaction():
        first = _first(db, id_, private=private)
        page = pages.find(db, to)
        if page is None:
            raise invalid({"page": "There is no such essay on this site. Choose one of the list."})
        if page.path == first.page:
            raise invalid({"page": f"This thread stands under “{page.title}” already. Choose another essay."})
        if page.conversation != "open":
            how = "has ended" if page.conversation == "ended" else "is closed"
            raise conflict(
                f"The conversation under “{page.title}” {how}, so nobody could go on there. Choose one that is open."
            )
        _move(db, first, to)
        return _log(db, "move", first.id, by, before={"page": first.page}, after={"page": to})


def take_move_back(db: Database, act: Act, by: Person) -> None:  # noqa: ARG001 -- as above
    """Let a thread stand where it stood before. Raises Problem (409) when it was moved on, or its essay is gone."""
    first, home = known(db, act.subject), str(act.before["page"])
    if first.page != act.after["page"]:
        raise conflict("This thread was moved on since. Take that back first.")
    if pages.find(db, home) is None:
        raise conflict("The essay where it stood is no longer on this site, so the thread stays where it is.")
    _move(db, first, home)


def _move(db: Database, first: Comment, to: str) -> None:
    if not roots.move(db, first.id, before=first.page, after=to):
        raise conflict("Somebody else moved this thread meanwhile. Look at it again.")
    for path in (first.page, to):
        pages.touch(db, path)
        outbox.put(db, "thread.moved", first.id, page=path)


# ── notes at it ─────────────────────────────────────────────────────────────────────────────────────────────────────


def note(db: Database, id_: str, typed: str, by: Person, *, private: bool = True) -> Act:
    """Keep a private note at a comment, as plain text.

    Raises Problem: 404, 409 (withdrawn), 410 (its writer wants no history kept), 422.
    """
    with db.transaction():
        comment = known(db, id_, private=private)
        if comment.state is State.WITHDRAWN:
            raise conflict("Its writer took this reply back, so nothing is noted at it.")
        if comment.person and not comment.by_author and notes.refused(db, [comment.person]):
            raise Problem(
                "no_history", 410, "Its writer wants no history kept of them, so no note is kept at their words either."
            )
        new = CommentNote(ids.new_id(), comment.id, jotting.note(typed), by.id, ids.now())
        comment_notes.add(db, new)
        return _log(db, "note", comment.id, by, after={"note": new.id})


def remove_note(db: Database, id_: str, note_id: str, by: Person, *, private: bool = True) -> Act:
    """Remove a note at a comment. Raises Problem (404)."""
    with db.transaction():
        comment = known(db, id_, private=private)
        found = comment_notes.find(db, note_id)
        if found is None or found.comment != comment.id:
            raise not_found("note")
        comment_notes.remove(db, note_id)
        kept = {name: getattr(found, name) for name in comment_notes.COLUMNS}
        return _log(db, "unnote", comment.id, by, before=kept, after={"note": note_id})


def take_note_back(db: Database, act: Act, by: Person) -> None:  # noqa: ARG001 -- as above
    """Remove the note that was added. Raises Problem (409)."""
    if not comment_notes.remove(db, str(act.after.get("note", ""))):
        raise conflict("This note is gone already.")


def put_note_back(db: Database, act: Act, by: Person) -> None:  # noqa: ARG001 -- as above
    """Keep the note again that was removed. Raises Problem (409)."""
    if "text" not in act.before:
        raise conflict("The words of this note are gone, so it can’t be put back.")
    comment_notes.add(db, CommentNote(**{name: str(act.before[name]) for name in comment_notes.COLUMNS}))


def _log(db: Database, verb: str, subject: str, by: Person, *, before: object = None, after: object = None) -> Act:
    return logged(db, acts.add(db, verb, "comment", subject, by=by.id, before=before, after=after))
