"""Reports: a reader says that a reply should not stand, on a page of its own that works without script."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from comments_service.errors import Problem
from comments_service.models import Comment, State
from comments_service.moderation import reporting
from comments_service.publishing import views
from comments_service.web import context, forms, guards, problems

door = Blueprint("reporting", __name__)


@door.get("/comments/<id>/report")
def report_page(id: str) -> Response | str:  # noqa: A002 -- the address's word
    """The reasons to choose from; to whoever reported it before, that they did. Who decides here goes to the desk."""
    if context.account():
        return make_response(redirect(f"/desk/comments/{id}", 302))
    return _page(reporting.reportable(context.db(), id, context.speaker()), {})


@door.post("/comments/<id>/report")
def report(id: str) -> Response:  # noqa: A002
    """Report a reply (`reason`, `words`): 303 to what comes of it for a form, 201 for a program; once per reader."""
    given = forms.fields()
    speaker, db = context.speaker(), context.db()
    try:
        guards.slow_down("report")
        told = reporting.report(
            db, context.settings(), speaker, id, given.get("reason", ""), given.get("words", "").strip()
        )
    except Problem as problem:
        if not problem.fields:
            return problems.with_words(problem, given.get("words", ""))
        comment = reporting.reportable(db, id, speaker)
        return problems.with_form(problem, partial(_page, comment, given, problem))
    if not context.wants_json():
        return make_response(redirect(f"/comments/{id}/report?{'again' if told.already else 'sent'}", 303))
    response = jsonify({"comment": id, "at": told.report.at, "already": told.already, "looked_at": told.looked_at})
    response.status_code = 200 if told.already else 201
    return response


def _page(comment: Comment, given: Mapping[str, str], problem: Problem | None = None) -> str:
    settings, db = context.settings(), context.db()
    page = context.essay(comment.page)
    return context.rendered(
        "readers/report.html",
        page=page,
        comment=views.comment_view(settings, page, comment, {}, whole=True),
        reasons=reporting.REASONS,
        longest=reporting.LONGEST_WORDS,
        hides=settings.report_hides if reporting.can_hide(db, comment) else 0,
        before=reporting.before(db, comment, context.speaker()),
        just_sent="sent" in request.args,
        hidden=comment.state is State.HELD,
        given=given,
        problem=problem,
    )
