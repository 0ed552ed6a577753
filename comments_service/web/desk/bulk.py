"""Many comments decided at once at the desk: what was chosen, what came of it, and one way back for all."""

from collections.abc import Sequence

from flask import Response, jsonify, make_response, redirect, request
from markupsafe import Markup

from comments_service import wording
from comments_service.errors import unreadable
from comments_service.models import MOVES, Verb
from comments_service.moderation import bulk
from comments_service.moderation.bulk import Decided
from comments_service.store import decisions
from comments_service.web import context
from comments_service.web.desk import words
from comments_service.web.desk.asked import MODERATION, Asked, Tab
from comments_service.web.desk.door import me, sees_private
from comments_service.web.desk.notices import Notice
from comments_service.web.desk.views import Undo

_VERBS = {
    Verb.APPROVE: "Approve",
    Verb.REJECT: "Reject",
    Verb.SPAM: "Spam",
    Verb.REMOVE: "Remove",
}


def verbs(tab: Tab) -> tuple[tuple[str, str], ...]:
    """What can be decided about many in a tab at once: pairs of verb and label."""
    return tuple(
        (verb.value, label) for verb, label in _VERBS.items() if tab.state is None or tab.state in MOVES[verb][1]
    )


def chosen() -> list[str]:
    """The ids that the form holds, once `forms.fields` has read it."""
    return [value.replace("\0", "") for value in request.form.getlist("id")]


def _seen() -> dict[str, str]:
    """When the words of each reply in the list were changed last, as they were read: `<id> <moment, or nothing>`."""
    pairs = (value.partition(" ") for value in request.form.getlist("seen"))
    return {id_: changed for id_, _, changed in pairs}


def decide(ids_: Sequence[str], verb: str) -> Decided:
    """Decide about all of them. Raises Problem (400, 409)."""
    if verb not in {one.value for one in _VERBS}:
        raise unreadable("Choose what to do with these replies: approve, reject, spam or remove.")
    return bulk.decide(context.db(), ids_, Verb(verb), me(), private=sees_private(), seen=_seen())


def undo(bulk_id: str) -> Decided:
    """Take all of a bulk back. Raises Problem (409)."""
    return bulk.undo(context.db(), bulk_id, me(), private=sees_private())


def onward(done: Decided, asked: Asked) -> Response:
    """Lead to the list again, where a notice tells what was done; a program is told itself."""
    address = asked.address(after=asked.after)
    told = f"{address}{'&' if '?' in address else '?'}bulk={done.id}" + (f"&left={done.left}" if done.left else "")
    if not context.for_a_program():
        return make_response(redirect(told, 303))
    return jsonify({"bulk": done.id, "done": done.done, "left": done.left, "next": told})


def notice() -> Notice | None:
    """What a bulk did, or that it was taken back, by the address that it led to; it tells how things stand now."""
    found = decisions.of_bulk(context.db(), request.args.get("bulk", ""))
    if not found:
        return None
    standing = [line for line in found if line.undone_at is None]
    left = request.args.get("left", "")
    sentence = words.done_to_many(found[0].verb, len(standing)) if standing else _back(len(found))
    if left.isascii() and left.isdigit() and 0 < int(left[:4]) <= bulk.MOST:
        sentence += f" {_left(int(left))}"
    undo_ = Undo(f"{MODERATION}/decide", "undo", found[0].bulk, f"Undo all {len(standing)}") if standing else None
    return Notice(Markup("{}").format(sentence), "", None, undo_)


def _back(number: int) -> str:
    again = "stands where it" if number == 1 else "stand where they"
    return f"{wording.count(number, 'reply', 'replies')} {again} stood before."


def _left(number: int) -> str:
    stays = "stays as it is" if number == 1 else "stay as they are"
    return f"{wording.count(number, 'reply', 'replies')} could not be decided in this way, and {stays}."
