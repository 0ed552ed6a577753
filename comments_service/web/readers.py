"""Readers' doors: reply, preview, the conversation of a page and counts; one's own reply, feeds and likes beside."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from comments_service import answering, posting
from comments_service.errors import Problem
from comments_service.identity import guests
from comments_service.models import Comment, NewReply, Page, State
from comments_service.posting import haste
from comments_service.publishing import beside, structured, views
from comments_service.store import comments, pages, renames, roots
from comments_service.unavailable import Unavailable
from comments_service.web import (
    appearing,
    context,
    feeds,
    forms,
    guards,
    likes,
    own,
    problems,
    remembering,
    reporting,
    responsiveness,
)
from comments_service.web.caching import conditional
from comments_service.web.identity.door import sent

door = Blueprint("readers", __name__)
for _beside in (own, feeds, likes, reporting, responsiveness):
    door.register_blueprint(_beside.door)

_MOST_COUNTS = 200


# ── replying ────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/comments/")
def reply() -> Response:
    """Take a reply: 303 to the writer's own page for a form, 201 and the comment for a program."""
    given = forms.fields()
    new = forms.new_reply(given)
    try:
        accepted = _accept(new)
    except Unavailable as error:
        return _with_what_was_typed(problems.unavailable(error), given)
    except Problem as problem:
        context.forget_speaker()  # who may have been erased while they wrote
        return _with_what_was_typed(problem, given)
    response = _told(accepted)
    if accepted.device:
        context.set_cookie(response, context.DEVICE_COOKIE, accepted.device, days=guests.DEVICE_DAYS)
    remembering.keep(response, given, accepted.comment)
    return sent(response)


def _accept(new: NewReply) -> posting.Accepted:
    db, settings, secrets, speaker = context.db(), context.settings(), context.secrets(), context.speaker()
    if speaker.account:
        return answering.answer(db, settings, secrets, speaker.account, new).accepted
    return context.turns().take((speaker, new), lambda sent: posting.accept_all(db, settings, secrets, sent))


def _told(accepted: posting.Accepted) -> Response:
    comment = accepted.comment
    own = f"/comments/{comment.id}/" + (f"?{urlencode({'key': accepted.key})}" if accepted.key else "")
    if not context.wants_json():
        return make_response(redirect(own, 303))
    disc = views.disc(comment)
    data = structured.comment_data(context.settings(), comment) | {
        "text": comment.text,
        "own_url": own,
        "disc": f"hue-{disc.hue} motif-{disc.motif}",
        "picture": disc.picture,
    }
    response = jsonify(data if not accepted.repeated or _mine(comment) else _seen_by_others(comment))
    response.status_code = 200 if accepted.repeated else 201
    response.headers["Location"] = own
    return response


def _mine(comment: Comment) -> bool:
    return posting.owned(context.db(), context.speaker(), comment.id, "") is not None


def _seen_by_others(comment: Comment) -> dict[str, object]:
    """Who repeats a reply without being known as its writer learns that it arrived, and nothing they did not send."""
    return {"id": comment.id, "page": comment.page, "parent": comment.parent, "state": comment.state}


@door.get("/comments/began")
def began() -> Response:
    """The present moment, signed: the page's script asks for it when somebody begins to write, and sends it along."""
    return jsonify({"began": haste.begun(context.secrets())})


@door.get("/comments/reply")
def reply_form() -> str:
    """The reply form on a page of its own: what a reply link is without script, and where a sign-in comes back to."""
    page = context.essay(request.args.get("page", ""))
    if request.args.get("typed") and (errand := appearing.typed_before(page)):
        return _form_page(page, errand.fields, {}, said=errand.said)
    parent = comments.find_public(context.db(), request.args.get("parent", ""))
    if parent and not context.account() and roots.locked(context.db(), parent.root):
        own = " What you write here begins a thread of its own." if page.conversation == "open" else ""
        return _form_page(page, {}, {}, said=views.locked(context.settings()) + own)
    values = {"parent": parent.id} if parent and parent.page == page.path else {}
    return _form_page(page, values, {})


@door.post("/comments/preview")
def preview() -> Response | str:
    """What posting would give: a page for a form, `{"html", "as", "author", "proven"}` for a program."""
    guards.slow_down("preview")
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
        told = {"html": comment.html, "as": comment.name, "author": comment.by_author, "proven": comment.proven}
        return jsonify(told)
    page = context.essay(comment.page)
    return context.rendered(
        "readers/preview.html",
        page=page,
        comment=views.comment_view(context.settings(), page, comment, {}, whole=True),
        held=comment.state is not State.PUBLISHED,
        form=_form(page, given, {}),
    )


def _with_what_was_typed(problem: Problem, given: Mapping[str, str]) -> Response:
    """The problem, for a person on a page with the form and everything they typed."""
    words = given.get("text", "")
    try:
        page = pages.find(context.db(), given.get("page", "").strip())
        if page is None:
            return problems.with_words(problem, words)
        return problems.with_form(problem, lambda: _form_page(page, given, problem.fields, problem))
    except Unavailable:  # not even the form can be made
        return problems.with_words(problem, words)


def _form_page(
    page: Page,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    problem: Problem | None = None,
    *,
    said: str = "",
) -> str:
    form = _form(page, values, errors)
    return context.rendered(
        "readers/reply.html",
        page=page,
        form=form if problem else replace(form, values=remembering.fill_in(form.values)),
        said=problem.message if problem else said,
        answered=_answered(page, values.get("parent", "")),
    )


def _form(page: Page, values: Mapping[str, str], errors: Mapping[str, str]) -> views.FormView:
    parent = comments.find_public(context.db(), values.get("parent", ""))
    return views.form(
        context.settings(),
        page,
        beside.of_site(context.db()),
        values,
        errors=errors,
        level=2,
        parent_name=parent.name if parent else None,
        **appearing.form_fields(context.speaker()),
    )


def _answered(page: Page, parent: str) -> views.CommentView | None:
    found = comments.find_public(context.db(), parent)
    return views.comment_view(context.settings(), page, found, {}) if found and found.page == page.path else None


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.get("/comments/thread")
def thread() -> Response:
    """The conversation of a page, as the page holds it: an HTML fragment, or JSON by `Accept`."""
    return conditional(context.db(), context.settings(), request.args.get("page", ""))


@door.get("/comments/counts")
def counts() -> Response:
    """How many comments stand on each page asked for, also by an address that it had before."""
    asked = request.args.getlist("page")[:_MOST_COUNTS]
    present = renames.present_of(context.db(), asked)
    standing = comments.standing_counts(context.db(), [present.get(page, page) for page in asked])
    response = jsonify({page: standing.get(present.get(page, page), 0) for page in asked})
    response.headers["Cache-Control"] = "no-cache"
    return response
