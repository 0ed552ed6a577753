"""Problems leave in one shape: JSON for programs, a page for people, with everything they typed still in it."""

import logging
from collections.abc import Callable

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from comments_service.errors import Problem
from comments_service.unavailable import Unavailable
from comments_service.web import context

_log = logging.getLogger("rapport.web")
_SENTENCES = {
    400: ("malformed", "This request could not be understood. Go back to the page and send it once more."),
    404: ("not_found", "There is nothing at this address. The essays and their conversations start on the home page."),
    405: ("method_not_allowed", "This address can't be used in this way. Go back to the page and use the form there."),
    413: ("too_large", "This is more than a reply can hold: 10,000 characters fit. Please shorten it."),
    415: ("unsupported", "Replies are sent as a form or as JSON. Go back to the page and use the form there."),
}
_OURS = (
    "Something went wrong on our side, and it was noted. Nothing of what you sent was half kept:"
    " go back, copy your words to be safe, and try again in a minute."
)
# Why the database can't be used -> what a reader is told, and after how many seconds another try is worth it.
_COPY = "Please copy your words to be safe, and try again in"
_UNAVAILABLE = {
    "busy": (
        "The conversation is busy right now, and nothing was half kept. Please send it again in a few seconds.",
        5,
    ),
    "full": (f"There is no room left here to keep a reply, so nothing was kept. {_COPY} a few minutes.", 300),
    "read_only": (f"Nothing can be kept here at the moment, and nothing was. {_COPY} a few minutes.", 300),
    "away": (f"The conversation is out of reach at the moment, so nothing was kept. {_COPY} a minute.", 60),
}


def answer(app: Flask) -> None:
    """Let every problem leave in the one shape."""
    app.register_error_handler(Problem, tell)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Unavailable, lambda error: tell(unavailable(error)))
    app.register_error_handler(Exception, _unforeseen)


def tell(problem: Problem) -> Response:
    """A problem as this client reads it; a person finds the words that came with it."""
    return with_form(problem, lambda: _words_page(problem, _typed()))


def _typed() -> str:
    """The words that came with a form, to be handed back whatever went wrong; nothing when even they can't be read."""
    try:
        return request.form.get("text", "")
    except HTTPException:
        return ""


def with_form(problem: Problem, show: Callable[[], str]) -> Response:
    """A problem, for a person on the page that `show` makes for it, with the form and everything typed."""
    response = jsonify(problem.as_data()) if context.for_a_program() else make_response(show())
    return _dressed(response, problem)


def with_words(problem: Problem, words: str) -> Response:
    """A problem, for a person on a page of its own, with the words that were typed, to be copied."""
    return with_form(problem, lambda: _words_page(problem, words))


def _words_page(problem: Problem, words: str) -> str:
    return context.rendered("readers/problem.html", problem=problem, words=words)


def _dressed(response: Response, problem: Problem) -> Response:
    response.status_code = problem.status
    response.headers["Cache-Control"] = "no-store"
    if problem.status == 401:  # noqa: PLR2004 -- HTTP's word for "say who you are"
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:  # noqa: PLR2004 -- redirects are no errors
        return make_response(error.get_response())
    code, message = _SENTENCES.get(error.code or 500, ("malformed", _SENTENCES[400][1]))
    response = tell(Problem(code, error.code or 500, message))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def unavailable(error: Unavailable) -> Problem:
    """What a reader is told while the database can't do its work; the operator finds the rest in the log."""
    if error.why != "busy":
        _log.error("the database can't be used: %s", error.why, exc_info=error)
    message, seconds = _UNAVAILABLE[error.why]
    return Problem(error.why, 503, message, retry_after=seconds)


def _unforeseen(error: Exception) -> Response:
    _log.error("unforeseen: %s", type(error).__name__, exc_info=error)
    return tell(Problem("broken", 500, _OURS))
