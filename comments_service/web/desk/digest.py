"""The Monday digest at the desk, for authors: the past week in people, and the weeks before it."""

from functools import partial

from flask import Response, make_response, request

from comments_service import wording
from comments_service.engagement import digesting
from comments_service.errors import Problem
from comments_service.web import context, problems
from comments_service.web.desk import cases
from comments_service.web.desk.door import authors_only, door, page
from comments_service.web.desk.people import essays_at

_WEEKS = 9


@door.get("/digest")
def digest_page() -> Response:
    """The last full week in people, or the one that holds the day `week`."""
    authors_only()
    try:
        return make_response(_digest_page(request.args.get("week", "")))
    except Problem as problem:
        return problems.with_form(problem, partial(_digest_page, "", problem))


def _digest_page(day: str, problem: Problem | None = None) -> str:
    settings, db = context.settings(), context.db()
    told = digesting.letter(db, settings, digesting.week_of(settings, day))
    question = told.question
    return page(
        "digest.html",
        "/desk/measure",
        heading=digesting.week_words(told.monday),
        told=told,
        question=cases.said(settings, essays_at([question.page]), question) if question else None,
        weeks=[
            (monday.isoformat(), wording.of_day(monday), monday == told.monday)
            for monday in digesting.weeks_before(settings, _WEEKS)
        ],
        problem=problem,
    )
