"""Signing in: by a one-time link, printed or from a letter, or with a passkey."""

import json

from flask import Response, jsonify, make_response, redirect, request

from comments_service import ids
from comments_service.errors import Problem, conflict
from comments_service.identity import addresses, authors, passkeys
from comments_service.identity.entries import Knock
from comments_service.models import Person
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import words
from comments_service.web.desk.door import door

# Each says what was begun in this browser: a letter's link, or a passkey's answer, is of use in no other.
LETTER_COOKIE, PASSKEY_COOKIE = "rapport_letter", "rapport_passkey"
_ASKED = (
    "If an account here has this address, a letter is on its way. Its link works once, within an hour, in this browser."
)


@door.get("/sign-in")
def sign_in_page() -> Response:
    """Show whom a link would sign in. Nothing is used up: mail scanners open links, people press buttons."""
    token = request.args.get("token", "")
    if not token:
        return make_response(_page(context.account(), done=_ASKED if "asked" in request.args else ""))
    try:
        guards.slow_down("sign-in")
        return make_response(_page(authors.holder(context.db(), token, knock(LETTER_COOKIE)), token))
    except Problem as problem:
        return _refused(problem)


@door.post("/sign-in")
def sign_in() -> Response:
    """Use the link up, open a new session, end the one that this device had."""
    try:
        guards.slow_down("sign-in")
        session = authors.sign_in(context.db(), forms.fields().get("token", ""), knock(LETTER_COOKIE))
    except Problem as problem:
        return _refused(problem)
    return _let_in(make_response(redirect("/desk/", 303)), session, LETTER_COOKIE)


@door.post("/sign-in/letter")
def ask_for_letter() -> Response:
    """Have a letter sent to the account with this address; the answer is the same when there is none."""
    typed = forms.fields().get("email", "")
    try:
        if not context.settings().sends_letters:
            raise conflict("This blog sends no letters. `rapport author link` on the server prints a sign-in link.")
        address = addresses.cleaned(typed)
        guards.slow_down("letter", address=address)
        secret = ids.new_secret()
        authors.ask_for_letter(context.db(), context.secrets(), address, knock(secret=secret))
    except Problem as problem:
        return _refused(problem, typed)
    response = (
        jsonify({"done": _ASKED}) if context.for_a_program() else make_response(redirect("/desk/sign-in?asked", 303))
    )
    context.set_cookie(response, LETTER_COOKIE, secret, minutes=authors.LINK_MINUTES)
    return response


@door.post("/sign-in/passkey/begin")
def begin_with_passkey() -> Response:
    """What the browser's passkey is to sign, as the browser takes it."""
    guards.slow_down("passkey")
    return begun(*passkeys.begin_signing_in(context.db(), context.settings()))


@door.post("/sign-in/passkey")
def sign_in_with_passkey() -> Response:
    """Open a session for whoever's passkey signed `credential`, the browser's answer as JSON in a text."""
    guards.slow_down("passkey")
    given = forms.fields().get("credential", "")
    session = passkeys.sign_in(context.db(), context.settings(), given, knock(PASSKEY_COOKIE))
    return _let_in(jsonify({"next": "/desk/"}), session, PASSKEY_COOKIE)


def begun(options: str, secret: str) -> Response:
    """What a browser is to do with a passkey, and the cookie that lets it come back with it."""
    response = jsonify(json.loads(options))
    context.set_cookie(response, PASSKEY_COOKIE, secret, minutes=passkeys.MINUTES)
    return response


def knock(cookie: str = "", *, secret: str = "") -> Knock:
    """Who knocks, with the secret of what this browser began: that of a cookie, or a new one."""
    return Knock(
        # Enough to know one's own device again, and nothing more of what a browser tells.
        device=words.device(request.headers.get("User-Agent", "")),
        network=context.speaker().network,
        browser=secret or (context.cookie(cookie) if cookie else ""),
        session=context.cookie(context.SESSION_COOKIE),
    )


def _let_in(response: Response, session: str, begun_by: str) -> Response:
    context.set_cookie(response, context.SESSION_COOKIE, session, days=authors.SESSION_DAYS)
    context.set_cookie(response, context.MARKER_COOKIE, "1", days=authors.SESSION_DAYS, script=True)
    if context.cookie(begun_by):
        context.drop_cookie(response, begun_by)
    return response


def _page(
    account: Person | None, token: str = "", *, typed: str = "", done: str = "", problem: Problem | None = None
) -> str:
    settings = context.settings()
    return context.rendered(
        "desk/sign_in.html",
        account=account,
        token=token,
        passkeys=passkeys.offered(settings),
        letters=settings.sends_letters,
        folder="" if settings.smtp_url else str(settings.data / "letters"),
        typed=typed,
        done=done,
        problem=problem,
    )


def _refused(problem: Problem, typed: str = "") -> Response:
    # Whoever presses an old link while they are signed in is told so, with the way to the desk.
    account = None if problem.fields else context.account()
    return problems.with_form(problem, lambda: _page(account, typed=typed, problem=problem))
