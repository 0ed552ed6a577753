"""Saved replies: words that authors begin an answer with; added, changed, deleted, put in order, filled in."""

import re
from dataclasses import asdict, replace

from comments_service import ids, rendering, texts
from comments_service.database import Database
from comments_service.errors import Problem, conflict, invalid
from comments_service.models import Person
from comments_service.moderation.acts import logged
from comments_service.store import acts, saved_replies
from comments_service.store.acts import Act
from comments_service.store.saved_replies import SavedReply

# More than these are found no faster than the words are written.
MOST = 50
LONGEST_TITLE = 80
_PLACES = re.compile(r"\{(?:name|essay)\}")


def saved(db: Database, id_: str) -> SavedReply:
    """The saved reply with this id. Raises Problem (404)."""
    found = saved_replies.find(db, id_)
    if found is None:
        raise Problem("not_found", 404, "There is no such saved reply. It may have been deleted meanwhile.")
    return found


def filled_in(text: str, *, name: str, essay: str) -> str:
    """The words of a saved reply for one reader: `{name}` and `{essay}` become theirs."""
    words = {"{name}": name, "{essay}": essay}
    return _PLACES.sub(lambda found: words[found[0]], text)


def add(db: Database, title: str, text: str, by: Person) -> Act:
    """Save a reply, offered after those that there are. Raises Problem (409 when there are too many, 422)."""
    with db.transaction():
        there = saved_replies.every(db)
        if len(there) >= MOST:
            raise conflict(f"There are {MOST} saved replies; more than that nobody finds in time. Delete one first.")
        place = max((one.place for one in there), default=-1) + 1
        new = _checked(SavedReply(ids.new_id(), title, text, place))
        saved_replies.keep(db, new)
        return _log(db, "save", new.id, by, after=asdict(new))


def change(db: Database, id_: str, title: str, text: str, by: Person) -> Act:
    """Change a saved reply. Raises Problem (404, 422)."""
    with db.transaction():
        before = saved(db, id_)
        after = _checked(replace(before, title=title, text=text))
        saved_replies.keep(db, after)
        return _log(db, "change", id_, by, before=asdict(before), after=asdict(after))


def delete(db: Database, id_: str, by: Person) -> Act:
    """Delete a saved reply. Raises Problem (404)."""
    with db.transaction():
        before = saved(db, id_)
        saved_replies.remove(db, id_)
        return _log(db, "delete", id_, by, before=asdict(before))


def shift(db: Database, id_: str, *, up: bool) -> None:
    """Offer a saved reply one place earlier, or later. Raises Problem (404)."""
    with db.transaction():
        saved(db, id_)
        order = [one.id for one in saved_replies.every(db)]
        at = order.index(id_)
        order.insert(max(0, at - 1) if up else at + 1, order.pop(at))
        saved_replies.put_in_order(db, order)


def _checked(reply: SavedReply) -> SavedReply:
    wrong = {}
    title = text = ""
    try:
        title = " ".join(texts.clean(reply.title).split())
        if not title:
            wrong["title"] = "Please give it a few words by which you will find it."
        elif len(title) > LONGEST_TITLE:
            wrong["title"] = f"Please keep the title within {LONGEST_TITLE} characters."
    except ValueError as error:
        wrong["title"] = str(error)
    try:
        text = rendering.words(reply.text)
    except ValueError as error:
        wrong["text"] = str(error)
    if wrong:
        raise invalid(wrong)
    return replace(reply, title=title, text=text)


# ── taking it back ──────────────────────────────────────────────────────────────────────────────────────────────────


def take_saving_back(db: Database, act: Act, by: Person) -> None:  # noqa: ARG001 -- as all that take something back
    """Delete the reply that was saved. Raises Problem (409)."""
    _remove_if_still(db, act)


def take_change_back(db: Database, act: Act, by: Person) -> None:  # noqa: ARG001 -- as above
    """Let a saved reply say what it said before; it keeps its present place. Raises Problem (409)."""
    now = _still(db, act)
    saved_replies.keep(db, replace(_reply(act.before), place=now.place))


def put_back(db: Database, act: Act, by: Person) -> None:  # noqa: ARG001 -- as above
    """Save the reply again that was deleted. Raises Problem (409)."""
    if saved_replies.find(db, act.subject) is not None:
        raise conflict("This saved reply is there again already.")
    saved_replies.keep(db, _reply(act.before))


def _remove_if_still(db: Database, act: Act) -> None:
    _still(db, act)
    saved_replies.remove(db, act.subject)


def _still(db: Database, act: Act) -> SavedReply:
    """The saved reply as the act left it, in whatever place."""
    now, then = saved_replies.find(db, act.subject), _reply(act.after)
    if now is None or (now.title, now.text) != (then.title, then.text):
        raise conflict("This saved reply was changed since. Take that back first.")
    return now


def _reply(kept: object) -> SavedReply:
    return SavedReply(**kept)  # type: ignore[arg-type]  # what `asdict` made


def _log(db: Database, verb: str, subject: str, by: Person, *, before: object = None, after: object = None) -> Act:
    return logged(db, acts.add(db, verb, "reply", subject, by=by.id, before=before, after=after))
