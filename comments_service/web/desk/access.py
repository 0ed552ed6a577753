"""An account's ways in: its open sessions, its passkeys, its address, and the log of its sign-ins."""

from flask import Response, jsonify, make_response, redirect, request

from comments_service import ids
from comments_service.errors import Problem, conflict
from comments_service.identity import addresses, authors
from comments_service.identity import passkeys as passkeys_
from comments_service.store import passkeys, people, sessions, sign_ins
from comments_service.web import context, forms, guards, problems
from comments_service.web.desk import views
from comments_service.web.desk.door import door, me, page
from comments_service.web.desk.signing import PASSKEY_COOKIE, begun, knock

_HERE = "/desk/sessions"
_LINES = 20
_ASKED = "A letter is on its way to the new address. It counts once you have followed the link in it."


@door.get("/sessions")
def sessions_page() -> str:
    """Where this account is signed in, by what it can, and who tried."""
    return _page(done=_ASKED if "asked" in request.args else "")


def _page(*, typed: str = "", done: str = "", problem: Problem | None = None) -> str:
    db, settings, account = context.db(), context.settings(), me()
    this = context.speaker().session
    return page(
        "sessions.html",
        _HERE,
        sessions=[views.session(settings, one, this) for one in sessions.open_of(db, account.id, now=ids.now())],
        offered=passkeys_.offered(settings),
        passkeys=[views.passkey(settings, one) for one in passkeys.of_person(db, account.id)],
        letters=settings.sends_letters,
        address=people.addresses(db).get(account.id, ""),
        log=[views.sign_in(settings, one) for one in sign_ins.latest(db, limit=_LINES, person=account.id)],
        typed=typed,
        done=done,
        problem=problem,
    )


@door.post("/sessions/<id>/end")
def end_session(id: str) -> Response:  # noqa: A002 -- the address's word
    """End one session of this account."""
    with context.db().transaction():
        authors.end_session(context.db(), me(), id)
    return make_response(redirect(_HERE, 303))


@door.post("/sessions/end-others")
def end_other_sessions() -> Response:
    """End every session of this account but this one."""
    with context.db().transaction():
        sessions.end_others(context.db(), me().id, context.speaker().session or "", now=ids.now())
    return make_response(redirect(_HERE, 303))


# ── passkeys ────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/passkeys/begin")
def begin_passkey() -> Response:
    """What the browser is to make a passkey of, as the browser takes it."""
    return begun(*passkeys_.begin_adding(context.db(), context.settings(), me()))


@door.post("/passkeys")
def add_passkey() -> Response:
    """Keep the passkey that the browser made: `credential` is its answer as JSON in a text, `name` what to call it."""
    given = forms.fields()
    passkeys_.add(
        context.db(),
        context.settings(),
        me(),
        given.get("credential", ""),
        given.get("name", "").strip(),
        knock(PASSKEY_COOKIE),
    )
    response = jsonify({"next": f"{_HERE}#passkeys"})
    context.drop_cookie(response, PASSKEY_COOKIE)
    return response


@door.post("/passkeys/<id>/remove")
def remove_passkey(id: str) -> Response:  # noqa: A002
    """Let a passkey of this account open nothing any more."""
    passkeys_.remove(context.db(), me(), id, knock())
    return make_response(redirect(f"{_HERE}#passkeys", 303))


# ── the address ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door.post("/address")
def ask_to_move() -> Response:
    """Have a letter sent to a new address of this account; it counts once its link was followed."""
    typed = forms.fields().get("email", "")
    try:
        if not context.settings().sends_letters:
            raise conflict("This blog sends no letters, so no address can be proven.")
        address = addresses.cleaned(typed)
        guards.slow_down("letter", address=address)
        authors.ask_to_move(context.db(), me(), address)
    except Problem as problem:
        return _refused(problem, typed)
    return make_response(redirect(f"{_HERE}?asked", 303))


@door.get("/address")
def new_address_page() -> Response | str:
    """Show which address a letter would make this account's; nothing is used up."""
    token = request.args.get("token", "")
    try:
        guards.slow_down("sign-in")
        address = authors.new_address(context.db(), context.secrets(), me(), token)
    except Problem as problem:
        return _refused(problem)
    return page("address.html", _HERE, address=address, token=token)


@door.post("/address/prove")
def use_new_address() -> Response:
    """Make the address that a letter proved this account's."""
    try:
        guards.slow_down("sign-in")
        authors.move(context.db(), context.secrets(), me(), forms.fields().get("token", ""), knock())
    except Problem as problem:
        return _refused(problem)
    return make_response(redirect(_HERE, 303))


def _refused(problem: Problem, typed: str = "") -> Response:
    return problems.with_form(problem, lambda: _page(typed=typed, problem=problem))
