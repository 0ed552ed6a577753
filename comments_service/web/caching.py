"""The hot path: a conversation that has not changed is one indexed read and ready bytes."""

from flask import Response, request

from comments_service import publishing
from comments_service.database import Database
from comments_service.errors import not_found
from comments_service.settings import Settings
from comments_service.store import rendered
from comments_service.web import context

_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


def conditional(db: Database, settings: Settings, path: str) -> Response:
    """A page's conversation in the form and coding that the client takes, or 304 if it has this version already."""
    kind = "json" if context.wants_json() else "html"
    form = f"{kind}_gz" if request.accept_encodings["gzip"] > 0 else kind
    known = request.headers.get("If-None-Match")
    made_with = publishing.fingerprint(settings)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
    if known:
        etag = rendered.etag(db, path, made_with)
        # The ETag names form and coding as well: caches must not mix them up.
        if etag and f'"{etag}-{form}"' in known:
            return Response(status=304, headers=headers | {"ETag": f'"{etag}-{form}"'})
    found = rendered.body(db, path, made_with, form) or _made_now(db, settings, path, form)
    etag, body = found
    headers |= {"ETag": f'"{etag}-{form}"', "Content-Type": _TYPES[kind]}
    if form.endswith("_gz"):
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers)


def _made_now(db: Database, settings: Settings, path: str, form: str) -> tuple[str, bytes | str]:
    try:
        made = publishing.current(db, settings, path)
    except LookupError:
        raise not_found("essay") from None
    return made.etag, getattr(made, form)
