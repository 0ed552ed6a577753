"""The hot path: a conversation that has not changed is one indexed read and ready bytes, sent before Flask is asked."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from comments_service import publishing
from comments_service.database import Database
from comments_service.errors import not_found
from comments_service.settings import Settings
from comments_service.store import rendered
from comments_service.unavailable import Unavailable
from comments_service.web import context

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

THREAD = "/comments/thread"

_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}
# What a client asks with: the query, and what it takes.
_Ask = tuple[str, str, str]
_MOST_ANSWERS = 300
_LONGEST_ASK = 400
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An answer as it was sent: good for as long as `etag` is that of the page's present version."""

    path: str
    made_with: str
    etag: str
    headers: list[tuple[str, str]]
    body: bytes


# What this process sent last to whoever asked so. A client can make it forget, and nothing worse.
_sent: dict[_Ask, _Prepared] = {}


def stand_ahead(app: Flask) -> None:
    """Answer readers of unchanged conversations ahead of Flask; everybody else goes on to it.

    Who reads what is nobody's business, so these answers are not logged.
    """
    application, settings = app.wsgi_app, context.settings_of(app)

    def answered(asked: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        prepared = None
        if asked["PATH_INFO"] == THREAD:
            # What can't be asked here is asked again behind Flask, which knows what to say then.
            with contextlib.suppress(Unavailable):
                prepared = _prepared(asked, settings)
        if prepared is None:
            return application(asked, start_response)
        if prepared.headers[0][1] in asked.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", prepared.headers[:])
            return [b""]
        start_response("200 OK", [*prepared.headers, ("Content-Length", str(len(prepared.body)))])
        return [prepared.body]

    app.wsgi_app = answered  # type: ignore[method-assign, assignment]


def _prepared(asked: "WSGIEnvironment", settings: Settings) -> _Prepared | None:
    ask = (
        asked.get("QUERY_STRING", ""),
        asked.get("HTTP_ACCEPT", ""),
        asked.get("HTTP_ACCEPT_ENCODING", ""),
    )
    found = _sent.get(ask) if asked["REQUEST_METHOD"] == "GET" else None
    if found is None or found.made_with != publishing.fingerprint(settings):
        return None
    return found if rendered.etag(context.db_of(settings), found.path, found.made_with) == found.etag else None


def conditional(db: Database, settings: Settings, path: str) -> Response:
    """A page's conversation in the form and coding that the client takes, or 304 if it has this version already."""
    kind = "json" if context.wants_json() else "html"
    kept, form = f"{kind}_gz", f"{kind}_gz" if _takes_gzip() else kind
    made_with = publishing.fingerprint(settings)
    etag, body = rendered.body(db, path, made_with, kept) or _made_now(db, settings, path, kept)
    headers = [
        # The ETag names form and coding as well: caches must not mix them up.
        ("ETag", f'"{etag}-{form}"'),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept, Accept-Encoding"),
        ("Content-Type", _TYPES[kind]),
        *([("Content-Encoding", "gzip")] if form.endswith("_gz") else []),
    ]
    content = body if form == kept else rendered.plain(body).encode()
    _remember(_Prepared(path, made_with, etag, headers, content))
    if headers[0][1] in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    return Response(content, headers=headers)


def _remember(prepared: _Prepared) -> None:
    ask = (
        request.environ.get("QUERY_STRING", ""),
        request.headers.get("Accept", ""),
        request.headers.get("Accept-Encoding", ""),
    )
    if len(prepared.body) > _MOST_BYTES or sum(map(len, ask)) > _LONGEST_ASK:
        return
    if len(_sent) >= _MOST_ANSWERS:
        _sent.clear()
    _sent[ask] = prepared


def _takes_gzip() -> bool:
    """Whether the client takes gzip. Browsers name it without a weight, which needs no parser."""
    named = request.headers.get("Accept-Encoding", "")
    return "gzip" in named and (";" not in named or request.accept_encodings["gzip"] > 0)


def _made_now(db: Database, settings: Settings, path: str, form: str) -> tuple[str, bytes]:
    try:
        made = publishing.current(db, settings, path)
    except LookupError:
        raise not_found("essay") from None
    return made.etag, getattr(made, form)
