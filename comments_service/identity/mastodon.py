"""Mastodon: a server that the reader names, and that gives this blog keys when it asks for some."""

from urllib.parse import urlencode, urlsplit

from comments_service import names, outbound, providers
from comments_service.database import Database
from comments_service.errors import invalid
from comments_service.identity import exchange
from comments_service.outbound import Unusable
from comments_service.providers import MASTODON, Provider
from comments_service.settings import Settings
from comments_service.store import errands
from comments_service.store.errands import Registration

_LONGEST_KEY = 500
_UNCLEAR = "Please give your server’s address, such as mastodon.social, or your whole handle, @you@mastodon.social."


def server(settings: Settings, typed: str) -> str:
    """The address of the server that somebody typed, or of whose handle they did. Raises Problem (422).

    Where the settings name a server, there is no other.
    """
    if own := providers.only_mastodon(settings):
        return own
    text = typed.strip()
    host = exchange.host_of(text) if "://" in text else text.split("/")[0].rpartition("@")[2]
    try:
        url = names.website(f"https://{host}") if host else ""
    except ValueError:
        url = ""
    if not url or not url.isascii():
        raise invalid({"server": _UNCLEAR})
    return f"https://{urlsplit(url).netloc}"


def asked(db: Database, settings: Settings, at: str) -> Provider:
    """A server with the keys that it gave this blog, asked for if it gave none, or knows them no more.

    Raises Refused or Unreachable.
    """
    known = errands.registration(db, at)
    redirect = exchange.callback(settings, MASTODON)
    scope = _scope(settings, at)
    if known is None or known.redirect_uri != redirect or not _still_known(settings, known, scope):
        known = _register(settings, at, redirect, scope)
        with db.transaction():
            errands.register(db, known)
    return providers.mastodon(at, known.client_id, known.client_secret, scope)


def kept(db: Database, authorize: str) -> Provider | None:
    """The server to whose authorization endpoint a browser was sent, with the keys that it gave, if it did."""
    at = authorize.removesuffix("/oauth/authorize")
    known = errands.registration(db, at)
    return providers.mastodon(at, known.client_id, known.client_secret, "") if known else None


def _scope(settings: Settings, at: str) -> str:
    """As little as the server can be asked for: since its version 4.3 that is the profile alone."""
    try:
        table = outbound.as_table(outbound.get(settings, f"{at}/.well-known/oauth-authorization-server"))
    except Unusable:
        return "read:accounts"
    scopes = table.get("scopes_supported")
    return "profile" if isinstance(scopes, list) and "profile" in scopes else "read:accounts"


def _still_known(settings: Settings, known: Registration, scope: str) -> bool:
    """Whether a server still knows the keys that it gave, for this scope; older ones forget those that nobody uses."""
    form = {
        "grant_type": "client_credentials",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
        "redirect_uri": known.redirect_uri,
        "scope": scope,
    }
    answer = outbound.post(settings, f"{known.issuer}/oauth/token", urlencode(form), headers={})
    return answer.status_code not in {400, 401, 403}


def _register(settings: Settings, at: str, redirect: str, scope: str) -> Registration:
    form = {"client_name": settings.title, "redirect_uris": redirect, "scopes": scope, "website": settings.url}
    table = outbound.as_table(outbound.post(settings, f"{at}/api/v1/apps", urlencode(form), headers={}))
    given = [table.get(name) for name in ("client_id", "client_secret")]
    if not all(isinstance(key, str) and 0 < len(key) <= _LONGEST_KEY and key.isprintable() for key in given):
        raise Unusable("it gave no keys")
    return Registration(at, str(given[0]), str(given[1]), redirect)
