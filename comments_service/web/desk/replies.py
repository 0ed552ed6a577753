"""Saved replies, for authors: the list of them, and the field for an answer filled in with one."""

from collections.abc import Callable, Mapping
from functools import partial

from flask import Response, jsonify, make_response, redirect, request

from comments_service import moderation
from comments_service.errors import Problem
from comments_service.models import Comment
from comments_service.moderation import replies
from comments_service.store import pages, saved_replies
from comments_service.store.acts import Act
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import deciding, notices
from comments_service.web.desk.door import authors_only, door, page

_HERE = "/desk/replies"


@door.get("/replies")
def replies_page() -> str:
    """All saved replies in their order, to be changed, and the form for another one."""
    authors_only()
    return _page({})


def _page(typed: Mapping[str, str], about: str = "", problem: Problem | None = None) -> str:
    """`typed` is what was typed for the reply `about` (its id; a new one if empty), and refused."""
    return page(
        "replies.html",
        _HERE,
        replies=saved_replies.every(context.db()),
        typed=typed,
        about=about,
        longest_title=replies.LONGEST_TITLE,
        notice=notices.notice(),
        problem=problem,
    )


@door.post("/replies")
def add_reply() -> Response:
    """Save a reply: `title` and `text`."""
    return _do("", lambda given: replies.add(context.db(), *_words(given), authors_only()))


@door.post("/replies/<id>/change")
def change_reply(id: str) -> Response:  # noqa: A002 -- the address's word, here and below
    """Change a saved reply: `title` and `text`."""
    return _do(id, lambda given: replies.change(context.db(), id, *_words(given), authors_only()))


@door.post("/replies/<id>/delete")
def delete_reply(id: str) -> Response:  # noqa: A002
    """Delete a saved reply."""
    return _do(id, lambda _: replies.delete(context.db(), id, authors_only()))


@door.post("/replies/<id>/move")
def move_reply(id: str) -> Response:  # noqa: A002
    """Offer a saved reply one place earlier (`to=up`), or later."""
    authors_only()
    replies.shift(context.db(), id, up=forms.fields().get("to") == "up")
    return make_response(redirect(f"{_HERE}#reply-{id}", 303))


def _words(given: Mapping[str, str]) -> tuple[str, str]:
    return given.get("title", ""), given.get("text", "")


def _do(about: str, work: Callable[[Mapping[str, str]], Act]) -> Response:
    authors_only()
    given = forms.fields()
    try:
        act = work(given)
    except Problem as problem:
        return problems.with_form(problem, partial(_page, given, about, problem))
    return notices.onward(given, notices.ACT, act, otherwise=_HERE)


# ── at the field for an answer ──────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/<id>/replies/<reply>")
def begin_with_reply(id: str, reply: str) -> Response:  # noqa: A002
    """A comment's page with a saved reply in the field for an answer; for a program (`text`) its words alone."""
    authors_only()
    comment = moderation.known(context.db(), id)
    text = filled_in(replies.saved(context.db(), reply).text, comment)
    if context.for_a_program():
        return jsonify({"text": text})
    next_ = guards.local_path(request.args.get("next") or f"/desk/comments/{id}")
    return make_response(deciding.comment_page_of(id, next_, begun=text))


def filled_in(text: str, comment: Comment) -> str:
    """The words of a saved reply for whoever wrote a comment."""
    essay = pages.find(context.db(), comment.page)
    return replies.filled_in(text, name=comment.name, essay=essay.title if essay else "")
