"""Asking other servers: nothing private is reached, no redirect is followed unseen, and nobody is waited for long."""

import ipaddress
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from comments_service import outward
from comments_service.settings import Settings

if TYPE_CHECKING:
    import httpx

# The connection alone, and everything together, in seconds.
CONNECT, TOTAL = 5.0, 10.0
MOST_BYTES = 1_000_000
# Of a body that nobody reads.
NOTHING = 0
_REDIRECTS = {301, 302, 303, 307, 308}


class Refused(Exception):
    """An address that this server does not ask: a private one, one without TLS, or none at all."""


class Unreachable(Exception):
    """A server that is down, slow, or speaks no HTTP."""


class Unusable(Unreachable):
    """A server that answered with something that can't be used."""


def get(
    settings: Settings,
    url: str,
    *,
    accept: str = "application/json",
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
    hops: int = 0,
) -> "httpx.Response":
    """What a server answers, whatever its status; read whole, at most `most_bytes` of it, in `TOTAL` seconds.

    Up to `hops` redirects are followed, each looked at like the first; the response's `url` is the last one, and its
    status may be that of one redirect more. Raises Refused or Unreachable.
    """
    ends = time.monotonic() + TOTAL
    asked = {"Accept": accept, **(headers or {})}
    while True:
        response = _ask(settings, "GET", url, asked, ends, most_bytes=most_bytes)
        if hops == 0 or response.status_code not in _REDIRECTS or not response.headers.get("Location"):
            return response
        here, url, hops = url, _joined(url, response.headers["Location"]), hops - 1
        if urlsplit(here)[:2] != urlsplit(url)[:2]:
            asked.pop("Authorization", None)


def post(
    settings: Settings, url: str, body: str, *, accept: str = "application/json", headers: Mapping[str, str]
) -> "httpx.Response":
    """What a server answers to a form (`body` is encoded already); redirects are not followed.

    Raises Refused or Unreachable.
    """
    asked = {"Content-Type": "application/x-www-form-urlencoded", **headers, "Accept": accept}
    return _ask(settings, "POST", url, asked, time.monotonic() + TOTAL, body=body.encode())


def tell(settings: Settings, url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
    """The status of a server's answer to what it is sent; nothing else of it is read, and no redirect is followed.

    Raises Refused or Unreachable.
    """
    with _client(settings, NOTHING, time.monotonic() + TOTAL) as client:
        request = client.build_request("POST", url, headers=_dressed(settings, headers), content=body)
        response = client.send(request, stream=True)
        response.close()
    return int(response.status_code)


def as_table(response: "httpx.Response") -> dict[str, Any]:
    """The JSON object in a good answer. Raises Unreachable for a server's own trouble, Unusable for anything else."""
    if response.status_code >= 300:  # noqa: PLR2004 -- a redirect is no answer here
        kind = Unreachable if response.status_code >= 500 else Unusable  # noqa: PLR2004
        message = f"it answered with {response.status_code}"
        raise kind(message)
    try:
        table = response.json()
    except (ValueError, RecursionError):
        table = None
    if not isinstance(table, dict):
        raise Unusable("it answered with no JSON object")
    return table


def may_ask(settings: Settings, url: str) -> bool:
    """Whether an address is one to ask at all: https, with a host and no user name; on this machine also http."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and settings.local and parts.hostname in outward.LOOPBACK
    return bool((parts.scheme == "https" or plain) and parts.hostname and "@" not in parts.netloc)


def is_out_of_reach(settings: Settings, url: str) -> bool:
    """Whether an address names, by number, a machine that would never be asked. Names are looked up when they are."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not may_reach(host, local=settings.local)


def may_reach(address: str, *, local: bool) -> bool:
    """Whether a connection may be made to an IP address: everybody can reach it, or `local` and it is this machine.

    An address of IPv4 in the clothes of IPv6 is judged by what it is; where a relay would translate it (NAT64, 6to4,
    Teredo), what it reaches is not to be seen, and it is refused. So are site-local addresses, which count as global.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        elif parsed.sixtofour or parsed.teredo or parsed.is_site_local:
            return False
    if local and parsed.is_loopback:
        return True
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved  # NAT64 is among the reserved


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Refused("it redirects to no address") from None


def _ask(
    settings: Settings,
    method: str,
    url: str,
    headers: Mapping[str, str],
    ends: float,
    *,
    body: bytes = b"",
    most_bytes: int = MOST_BYTES,
) -> "httpx.Response":
    if not may_ask(settings, url):
        raise Refused("not an https address")
    with _client(settings, most_bytes, ends) as client:
        return client.request(method, url, headers=_dressed(settings, headers), content=body or None)


def _dressed(settings: Settings, headers: Mapping[str, str]) -> dict[str, str]:
    # A few bytes can unpack to very many, so what is packed is not asked for, nor taken.
    return {"User-Agent": f"Rapport (+{settings.url})", "Accept-Encoding": "identity", **headers}


@contextmanager
def _client(settings: Settings, most_bytes: int, ends: float) -> "Iterator[httpx.Client]":
    """Something that asks, for one question. Raises Refused and Unreachable for what goes wrong with it."""
    import httpx

    from comments_service.outbound import connecting

    with httpx.Client(
        transport=connecting.Transport(settings, most_bytes, ends),
        timeout=httpx.Timeout(TOTAL, connect=CONNECT),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        try:
            yield client
        except httpx.InvalidURL as error:
            raise Refused("not an address") from error
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from error
