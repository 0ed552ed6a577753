"""What a request stands on: the settings, its thread's database, the secrets, and who is speaking."""

import threading
from datetime import timedelta
from typing import cast

from flask import Flask, Response, current_app, g, request

from comments_service import identity, keys, templating
from comments_service.database import Database, connect
from comments_service.errors import not_found
from comments_service.keys import Keys
from comments_service.models import NewReply, Page, Person, Speaker
from comments_service.posting import Accepted
from comments_service.settings import Settings
from comments_service.store import pages
from comments_service.web.turns import Turns

DEVICE_COOKIE = "rapport_device"
SESSION_COOKIE = "rapport_session"
# Tells the page's own script, and nobody else, that asking who is signed in would be worth a request.
MARKER_COOKIE = "rapport_signed_in"
# Replies that share a transaction: more would let the first of them wait for the last.
_AT_ONCE = 8


class _Kept(threading.local):
    """What a thread holds on to from request to request."""

    settings: Settings | None = None
    db: Database | None = None


_kept = _Kept()


def furnish(app: Flask, settings: Settings) -> None:
    """Give the application its settings and its secrets."""
    app.config["RAPPORT"] = settings
    app.config["RAPPORT_KEYS"] = keys.load(settings.data)
    app.config["RAPPORT_TURNS"] = Turns(_AT_ONCE)
    app.config["MAX_CONTENT_LENGTH"] = 96 * 1024  # 10,000 characters of four bytes, percent-encoded, fit
    app.config["MAX_FORM_MEMORY_SIZE"] = None
    app.json.sort_keys = False  # type: ignore[attr-defined]


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return settings_of(current_app)


def settings_of(app: Flask) -> Settings:
    """The settings of an application."""
    return cast("Settings", app.config["RAPPORT"])


def rendered(template: str, *, desk: bool = False, **records: object) -> str:
    """A whole page, in the frame of readers or, with `desk`, of the desk.

    What it shows of a published page speaks the language of the blog.
    """
    here = settings()
    return templating.render(template, language=here.language, site=here, desk=desk, **records)


def turns() -> "Turns[tuple[Speaker, NewReply], Accepted]":
    """Where those who send a reply take turns."""
    return cast("Turns[tuple[Speaker, NewReply], Accepted]", current_app.config["RAPPORT_TURNS"])


def secrets() -> Keys:
    """The secrets of this installation."""
    return cast("Keys", current_app.config["RAPPORT_KEYS"])


def db() -> Database:
    """This thread's connection, opened when it is first asked for and kept for the requests that follow.

    A thread keeps one: when it serves another application, as tests let it do, the former one's is given back.
    """
    return db_of(settings())


def db_of(here: Settings) -> Database:
    """The same where no request of Flask's is under way."""
    if _kept.settings != here:
        if _kept.db is not None:
            _kept.db.close()
        _kept.settings, _kept.db = here, connect(here)
    return cast("Database", _kept.db)


def cookie_name(name: str) -> str:
    """Behind TLS a cookie is bound to this very host."""
    return f"__Host-{name}" if settings().secure else name


def cookie(name: str) -> str:
    """A cookie's value, or nothing."""
    return request.cookies.get(cookie_name(name), "")


def set_cookie(response: Response, name: str, value: str, *, script: bool = False, **lasts: float) -> None:
    """Set a first-party cookie that `lasts`, such as `days=30`; `script` says whether the page's own script may see it.

    It comes along when a link from a letter opens.
    """
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=timedelta(**lasts),
        secure=settings().secure,
        httponly=not script,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(cookie_name(name), secure=settings().secure, httponly=True, samesite="Lax", path="/")


def speaker() -> Speaker:
    """Who sends this request; found once."""
    if "speaker" not in g:
        g.speaker = identity.speaker(
            db(),
            secrets(),
            device=cookie(DEVICE_COOKIE),
            session=cookie(SESSION_COOKIE),
            address=address(),
        )
    return cast("Speaker", g.speaker)


def forget_speaker() -> None:
    """Find out once more who sends this request: they may have ceased to exist meanwhile."""
    g.pop("speaker", None)


def account() -> Person | None:
    """The account signed in, if one is."""
    return speaker().account


def address() -> str:
    """Where the request comes from: the last address that the trusted proxies, if any, vouch for."""
    trusted = settings().trusted_proxies
    if trusted:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= trusted:
            return hops[-trusted]
    return request.remote_addr or ""


def essay(path: str) -> Page:
    """The essay at a path. Raises Problem (404)."""
    page = pages.find(db(), path)
    if page is None:
        raise not_found("essay")
    return page


def wants_json() -> bool:
    """Whether the client asks for JSON by name. `*/*` and silence mean a person with a form."""
    asked = request.headers.get("Accept", "").lower()
    if asked == "application/json":
        return True
    if "json" not in asked:
        return False
    accept = request.accept_mimetypes
    named = [quality for type_, quality in accept if type_.partition(";")[0].strip().lower() == "application/json"]
    return any(quality > 0 and quality >= accept.quality("text/html") for quality in named)


def for_a_program() -> bool:
    """Whether a problem leaves as JSON: it was asked for by name, sent, or met on the machine's side."""
    return wants_json() or request.is_json or request.path.startswith("/api/")
