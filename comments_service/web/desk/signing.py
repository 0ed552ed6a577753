"""Signing in by a one-time link, and the list of an account's open sessions."""

from flask import Response, make_response, redirect, request

from comments_service import ids, templating
from comments_service.errors import Problem
from comments_service.identity import authors
from comments_service.models import Person
from comments_service.store import sessions
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import views, words
from comments_service.web.desk.door import door, me, page


@door.get("/sign-in")
def sign_in_page() -> Response:
    """Show whom a link would sign in. Nothing is used up: mail scanners open links, people press buttons."""
    token = request.args.get("token", "")
    if not token:
        return make_response(_sign_in(context.account()))
    try:
        guards.slow_down("sign-in")
        return make_response(_sign_in(authors.holder(context.db(), token), token))
    except Problem as problem:
        return _refused(problem)


@door.post("/sign-in")
def sign_in() -> Response:
    """Use the link up, open a new session, end the one that this device had."""
    try:
        guards.slow_down("sign-in")
        session = authors.sign_in(
            context.db(),
            forms.fields().get("token", ""),
            # Enough to know one's own device again, and nothing more of what a browser tells.
            device=words.device(request.headers.get("User-Agent", "")),
            previous=context.cookie(context.SESSION_COOKIE),
        )
    except Problem as problem:
        return _refused(problem)
    response = make_response(redirect("/desk/", 303))
    context.set_cookie(response, context.SESSION_COOKIE, session, days=authors.SESSION_DAYS)
    response.set_cookie(
        context.MARKER_COOKIE,
        "1",
        max_age=authors.SESSION_DAYS * 86400,
        secure=context.settings().secure,
        samesite="Lax",
    )
    return response


def _sign_in(account: Person | None, token: str = "", problem: Problem | None = None) -> str:
    return templating.render(
        "desk/sign_in.html",
        site=context.settings(),
        desk=False,
        account=account,
        token=token,
        problem=problem,
    )


def _refused(problem: Problem) -> Response:
    if context.wants_json() or request.is_json:
        raise problem
    return problems.with_form(problem, _sign_in(None, problem=problem))


@door.get("/sessions")
def sessions_page() -> str:
    """The devices on which this account is signed in."""
    found = sessions.open_of(context.db(), me().id, now=ids.now())
    this = context.speaker().session
    return page(
        "sessions.html", "/desk/sessions", sessions=[views.session(context.settings(), one, this) for one in found]
    )


@door.post("/sessions/<id>/end")
def end_session(id: str) -> Response:  # noqa: A002 -- the address's word
    """End one session of this account."""
    with context.db().transaction():
        authors.end_session(context.db(), me(), id)
    return make_response(redirect("/desk/sessions", 303))


@door.post("/sessions/end-others")
def end_other_sessions() -> Response:
    """End every session of this account but this one."""
    with context.db().transaction():
        sessions.end_others(context.db(), me().id, context.speaker().session or "", now=ids.now())
    return make_response(redirect("/desk/sessions", 303))
