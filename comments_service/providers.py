"""Providers: every way in which a reader can prove who they are, in one table; what each tells, brought to one form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from comments_service import names
from comments_service.settings import SERVICES, Service, Settings

EMAIL, WEBSITE, MASTODON = "email", "website", "mastodon"
_OIDC = "oidc-"
# Parts of addresses under /identity/ that no OpenID provider can have for a name.
_TAKEN = frozenset({*SERVICES, EMAIL, WEBSITE, "data", "pictures"})
_LONGEST_URL = 500


@dataclass(frozen=True, slots=True)
class Claims:
    """What was proven, and what is said of whoever proved it; only `issuer` and `subject` tell who they are.

    The rest is shown or kept as `models.Identity` says, after it passed an accept-list.
    """

    provider: str
    issuer: str
    subject: str
    label: str
    name: str = ""
    url: str = ""
    address: str = ""
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way in, as a form offers it: the last part of its address under `/identity/`, and its name on a button."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How one server is asked who somebody is; addresses are absolute.

    `issuer` is who vouches, as the identity keeps it. With a `discovery` the server describes itself (OpenID Connect)
    and what it tells is a signed token; otherwise `authorize`, `token` and `profile` are known, and what it tells is
    what `profile` answers. `auth` is how the token endpoint knows this blog (RFC 6749, 2.3), `pkce` whether it takes a
    challenge (RFC 7636). `claims` reads what was told, and raises ValueError if nobody in particular is told of.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    scope: str
    claims: "Callable[[Provider, Mapping[str, object]], Claims]"
    discovery: str = ""
    authorize: str = ""
    token: str = ""
    profile: str = ""
    auth: str = "client_secret_post"
    pkce: bool = True


def ways(settings: Settings) -> tuple[Way, ...]:
    """The ways that this blog offers, in the order in which a form shows them."""
    found = [Way(EMAIL, "E-mail")] if settings.sends_letters else []
    found += [Way(service.name, named(service)) for service in settings.services if service.name != MASTODON]
    found += [Way(MASTODON, "Mastodon")] if settings.mastodon_sign_in else []
    found += [Way(WEBSITE, "Your website")] if settings.website_sign_in else []
    return tuple(found)


def named(service: Service) -> str:
    """A service's name as its users write it."""
    return service.title or _NAMES.get(service.name) or service.name.removeprefix(_OIDC).replace("_", " ").title()


def address_of(key: str) -> str:
    """The part of an address that stands for a way in: an OpenID provider's own name, where that is free."""
    name = key.removeprefix(_OIDC)
    return key if name in _TAKEN else name


def at_address(part: str) -> str:
    """The way in that a part of an address stands for, whether or not this blog offers it."""
    return part if part in _TAKEN or part.startswith(_OIDC) else f"{_OIDC}{part}"


def find(settings: Settings, key: str) -> Provider | None:
    """The provider behind a way in; None for one that is not set up here, or that every reader has their own of."""
    service = next((one for one in settings.services if one.name == key and key != MASTODON), None)
    if service is None:
        return None
    known = {
        "key": key,
        "name": named(service),
        "issuer": service.base_url or key,
        "client_id": service.client_id,
        "client_secret": service.client_secret,
    }
    if service.issuer:
        discovery = f"{service.issuer.rstrip('/')}/.well-known/openid-configuration"
        return Provider(**known | {"issuer": service.issuer}, **_OPENID, discovery=discovery)  # type: ignore[arg-type]
    row = dict(_TABLE[key])
    for name in ("discovery", "authorize", "token", "profile"):
        if name in row and service.base_url:
            row[name] = _moved(str(row[name]), service.base_url)
    return Provider(**known, **row)  # type: ignore[arg-type]


def only_mastodon(settings: Settings) -> str:
    """The one Mastodon server that readers may come from, where the settings name one; otherwise nothing."""
    own = next((one.base_url for one in settings.services if one.name == MASTODON), "")
    return own.rstrip("/")


def _moved(address: str, base: str) -> str:
    """The same address on another server."""
    parts = urlsplit(address)
    return base.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")


# ── what each tells ─────────────────────────────────────────────────────────────────────────────────────────────────


def subject(value: object) -> str:
    """What a provider calls somebody for ever: 1 to 255 visible ASCII characters. Raises ValueError otherwise."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _SUBJECT.fullmatch(text):
        raise ValueError("nobody in particular is told of")
    return text


def handle(value: object) -> str:
    """A name in an address (`ben`, `ben_2.0`), or nothing if it is none."""
    return value if isinstance(value, str) and _HANDLE.fullmatch(value) else ""


def display_name(*candidates: object) -> str:
    """The first of some texts that can be shown as a name, cut if it is too long; nothing if none can."""
    for candidate in candidates:
        try:
            return names.clean(candidate[: names.LONGEST_NAME] if isinstance(candidate, str) else "")
        except ValueError:
            continue
    return ""


def picture_url(value: object) -> str:
    """Where a picture is, if that is an https address; otherwise nothing."""
    return value if isinstance(value, str) and _is_web_address(value) else ""


def url_on(host: str, value: object) -> str:
    """The address of a profile, if it is an https address on `host`; otherwise nothing."""
    return value if isinstance(value, str) and _is_web_address(value) and urlsplit(value).netloc == host else ""


def _is_web_address(text: str) -> bool:
    if len(text) > _LONGEST_URL or not _ADDRESS.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc


def _claims(provider: Provider, id_: object, **said: str) -> Claims:
    return Claims(
        provider.key,
        said.pop("issuer", "") or provider.issuer,
        subject(id_),
        said.pop("label", "") or f"by {provider.name}",
        **said,
    )


def _github(provider: Provider, told: Mapping[str, object]) -> Claims:
    login = handle(told.get("login"))
    host = urlsplit(provider.authorize).netloc
    return _claims(
        provider,
        told.get("id"),
        label=f"{host}/{login}" if login else "",
        name=display_name(told.get("name"), login),
        url=f"https://{host}/{login}" if login else "",
        picture_url=picture_url(told.get("avatar_url")),
    )


def _x(provider: Provider, told: Mapping[str, object]) -> Claims:
    data = told.get("data")
    known = data if isinstance(data, dict) else {}
    login = handle(known.get("username"))
    return _claims(
        provider,
        known.get("id"),
        label=f"x.com/{login}" if login else "",
        name=display_name(known.get("name"), login),
        url=f"https://x.com/{login}" if login else "",
        picture_url=picture_url(known.get("profile_image_url")),
    )


def _facebook(provider: Provider, told: Mapping[str, object]) -> Claims:
    picture = told.get("picture")
    data = picture.get("data") if isinstance(picture, dict) else None
    return _claims(
        provider,
        told.get("id"),
        name=display_name(told.get("name")),
        picture_url=picture_url(data.get("url")) if isinstance(data, dict) else "",
    )


def _wordpress(provider: Provider, told: Mapping[str, object]) -> Claims:
    return _claims(
        provider,
        told.get("ID"),
        name=display_name(told.get("display_name"), told.get("username")),
        picture_url=picture_url(told.get("avatar_URL")),
    )


def _openid(provider: Provider, told: Mapping[str, object]) -> Claims:
    """The standard claims of OpenID Connect (Core, 5.1); who vouches is whoever signed, if it is a signed token."""
    return _claims(
        provider,
        told.get("sub"),
        issuer=str(told["iss"]) if provider.discovery else "",
        name=display_name(told.get("name"), told.get("nickname"), told.get("preferred_username")),
        url=url_on(urlsplit(provider.issuer).netloc, told.get("profile")),
        picture_url=picture_url(told.get("picture")),
    )


def mastodon(server: str, client_id: str, client_secret: str, scope: str) -> Provider:
    """A Mastodon server, by its address without a slash at the end, with the keys that it gave."""
    return Provider(
        key=MASTODON,
        name=urlsplit(server).netloc,
        # Beside the address stands what it was asked as: the same server may speak OpenID too, and count otherwise.
        issuer=f"mastodon:{server}",
        client_id=client_id,
        client_secret=client_secret,
        scope=scope,
        claims=_mastodon,
        authorize=f"{server}/oauth/authorize",
        token=f"{server}/oauth/token",
        profile=f"{server}/api/v1/accounts/verify_credentials",
    )


def _mastodon(provider: Provider, told: Mapping[str, object]) -> Claims:
    login = handle(told.get("username"))
    return _claims(
        provider,
        told.get("id"),
        label=f"@{login}@{provider.name}" if login else "",
        name=display_name(told.get("display_name"), login),
        url=url_on(provider.name, told.get("url")) or (f"https://{provider.name}/@{login}" if login else ""),
        picture_url=picture_url(told.get("avatar")),
    )


_SUBJECT = re.compile(r"[!-~]{1,255}")
_HANDLE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
# The characters of an address (RFC 3986) that show what they open.
_ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]+")

_NAMES: Mapping[str, str] = {
    "facebook": "Facebook",
    "github": "GitHub",
    "google": "Google",
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "microsoft": "Microsoft",
    "wordpress": "WordPress.com",
    "x": "X",
}

# Only who somebody is is asked for; never an address.
_OPENID: Mapping[str, object] = {"scope": "openid profile", "claims": _openid}
_TABLE: Mapping[str, Mapping[str, object]] = {
    "facebook": {
        "authorize": "https://www.facebook.com/v23.0/dialog/oauth",
        "token": "https://graph.facebook.com/v23.0/oauth/access_token",
        "profile": "https://graph.facebook.com/v23.0/me?fields=id,name,picture.type(large)",
        "scope": "public_profile",
        "pkce": False,
        "claims": _facebook,
    },
    "github": {
        "authorize": "https://github.com/login/oauth/authorize",
        "token": "https://github.com/login/oauth/access_token",
        "profile": "https://api.github.com/user",
        "scope": "",
        "claims": _github,
    },
    "google": {"discovery": "https://accounts.google.com/.well-known/openid-configuration", **_OPENID},
    # It speaks OpenID Connect, but sends no nonce back, so its token would prove less than its answer.
    "linkedin": {
        "authorize": "https://www.linkedin.com/oauth/v2/authorization",
        "token": "https://www.linkedin.com/oauth/v2/accessToken",
        "profile": "https://api.linkedin.com/v2/userinfo",
        "pkce": False,
        **_OPENID,
    },
    # Everybody's accounts, of companies and one's own: who vouches is the company, by its number in `tid`.
    "microsoft": {
        "discovery": "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
        **_OPENID,
    },
    "wordpress": {
        "authorize": "https://public-api.wordpress.com/oauth2/authorize",
        "token": "https://public-api.wordpress.com/oauth2/token",
        "profile": "https://public-api.wordpress.com/rest/v1.1/me",
        "scope": "auth",
        "pkce": False,
        "claims": _wordpress,
    },
    "x": {
        "authorize": "https://x.com/i/oauth2/authorize",
        "token": "https://api.x.com/2/oauth2/token",
        "profile": "https://api.x.com/2/users/me?user.fields=profile_image_url",
        "scope": "users.read tweet.read",
        "auth": "client_secret_basic",
        "claims": _x,
    },
}
