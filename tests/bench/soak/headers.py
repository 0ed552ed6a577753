"""Security headers, scored as Mozilla's Observatory scores them, on every kind of page behind TLS.

The table is that of its scanner, https://github.com/mdn/mdn-http-observatory (src/grader/charts.js and
src/analyzer/tests/, as of August 2026): a page begins with 100, penalties are taken off, and what it earns is added
if 90 are left. What only a scan from outside can tell (a preload list, a certificate's chain) is left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

START, ENOUGH_TO_EARN = 100, 90
_BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
_INLINE = {"'unsafe-inline'", "data:"}
_PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
_UNSAFE_REFERRERS = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
_SIX_MONTHS = 15_768_000

SCORES = {
    "csp-implemented-with-no-unsafe-default-src-none": 10,
    "csp-implemented-with-no-unsafe": 5,
    "csp-implemented-with-unsafe-inline-in-style-src-only": 0,
    "csp-implemented-with-insecure-scheme-in-passive-content-only": -10,
    "csp-implemented-with-unsafe-eval": -10,
    "csp-implemented-with-unsafe-inline": -20,
    "csp-implemented-with-insecure-scheme": -20,
    "csp-not-implemented": -25,
    "cookies-secure-with-httponly-sessions-and-samesite": 5,
    "cookies-secure-with-httponly-sessions": 0,
    "cookies-not-found": 0,
    "cookies-without-secure-flag-but-protected-by-hsts": -5,
    "cookies-session-without-secure-flag-but-protected-by-hsts": -10,
    "cookies-without-secure-flag": -20,
    "cookies-session-without-httponly-flag": -30,
    "cookies-session-without-secure-flag": -40,
    "cors-not-implemented": 0,
    "cors-with-public-access": 0,
    "cors-with-restricted-access": 0,
    "cors-with-universal-access": -50,
    "redirection-to-https": 0,
    "redirection-off-host-from-http": -5,
    "redirection-missing": -20,
    "redirection-not-to-https": -20,
    "referrer-policy-private": 5,
    "referrer-policy-not-implemented": 0,
    "referrer-policy-unsafe": -5,
    "referrer-policy-header-invalid": -5,
    "hsts-implemented-max-age-at-least-six-months": 0,
    "hsts-implemented-max-age-less-than-six-months": -10,
    "hsts-not-implemented": -20,
    "hsts-header-invalid": -20,
    "sri-implemented-and-all-scripts-loaded-securely": 5,
    "sri-not-implemented-response-not-html": 0,
    "sri-not-implemented-but-no-scripts-loaded": 0,
    "sri-not-implemented-but-all-scripts-loaded-from-secure-origin": 0,
    "sri-not-implemented-but-external-scripts-loaded-securely": -5,
    "sri-not-implemented-and-external-scripts-not-loaded-securely": -50,
    "x-content-type-options-nosniff": 0,
    "x-content-type-options-not-implemented": -5,
    "x-content-type-options-header-invalid": -5,
    "x-frame-options-implemented-via-csp": 5,
    "x-frame-options-sameorigin-or-deny": 5,
    "x-frame-options-not-implemented": -20,
    "corp-implemented-with-same-origin": 10,
    "corp-implemented-with-same-site": 10,
    "corp-implemented-with-cross-origin": 0,
    "corp-not-implemented": 0,
    "corp-header-invalid": -5,
    "coop-implemented-with-same-origin": 10,
    "coop-implemented-with-same-origin-allow-popups": 10,
    "coop-implemented-with-noopener-allow-popups": 10,
    "coop-implemented-with-unsafe-none": 0,
    "coop-not-implemented": 0,
    "coop-header-invalid": -5,
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """An answer over TLS: its address, its headers in lower case (a repeated one has several values), its body."""

    url: str
    headers: Mapping[str, Sequence[str]]
    body: str = ""

    def value(self, name: str) -> str | None:
        """A header's values, as a browser joins them; None if it is not there."""
        given = self.headers.get(name)
        return None if given is None else ", ".join(given)


def page(url: str, headers: Iterator[tuple[str, str]] | Sequence[tuple[str, str]], body: str = "") -> Page:
    """An answer from its pairs of headers."""
    named: dict[str, list[str]] = {}
    for name, value in headers:
        named.setdefault(name.lower(), []).append(value)
    return Page(url, named, body)


def score(seen: Page, redirection: str = "redirection-to-https") -> tuple[int, list[str]]:
    """The score of a page, and what was found in it, by the scanner's own words."""
    tests = (csp, cookies, cors, referrer, hsts, integrity, sniffing, framing, corp, coop)
    found = [test(seen) for test in tests] + [redirection]
    points = [SCORES[word] for word in found]
    lost = START + sum(number for number in points if number < 0)
    earned = sum(number for number in points if number > 0) if lost >= ENOUGH_TO_EARN else 0
    return max(0, lost + earned), found


def policies(seen: Page) -> dict[str, set[str]]:
    """The directives of a page's policies; of several only what all of them name counts, as for a browser."""
    merged: dict[str, set[str]] = {}
    for policy in (seen.value("content-security-policy") or "").split(","):
        for directive in filter(None, map(str.split, policy.split(";"))):
            sources = set(directive[1:]) or {"'none'"}
            name = directive[0].lower()
            merged[name] = merged[name] & sources if name in merged else sources
    return merged


def csp(seen: Page) -> str:  # noqa: PLR0911 -- a table, from the worst to the best
    given = policies(seen)
    if not given:
        return "csp-not-implemented"
    default = given.get("default-src", {"*"})
    scripts, objects, styles = (given.get(name, default) for name in ("script-src", "object-src", "style-src"))
    passive = {source for name in ("img-src", "media-src") for source in given.get(name, default)}
    active = {source for name, sources in given.items() if name not in {"img-src", "media-src"} for source in sources}
    if scripts & (_BROAD | _INLINE) or objects & _BROAD:
        return "csp-implemented-with-unsafe-inline"
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return "csp-implemented-with-insecure-scheme"
    if "'unsafe-eval'" in scripts | styles:
        return "csp-implemented-with-unsafe-eval"
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return "csp-implemented-with-insecure-scheme-in-passive-content-only"
    if styles & (_BROAD | _INLINE):
        return "csp-implemented-with-unsafe-inline-in-style-src-only"
    return "csp-implemented-with-no-unsafe" + ("-default-src-none" if default == {"'none'"} else "")


def cookies(seen: Page) -> str:
    given = [morsel for line in seen.headers.get("set-cookie", []) for morsel in SimpleCookie(line).values()]
    protected = hsts(seen).startswith("hsts-implemented-max-age-at-least")
    found = []
    for cookie in given:
        session = any(word in cookie.key.lower() for word in ("login", "sess"))
        if session and not cookie["httponly"]:
            found.append("cookies-session-without-httponly-flag")
        if not cookie["secure"]:
            kind = "cookies-session" if session else "cookies"
            found.append(f"{kind}-without-secure-flag{'-but-protected-by-hsts' if protected else ''}")
    if found:
        return min(found, key=SCORES.__getitem__)
    if not given:
        return "cookies-not-found"
    same_site = all(cookie["samesite"].lower() in {"lax", "strict"} for cookie in given)
    return f"cookies-secure-with-httponly-sessions{'-and-samesite' if same_site else ''}"


def cors(seen: Page) -> str:
    allowed = seen.value("access-control-allow-origin")
    if allowed is None:
        return "cors-not-implemented"
    if seen.value("access-control-allow-credentials") == "true":
        return "cors-with-universal-access"
    return "cors-with-public-access" if allowed == "*" else "cors-with-restricted-access"


def referrer(seen: Page) -> str:
    given = seen.value("referrer-policy")
    if given is None:
        return "referrer-policy-not-implemented"
    known = [word for word in re.split(r"\s*,\s*", given.lower()) if word in _PRIVATE_REFERRERS | _UNSAFE_REFERRERS]
    if not known:
        return "referrer-policy-header-invalid"
    return "referrer-policy-private" if known[-1] in _PRIVATE_REFERRERS else "referrer-policy-unsafe"


def hsts(seen: Page) -> str:
    given = seen.value("strict-transport-security")
    if given is None:
        return "hsts-not-implemented"
    age = re.fullmatch(r"max-age=(\d+)(; includeSubDomains)?(; preload)?", given)
    if not age:
        return "hsts-header-invalid"
    return f"hsts-implemented-max-age-{'at-least' if int(age[1]) >= _SIX_MONTHS else 'less-than'}-six-months"


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append(dict(attrs))


def integrity(seen: Page) -> str:
    if not (seen.value("content-type") or "text/html").startswith(("text/html", "application/xhtml+xml")):
        return "sri-not-implemented-response-not-html"
    reader = _Scripts()
    reader.feed(seen.body)
    if not reader.found:
        return "sri-not-implemented-but-no-scripts-loaded"
    sources = [(urlsplit(script.get("src") or ""), bool(script.get("integrity"))) for script in reader.found]
    foreign = [(parts, whole) for parts, whole in sources if parts.netloc not in {"", urlsplit(seen.url).netloc}]
    if any(parts.scheme != "https" for parts, _ in foreign):
        return "sri-not-implemented-and-external-scripts-not-loaded-securely"
    if not all(whole for _, whole in foreign):
        return "sri-not-implemented-but-external-scripts-loaded-securely"
    if any(whole for _, whole in sources):
        return "sri-implemented-and-all-scripts-loaded-securely"
    return "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"


def sniffing(seen: Page) -> str:
    given = seen.value("x-content-type-options")
    if given is None:
        return "x-content-type-options-not-implemented"
    return f"x-content-type-options-{'nosniff' if given.lower() == 'nosniff' else 'header-invalid'}"


def framing(seen: Page) -> str:
    if not policies(seen).get("frame-ancestors", {"*"}) & _BROAD:
        return "x-frame-options-implemented-via-csp"
    denied = (seen.value("x-frame-options") or "").lower() in {"deny", "sameorigin"}
    return f"x-frame-options-{'sameorigin-or-deny' if denied else 'not-implemented'}"


def corp(seen: Page) -> str:
    given = seen.value("cross-origin-resource-policy")
    if given is None:
        return "corp-not-implemented"
    known = {"same-origin", "same-site", "cross-origin"}
    return f"corp-implemented-with-{given}" if given in known else "corp-header-invalid"


def coop(seen: Page) -> str:
    given = seen.value("cross-origin-opener-policy")
    if given is None:
        return "coop-not-implemented"
    known = {"same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"}
    return f"coop-implemented-with-{given}" if given in known else "coop-header-invalid"


def measure(folder: Path, row: Callable[..., None]) -> None:
    """Every kind of page of the service and of its site, behind TLS."""
    from tests.bench.soak import kinds

    for kind, seen in kinds.pages(folder / "headers"):
        points, found = score(seen)
        wrong = [word for word in found if SCORES[word] < 0]
        row(f"headers, {kind}", f"{points}{''.join(', ' + word for word in wrong)}", "100", kept=points >= START)
