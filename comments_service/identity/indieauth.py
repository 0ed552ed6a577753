"""IndieAuth: one's own website, which names the server that signs its owner in (indieauth.spec.indieweb.org)."""

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from comments_service import names, outbound, providers
from comments_service.errors import Problem, invalid
from comments_service.identity import exchange
from comments_service.identity.exchange import Proofs, Terms
from comments_service.outbound import Unusable
from comments_service.providers import WEBSITE, Claims
from comments_service.settings import Settings

if TYPE_CHECKING:
    import httpx

_HOPS = 5
# What is read of a page: its head is among it. Tags without end, each within the other, would take minutes to read.
_MOST_LETTERS, _MOST_TAGS = 300_000, 5_000
_METADATA, _ENDPOINT = "indieauth-metadata", "authorization_endpoint"
_UNCLEAR = "Please give the address of your website, such as example.org."
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)')
_REL = re.compile(r'\brel\s*=\s*(?:"([^"]*)"|([^\s",;]+))', re.IGNORECASE)
_ELEMENT = re.compile(r'<link((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


def client_id(settings: Settings) -> str:
    """What this blog is called there: the address of its description."""
    return f"{settings.url}/identity/client.json"


def description(settings: Settings) -> dict[str, object]:
    """This blog as such servers read of it (4.2.1, after RFC 7591)."""
    return {
        "client_id": client_id(settings),
        "client_name": settings.title,
        "client_uri": f"{settings.url}/",
        "redirect_uris": [exchange.callback(settings, WEBSITE)],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "profile",
        "token_endpoint_auth_method": "none",
    }


def canonical(settings: Settings, typed: str) -> str:
    """The address of a website as it is compared (3.2, 3.4): https, its host in small ASCII letters, with a path.

    Raises Problem (422) for what is none. A blog on this machine also takes websites on this machine.
    """
    text = typed.strip()
    if not (settings.local and outbound.may_ask(settings, text) and text.startswith("http:")):
        text = re.sub(r"^http://", "https://", text, count=1, flags=re.IGNORECASE)
        try:
            text = names.website(text)
        except ValueError:
            raise invalid({"site": _UNCLEAR}) from None
    parts = urlsplit(text)
    if not text or not _plain_path(parts.path) or not parts.query.isascii() or (parts.port and parts.scheme == "https"):
        raise invalid({"site": _UNCLEAR})
    host = _in_ascii(parts.netloc)
    return parts._replace(netloc=host, path=parts.path or "/", fragment="").geturl()


def _plain_path(path: str) -> bool:
    return path.isascii() and not {".", ".."} & set(path.split("/"))


def _in_ascii(host: str) -> str:
    """A host as the network spells it, so that no letter in it looks like another."""
    if host.isascii():
        return host.lower()
    import httpx

    try:
        return httpx.URL(f"https://{host}/").raw_host.decode("ascii")
    except httpx.InvalidURL:
        raise invalid({"site": _UNCLEAR}) from None


def agreed(settings: Settings, me: str) -> Terms:
    """The terms of the server that a website names. Raises Problem (422) if it names none, Refused, or Unreachable."""
    page = outbound.get(settings, me, accept="text/html, */*;q=0.1", hops=_HOPS)
    if page.status_code >= 300:  # noqa: PLR2004 -- a redirect too many
        message = f"it answered with {page.status_code}"
        raise Unusable(message)
    here, links = str(page.url), _links(page)
    terms = {"client_id": client_id(settings), "scope": "profile", "me": me}
    if at := _first(links, _METADATA, here):
        table = outbound.as_table(outbound.get(settings, at, hops=_HOPS))
        issuer, endpoint = table.get("issuer"), table.get("authorization_endpoint")
        # Whoever names another's server as its own would be brought the answers meant for that one.
        if not isinstance(issuer, str) or not issuer or not at.startswith(issuer) or not isinstance(endpoint, str):
            raise Unusable("its description does not fit its address")
        answers = "yes" if table.get("authorization_response_iss_parameter_supported") is True else ""
        terms |= {"issuer": issuer, "answers_with_issuer": answers, "authorize": endpoint}
    elif endpoint := _first(links, _ENDPOINT, here):
        terms |= {"authorize": endpoint}
    else:
        sentence = (
            f"{label(me)} does not say how its owner signs in: its pages would have to name an IndieAuth server."
            " Choose another way, or try another address of yours."
        )
        raise invalid({"site": sentence})
    # A code for nothing but who somebody is, is redeemed where it was given (5.3), so no other server ever sees it.
    return Terms(name=label(me), token=terms["authorize"], **terms)


def claims(settings: Settings, terms: Terms, code: str, given: Proofs) -> Claims:
    """Whose website a code proves. Raises Problem (403), Refused, or Unreachable.

    A server may name another address than was typed; it is believed if that website names the same server (5.4).
    """
    told = exchange.redeem(settings, WEBSITE, terms, "", code, given)
    try:
        me = canonical(settings, str(told.get("me") or ""))
    except Problem as problem:
        raise Unusable("it tells of no website") from problem
    if me != terms.me and agreed(settings, me).authorize != terms.authorize:
        raise exchange.refused(terms.name)
    return _claims(me, told.get("profile"))


def _claims(me: str, told: object) -> Claims:
    profile: Mapping[str, Any] = told if isinstance(told, dict) else {}
    return Claims(
        provider=WEBSITE,
        issuer=WEBSITE,
        subject=me,
        label=label(me),
        name=providers.display_name(profile.get("name"), label(me)),
        url=me,
        picture_url=providers.picture_url(profile.get("photo")),
    )


def label(me: str) -> str:
    """A website as it is said: `example.org`, `example.org/ben`."""
    parts = urlsplit(me)
    return parts.netloc + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _links(page: "httpx.Response") -> list[tuple[str, str]]:
    """The links of a page, each with its relations: those in its header, then those in its text, in their order."""
    found = []
    for url, parameters in _LINK.findall(page.headers.get("Link", "")):
        if rel := _REL.search(parameters):
            found.append((rel[1] or rel[2], url))
    if "html" in page.headers.get("Content-Type", ""):
        import nh3

        # All that is left are its links: what stands in comments, scripts and text fields is none.
        start = "<".join(page.text[:_MOST_LETTERS].split("<", _MOST_TAGS)[:_MOST_TAGS])
        text = nh3.clean(start, tags={"link"}, attributes={"link": {"rel", "href"}}, link_rel=None)
        for element in _ELEMENT.findall(text):
            named = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(element)}
            found.append((named.get("rel", ""), named.get("href", "")))
    return found


def _first(links: list[tuple[str, str]], relation: str, here: str) -> str:
    """Where the first link with a relation leads, or nothing."""
    for relations, url in links:
        if relation in relations.lower().split() and url:
            try:
                return urljoin(here, url)
            except ValueError:
                continue
    return ""
