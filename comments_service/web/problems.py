"""Problems leave in one shape: JSON for programs, a page for people, with everything they typed still in it."""

import logging
from collections.abc import Callable

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from comments_service import templating
from comments_service.database import Busy
from comments_service.errors import Problem
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
_RETRY_SECONDS = 5


def answer(app: Flask) -> None:
    """Let every problem leave in the one shape."""
    app.register_error_handler(Problem, tell)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Busy, _busy)
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
    return templating.render("readers/problem.html", site=context.settings(), desk=False, problem=problem, words=words)


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


def _busy(_error: Busy) -> Response:
    message = "The conversation is busy right now. Please send it again in a few seconds; nothing of it was half kept."
    return tell(Problem("busy", 503, message, retry_after=_RETRY_SECONDS))


def _unforeseen(error: Exception) -> Response:
    _log.error("unforeseen: %s", type(error).__name__, exc_info=error)
    return tell(Problem("broken", 500, _OURS))
