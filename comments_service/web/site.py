"""The published site itself, for one small server without a web server in front: files as they stand on disk."""

from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, send_from_directory
from werkzeug.exceptions import NotFound

from comments_service.web import context
from comments_service.websub import ANNOUNCED

door = Blueprint("site", __name__)

_TYPES = {
    ".atom": "application/atom+xml",
    "feed.json": "application/feed+json",
    ".js": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


@door.get("/")
@door.get("/<path:path>")
def static_file(path: str = "") -> Response:
    """A file of the site, revalidated by every visit; a folder is its `index.html`; a leading dot hides a name."""
    site = context.settings().output.resolve()
    if any(part.startswith(".") for part in path.split("/") if part != ".well-known"):
        return _nothing_here(site)
    folder = _is_folder(site / path)
    if folder and path and not path.endswith("/"):
        return make_response(redirect(f"/{path}/", 308))
    name = f"{path}index.html" if folder else path
    try:
        response = send_from_directory(site, name, conditional=True, max_age=None)
    except NotFound:
        return _nothing_here(site)
    response.headers["Cache-Control"] = "no-cache"
    hub = context.settings().websub_hub
    if hub and f"/{name}" in ANNOUNCED:
        response.headers.add("Link", f'<{context.settings().url}/{name}>; rel="self"')
        response.headers.add("Link", f'<{hub}>; rel="hub"')
    for suffix, type_ in _TYPES.items():
        if name.endswith(suffix):
            response.mimetype = type_
    return response


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name longer than any file's
        return False


def _nothing_here(site: object) -> Response:
    if context.for_a_program():
        raise NotFound
    try:
        response = send_from_directory(str(site), "404.html", conditional=False)
    except NotFound:
        raise NotFound from None
    response.status_code = 404
    response.headers["Cache-Control"] = "no-cache"
    return response
