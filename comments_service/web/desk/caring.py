"""What is done to one comment besides deciding and answering: edited, its thread moved, locked, pinned; notes at it."""

from collections.abc import Callable, Mapping
from functools import partial

from flask import Response, request

from comments_service import moderation, rendering
from comments_service.errors import Problem
from comments_service.models import Comment
from comments_service.moderation import acts
from comments_service.store.acts import Act
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import deciding, notices
from comments_service.web.desk.door import door, me, page, sees_private

_MODERATION = "/desk/moderation"


# ── its words ───────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/<id>/edit")
def edit_page(id: str) -> str:  # noqa: A002 -- the address's word, here and below
    """The words of a comment, to be changed."""
    comment = _editable(id)
    return _edit_page(comment, comment.text, guards.local_path(request.args.get("next") or f"/desk/comments/{id}"))


def _editable(id_: str) -> Comment:
    comment = moderation.known(context.db(), id_, private=sees_private())
    acts.editable(comment, me())
    return comment


def _edit_page(comment: Comment, text: str, next_: str, problem: Problem | None = None) -> str:
    return page(
        "edit.html",
        _MODERATION,
        said=deciding.desk_of().said(comment),
        own=comment.by_author,
        seen=comment.changed,
        text=text,
        max_length=rendering.LONGEST,
        next=next_,
        problem=problem,
    )


@door.post("/comments/<id>/edit")
def edit_words(id: str) -> Response:  # noqa: A002
    """Change the words of a comment (`text`), as they were read (`seen`); what was typed comes back with a problem."""
    given = forms.fields()
    text = given.get("text", "")
    try:
        comment = _editable(id)
        act = acts.edit(context.db(), id, text, me(), seen=given.get("seen", comment.changed), private=sees_private())
    except Problem as problem:
        return _not_edited(problem, id, given)
    return notices.onward(given, notices.ACT, act, otherwise=_MODERATION)


def _not_edited(problem: Problem, id_: str, given: Mapping[str, str]) -> Response:
    """The problem with what was typed: beside the words as they stand now, where they can still be changed."""
    text, next_ = given.get("text", ""), guards.local_path(given.get("next") or _MODERATION)
    try:
        comment = _editable(id_)
    except Problem as now:
        return problems.with_words(now, text)
    return problems.with_form(problem, lambda: _edit_page(comment, text, next_, problem))


# ── its thread ──────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/comments/<id>/move")
def move_thread(id: str) -> Response:  # noqa: A002
    """Move the thread of a comment under another essay (`page`, its path)."""

    def work(given: Mapping[str, str]) -> Act:
        return acts.move(context.db(), id, given.get("page", "").strip(), me(), private=sees_private())

    return _do(id, work)


@door.post("/comments/<id>/lock")
def lock_thread(id: str) -> Response:  # noqa: A002
    """Let the thread of a comment take no more replies of readers."""
    return _mark(id, "lock")


@door.post("/comments/<id>/unlock")
def unlock_thread(id: str) -> Response:  # noqa: A002
    """Let readers reply in it again."""
    return _mark(id, "unlock")


@door.post("/comments/<id>/pin")
def pin_thread(id: str) -> Response:  # noqa: A002
    """Let the thread of a comment stand first in its page."""
    return _mark(id, "pin")


@door.post("/comments/<id>/unpin")
def unpin_thread(id: str) -> Response:  # noqa: A002
    """Let it stand where it stood before."""
    return _mark(id, "unpin")


def _mark(id_: str, verb: str) -> Response:
    return _do(id_, lambda _: acts.mark(context.db(), id_, verb, me(), private=sees_private()))


# ── notes at it ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/comments/<id>/notes")
def add_comment_note(id: str) -> Response:  # noqa: A002
    """Keep a private note at a comment (`note`). What was typed comes back when it can't be kept."""
    return _do(id, lambda given: acts.note(context.db(), id, given.get("note", ""), me(), private=sees_private()))


@door.post("/comments/<id>/notes/<note>/remove")
def remove_comment_note(id: str, note: str) -> Response:  # noqa: A002
    """Remove a note at a comment."""
    return _do(id, lambda _: acts.remove_note(context.db(), id, note, me(), private=sees_private()))


def _do(id_: str, work: Callable[[Mapping[str, str]], Act]) -> Response:
    """Do something to a comment, then lead on and tell of it; a problem is told on the comment's own page."""
    given = forms.fields()
    moderation.known(context.db(), id_, private=sees_private())
    try:
        act = work(given)
    except Problem as problem:
        next_ = guards.local_path(given.get("next") or f"/desk/comments/{id_}")
        show = partial(deciding.comment_page_of, id_, next_, note=given.get("note", ""), problem=problem)
        return problems.with_form(problem, show)
    return notices.onward(given, notices.ACT, act, otherwise=f"/desk/comments/{id_}")
