"""Guards: what every request passes, whichever door it knocks at."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from comments_service import ids, names
from comments_service.errors import forbidden, unreadable
from comments_service.settings import Settings
from comments_service.store import limits
from comments_service.web import context

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Pages whose address is a secret from a letter: it is told to nobody, not even to this site.
_BY_LETTER = ("/desk/by-letter/", "/desk/no-letters/", "/subscriptions/")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_SAME = {"same-origin", "none"}
# What browsers say of the origin of a form whose page may not be told as a referrer.
_NOWHERE = "null"

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; frame-src https://www.youtube-nocookie.com https://player.vimeo.com;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY.format(scripts="'self'"),
    "X-Content-Type-Options": "nosniff",
    # A form's POST carries its Origin only if a referrer may be told; other sites learn nothing.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# What stands behind this is known by its address alone, which nobody is to learn.
PRIVATE_FEEDS = "/comments/replies/"
# By the beginning of a path, the headers that differ there. The search runs a program (WebAssembly) in the reader's
# browser, and only there may one be started; feed readers and previews show pictures on pages of their own.
_SEARCHING = {"Content-Security-Policy": _POLICY.format(scripts="'self' 'wasm-unsafe-eval'")}
ELSEWHERE = {
    "/search/": _SEARCHING,
    "/pagefind/": _SEARCHING,
    "/images/": {"Cross-Origin-Resource-Policy": "cross-origin"},
    PRIVATE_FEEDS: {"Referrer-Policy": "no-referrer"},
}
_SECRET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def headers(settings: Settings, path: str = "") -> dict[str, str]:
    """What every answer at this path carries. Behind TLS browsers are told to stay there for a year."""
    staying = {"Strict-Transport-Security": "max-age=31536000"} if settings.secure else {}
    beginning = _beginning(path)
    return HEADERS | (_SECRET if beginning in _BY_LETTER else ELSEWHERE.get(beginning, {})) | staying


def _beginning(path: str) -> str:
    for beginning in (*_BY_LETTER, PRIVATE_FEEDS):
        if path.startswith(beginning):
            return beginning
    return f"/{path.lstrip('/').partition('/')[0]}/"


def stand(app: Flask) -> None:
    """Set the guards before the doors."""
    app.before_request(refuse_odd_addresses)
    app.before_request(refuse_other_sites)
    app.before_request(refuse_endless_bodies)
    app.after_request(_keep_private)
    # Below Flask: every answer gets them, whatever made it, and adding a list of pairs costs nothing.
    app.wsgi_app = _with_headers(app.wsgi_app, context.settings_of(app))  # type: ignore[method-assign, assignment]


def refuse_odd_addresses() -> None:
    """Refuse a NUL in an address: no file, page or comment has one in its name, and neither engine looks for one."""
    if "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string:
        message = "This address holds a character that no address has. Open the essay itself and go on from there."
        raise unreadable(message)


def refuse_other_sites() -> None:
    """Refuse a state change that another site's page sends.

    Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; a program that sends neither is accepted, since it
    holds nobody's cookies.
    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = {context.settings().url, f"{request.scheme}://{request.host}"}
    if request.path.startswith(_BY_LETTER):
        # Such a page tells no referrer, so its form has no Origin to tell; what opens it is the secret in its address.
        ours.add(_NOWHERE)
    if (site is not None and site not in _SAME) or (origin is not None and origin not in ours):
        message = "This came from another site, so it was not accepted. Open the essay itself and send it from there."
        raise forbidden(message)


def refuse_endless_bodies() -> None:
    """Refuse a body that comes in chunks and goes on beyond what fits: read to the limit, it would look complete."""
    if "HTTP_TRANSFER_ENCODING" in request.environ and len(request.get_data()) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge


def slow_down(what: str, *, address: str = "") -> None:
    """Count one try of `what` (a name of `limits.LIMITS`), by this network and about an address; 429 when too many."""
    if context.settings().rate_limit:
        who = ids.keyed(context.secrets().networks, f"mailbox {names.mailbox(address)}") if address else ""
        limits.take(context.db(), what, network=context.speaker().network, address=who)


def _keep_private(response: Response) -> Response:
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _with_headers(application: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    everywhere = [*headers(settings).items()]
    elsewhere = {beginning: [*headers(settings, beginning).items()] for beginning in (*ELSEWHERE, *_BY_LETTER)}

    def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        carried = elsewhere.get(_beginning(environ.get("PATH_INFO", "")), everywhere)

        def start(status: str, given: list[tuple[str, str]], *problem: Any) -> "Callable[[bytes], object]":  # noqa: ANN401
            return start_response(status, given + carried, *problem)

        return application(environ, start)

    return guarded


def local_path(address: str) -> str:
    """An address to return to, if it is a path of this site; otherwise the home page."""
    parts = urlsplit(address)
    plain = all(32 < ord(letter) < 127 and letter != "\\" for letter in address)  # noqa: PLR2004 -- printable ASCII
    return address if plain and address.startswith("/") and not address.startswith("//") and not parts.netloc else "/"
