"""The authorization code flow (RFC 6749, 4.1): where a browser is sent, and what its answer is worth."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from comments_service import ids, outbound, providers
from comments_service.errors import Problem
from comments_service.keys import Keys
from comments_service.outbound import Unusable
from comments_service.settings import Settings

if TYPE_CHECKING:
    import httpx

MINUTES = 15
_LONGEST_TERM = 2000
_TOKEN = re.compile(r"[!-~]{1,16384}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed with the very server that a browser is sent to; kept until the browser is back.

    `name` is for sentences. `issuer` is the `iss` that the server answers with, if it has told. `keys` is where its
    signing keys are, `profile` where it tells who somebody is, `me` whom a website says it is, `pkce` "yes" or "".
    """

    name: str
    authorize: str
    token: str
    client_id: str
    scope: str = ""
    auth: str = "none"
    pkce: str = "yes"
    issuer: str = ""
    answers_with_issuer: str = ""
    profile: str = ""
    keys: str = ""
    me: str = ""

    def as_data(self) -> dict[str, str]:
        """As the authorization keeps them."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What goes with one sign-in: both are made from the secret of its state, and stored nowhere.

    `verifier` proves to the server that whoever brings the code began the sign-in (RFC 7636), `nonce` to this blog
    that a token was made for it.
    """

    verifier: str
    nonce: str


def proofs_of(keys: Keys, state: str) -> Proofs:
    """The proofs that go with a state."""
    halves = (ids.keyed(keys.proofs, f"verifier {half} {state}") for half in ("one", "two"))
    return Proofs("".join(halves), ids.keyed(keys.proofs, f"nonce {state}"))


def callback(settings: Settings, way: str) -> str:
    """Where browsers come back to: always at the address in the settings, whatever address a request came to."""
    return f"{settings.url}/identity/{providers.address_of(way)}/callback"


def address(settings: Settings, keys: Keys, way: str, terms: Terms, state: str) -> str:
    """Where to send a browser. Raises Unusable when the server named no address that a browser should open."""
    if not outbound.may_ask(settings, terms.authorize) or not terms.authorize.isascii():
        raise Unusable("it names no address to sign in at")
    if any(len(told) > _LONGEST_TERM for told in terms.as_data().values()):  # they are kept until the browser is back
        raise Unusable("its addresses are too long")
    given = proofs_of(keys, state)
    more = {"nonce": given.nonce} if terms.keys else {}
    if terms.me:
        more["me"] = terms.me
    built, _ = _client(settings, way, terms, "").create_authorization_url(
        terms.authorize, state=state, code_verifier=given.verifier if terms.pkce else None, **more
    )
    return str(built)


def redeem(settings: Settings, way: str, terms: Terms, secret: str, code: str, given: Proofs) -> dict[str, Any]:
    """What the server gives for a code. Raises Problem (403) when it gives nothing, Refused, or Unreachable."""
    from authlib.common.errors import AuthlibBaseError

    client = _client(settings, way, terms, secret)
    more = {"code_verifier": given.verifier} if terms.pkce else {}
    try:
        return dict(client.fetch_token(terms.token, grant_type="authorization_code", code=code, **more))
    except AuthlibBaseError as error:
        raise refused(terms.name) from error
    except (ValueError, TypeError) as error:
        raise Unusable("it gave no token that can be read") from error


def told(settings: Settings, profile: str, token: Mapping[str, Any]) -> dict[str, Any]:
    """What a server tells of whoever a token stands for. Raises Refused or Unreachable."""
    bearer = token.get("access_token")
    if not isinstance(bearer, str) or not _TOKEN.fullmatch(bearer):
        raise Unusable("it gave no token")
    return outbound.as_table(outbound.get(settings, profile, headers={"Authorization": f"Bearer {bearer}"}))


def refused(name: str) -> Problem:
    """403: the server did not take what the browser brought."""
    return Problem(
        "not_let_in",
        403,
        f"{name} did not take the answer that your browser brought, so you are not signed in."
        " Please begin once more; if that does not help, choose another way.",
    )


# ── the library's client, over our connections ──────────────────────────────────────────────────────────────────────


class _Client(Protocol):
    """What is used of Authlib's client."""

    def create_authorization_url(self, url: str, **more: str | None) -> tuple[str, str]: ...

    def fetch_token(self, url: str, **more: str) -> Mapping[str, Any]: ...


def _client(settings: Settings, way: str, terms: Terms, secret: str) -> _Client:
    from authlib.oauth2.client import OAuth2Client

    client = OAuth2Client(
        _Session(settings),
        client_id=terms.client_id,
        client_secret=secret,
        token_endpoint_auth_method=terms.auth,
        scope=terms.scope or None,
        redirect_uri=callback(settings, way),
        code_challenge_method="S256",
    )
    return cast("_Client", client)


class _Auth(Protocol):
    """How a client is known at the token endpoint."""

    prepare: Callable[[str, str, dict[str, str], str], tuple[str, dict[str, str], str]]


class _Session:
    """What Authlib sends its requests with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: _Auth) -> "_Answer":
        """Send a form."""
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Answer(outbound.post(self._settings, url, body, headers=sent))


class _Answer:
    """A token endpoint's answer: JSON, or, as GitHub has it when it is not asked nicely, a form."""

    def __init__(self, response: "httpx.Response") -> None:
        self._response = response
        self.status_code = response.status_code

    def json(self) -> object:
        """The answer as a table."""
        if self._response.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self._response.text))
        try:
            return cast("object", self._response.json())
        except RecursionError as error:
            raise Unusable("it answered with no JSON object") from error

    def raise_for_status(self) -> None:
        """Asked for only when there is no table in the answer."""
        outbound.as_table(self._response)


def host_of(url: str) -> str:
    """The host of an address, with its port; nothing for what is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
