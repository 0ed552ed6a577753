"""Readers' doors: reply, preview, one's own view of a reply, the conversation of a page, counts and feeds."""

import threading
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from comments_service import answering, feeds, ids, posting, rendering, templating, wording
from comments_service.errors import Problem, gone, not_found
from comments_service.identity import guests
from comments_service.models import Comment, NewReply, Page, State
from comments_service.publishing import structured, views
from comments_service.store import comments, pages
from comments_service.web import context, forms, guards, problems
from comments_service.web.caching import conditional

door = Blueprint("readers", __name__)

_MOST_COUNTS = 200
_FEED_LENGTH = 50
# Accepting a reply is all work and no waiting, so the threads of a process take turns at it. Two at once would hold the
# database's write lock while they wait for the interpreter, and every writer of every process with them.
_turn = threading.Lock()
_PREVIEWS_A_MINUTE = 30


# ── replying ────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/comments/")
def reply() -> Response:
    """Take a reply: 303 to the writer's own page for a form, 201 and the comment for a program."""
    given = forms.fields()
    new = forms.new_reply(given)
    try:
        accepted = _accept(new)
    except Problem as problem:
        return _with_what_was_typed(problem, given)
    response = _told(accepted)
    if accepted.device:
        context.set_cookie(response, context.DEVICE_COOKIE, accepted.device, days=guests.DEVICE_DAYS)
    return response


def _accept(new: NewReply) -> posting.Accepted:
    db, settings, secrets, speaker = context.db(), context.settings(), context.secrets(), context.speaker()
    with _turn:
        if speaker.account:
            return answering.answer(db, settings, secrets, speaker.account, new).accepted
        return posting.accept(db, settings, secrets, speaker, new)


def _told(accepted: posting.Accepted) -> Response:
    comment = accepted.comment
    own = f"/comments/{comment.id}/" + (f"?{urlencode({'key': accepted.key})}" if accepted.key else "")
    if not context.wants_json():
        return make_response(redirect(own, 303))
    data = structured.comment_data(context.settings(), comment) | {"text": comment.text, "own_url": own}
    response = jsonify(data if not accepted.repeated or _mine(comment) else _seen_by_others(comment))
    response.status_code = 200 if accepted.repeated else 201
    response.headers["Location"] = own
    return response


def _mine(comment: Comment) -> bool:
    return posting.owned(context.db(), context.speaker(), comment.id, "") is not None


def _seen_by_others(comment: Comment) -> dict[str, object]:
    """Who repeats a reply without being known as its writer learns that it arrived, and nothing they did not send."""
    return {"id": comment.id, "page": comment.page, "parent": comment.parent, "state": comment.state}


@door.get("/comments/reply")
def reply_form() -> str:
    """The reply form on a page of its own, with the parent filled in: what a reply link is without script."""
    page = _page(request.args.get("page", ""))
    parent = comments.find_public(context.db(), request.args.get("parent", ""))
    values = {"parent": parent.id} if parent and parent.page == page.path else {}
    return _form_page(page, values, {})


@door.post("/comments/preview")
def preview() -> Response | str:
    """What posting would give: a page for a form, `{"html", "as"}` for a program."""
    guards.slow_down("preview", most=_PREVIEWS_A_MINUTE, seconds=60)
    given = forms.fields()
    try:
        comment = posting.preview(
            context.db(),
            context.settings(),
            context.secrets(),
            context.speaker(),
            forms.new_reply(given),
        )
    except Problem as problem:
        return _with_what_was_typed(problem, given)
    if context.wants_json():
        return jsonify({"html": comment.html, "as": comment.name, "author": comment.by_author})
    page = _page(comment.page)
    return templating.render(
        "readers/preview.html",
        site=context.settings(),
        desk=False,
        page=page,
        comment=views.comment_view(context.settings(), page, comment, {}, whole=True),
        held=comment.state is State.HELD,
        form=_form(page, given, {}),
    )


def _with_what_was_typed(problem: Problem, given: Mapping[str, str]) -> Response:
    """The problem, for a person on a page with the form and everything they typed."""
    page = pages.find(context.db(), given.get("page", "").strip())
    if context.wants_json() or request.is_json:
        return problems.tell(problem)
    if page is None:
        return problems.with_words(problem, given.get("text", ""))
    return problems.with_form(problem, _form_page(page, given, problem.fields, problem))


def _form_page(page: Page, values: Mapping[str, str], errors: Mapping[str, str], problem: Problem | None = None) -> str:
    return templating.render(
        "readers/reply.html",
        site=context.settings(),
        desk=False,
        page=page,
        form=_form(page, values, errors),
        problem=problem,
        answered=_answered(page, values.get("parent", "")),
    )


def _form(page: Page, values: Mapping[str, str], errors: Mapping[str, str]) -> views.FormView:
    parent = comments.find_public(context.db(), values.get("parent", ""))
    return views.form(
        context.settings(),
        page,
        values,
        errors=errors,
        level=2,
        parent_name=parent.name if parent else None,
    )


def _answered(page: Page, parent: str) -> views.CommentView | None:
    found = comments.find_public(context.db(), parent)
    return views.comment_view(context.settings(), page, found, {}) if found and found.page == page.path else None


# ── one's own reply ─────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/<id>/")
def own(id: str) -> Response | str:  # noqa: A002 -- the address's word
    """The writer's own view of a reply; everybody else is led to where it stands, or told that it is not here."""
    key = request.args.get("key", "")
    comment = posting.owned(context.db(), context.speaker(), id, key)
    if comment is None:
        return _led_to_its_place(id)
    if context.wants_json():
        return jsonify(structured.comment_data(context.settings(), comment) | {"text": comment.text})
    return _own_page(comment, key, comment.text, {})


def _led_to_its_place(id_: str) -> Response:
    public = comments.find_public(context.db(), id_)
    if public:
        return make_response(redirect(f"{public.page}#comment-{public.id}", 302))
    comment = comments.find(context.db(), id_)
    if comment and comment.state is State.WITHDRAWN:
        raise gone("This reply was withdrawn by its writer. Nothing of it is kept; answers to it keep their place.")
    raise not_found("reply")


def _own_page(comment: Comment, key: str, text: str, errors: Mapping[str, str], problem: Problem | None = None) -> str:
    settings = context.settings()
    page = _page(comment.page)
    known = {found.id: found for found in comments.of_page(context.db(), comment.page)}
    minutes = max(0, int(wording.between(ids.now(), comment.edit_until) // 60) + 1)
    return templating.render(
        "readers/own.html",
        site=settings,
        desk=False,
        page=page,
        comment=views.comment_view(settings, page, comment, known, whole=True),
        raw=comment,
        key=key,
        private_link=f"{settings.url}/comments/{comment.id}/?{urlencode({'key': key})}" if key else "",
        minutes=minutes if ids.now() <= comment.edit_until and comment.state in {State.HELD, State.PUBLISHED} else 0,
        text=text,
        max_length=rendering.LONGEST,
        errors=errors,
        problem=problem,
        answers=[views.comment_view(settings, page, found, known) for found in _answers(comment)],
    )


def _answers(comment: Comment) -> list[Comment]:
    """What was answered to a private word stands here and nowhere else."""
    if comment.private_at is None:
        return []
    return [
        child
        for child in comments.children(context.db(), comment.id)
        if child.by_author and child.state is State.PUBLISHED
    ]


@door.post("/comments/<id>/edit")
def edit(id: str) -> Response:  # noqa: A002
    """Replace the words of one's own reply."""
    given = forms.fields()
    comment = _own_or_refuse(id, given)
    try:
        edited = posting.edit(
            context.db(),
            context.secrets(),
            comment,
            given.get("text", ""),
            seen=given.get("seen", comment.edited or ""),
        )
    except Problem as problem:
        if context.wants_json() or request.is_json:
            raise
        html = _own_page(comment, given.get("key", ""), given.get("text", ""), problem.fields, problem)
        return problems.with_form(problem, html)
    return _after_change(edited, given.get("key", ""))


@door.post("/comments/<id>/withdraw")
def withdraw(id: str) -> Response:  # noqa: A002
    """Take one's own reply back."""
    given = forms.fields()
    comment = posting.withdraw(context.db(), _own_or_refuse(id, given))
    if context.wants_json():
        return jsonify(structured.comment_data(context.settings(), comment))
    return make_response(
        templating.render("readers/withdrawn.html", site=context.settings(), desk=False, page=_page(comment.page)),
    )


def _own_or_refuse(id_: str, given: Mapping[str, str]) -> Comment:
    comment = posting.owned(context.db(), context.speaker(), id_, given.get("key", "") or request.args.get("key", ""))
    if comment is not None:
        return comment
    found = comments.find(context.db(), id_)
    if found and found.state is State.WITHDRAWN:
        raise gone("This reply was withdrawn already. Nothing of it is kept.")
    if found is None:
        raise not_found("reply")
    raise Problem(
        "not_yours",
        403,
        "Only its writer can change this reply."
        " Use the device it was written on, or the private link shown after posting.",
    )


def _after_change(comment: Comment, key: str) -> Response:
    if context.wants_json():
        return jsonify(structured.comment_data(context.settings(), comment) | {"text": comment.text})
    return make_response(redirect(f"/comments/{comment.id}/" + (f"?{urlencode({'key': key})}" if key else ""), 303))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/thread")
def thread() -> Response:
    """The conversation of a page, as the page holds it: an HTML fragment, or JSON by `Accept`."""
    return conditional(context.db(), context.settings(), request.args.get("page", ""))


@door.get("/comments/counts")
def counts() -> Response:
    """How many comments stand on each page asked for."""
    asked = request.args.getlist("page")[:_MOST_COUNTS]
    standing = comments.standing_counts(context.db(), asked)
    response = jsonify({page: standing.get(page, 0) for page in asked})
    response.headers["Cache-Control"] = "no-cache"
    return response


@door.get("/comments/feed.atom")
def feed() -> Response:
    """All comments, or those of one essay, as Atom."""
    path = request.args.get("page")
    page = _page(path) if path else None
    title = f"Replies to “{page.title}”" if page else f"Replies on {context.settings().title}"
    address = "/comments/feed.atom" + (f"?{urlencode({'page': path})}" if page else "")
    return _atom(title, address, comments.latest(context.db(), _FEED_LENGTH, page=path))


@door.get("/comments/answers.atom")
def answers_feed() -> Response:
    """The author's answers, as Atom."""
    settings = context.settings()
    return _atom(
        f"Answers by {settings.author}",
        "/comments/answers.atom",
        comments.latest(context.db(), _FEED_LENGTH, only_author=True),
    )


def _atom(title: str, address: str, found: list) -> Response:  # type: ignore[type-arg]
    titles = {page.path: page.title for page in pages.every(context.db())}
    body = feeds.atom(context.settings(), title, address, found, titles)
    response = make_response(body, {"Content-Type": "application/atom+xml; charset=utf-8", "Cache-Control": "no-cache"})
    response.set_etag(ids.digest(body)[:24])
    response.make_conditional(request)
    return response


def _page(path: str) -> Page:
    page = pages.find(context.db(), path)
    if page is None:
        raise not_found("essay")
    return page
