"""Requests in whole HTTP whose every part may be hostile: routes, queries, forms, JSON, cookies, tokens, headers."""

import ast
import json
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import Rule

from tests.data import attacks

# Where a module looks for a field of a request, and what it may look for in any; words that may be choices.
_LOOKED_FOR = re.compile(r"""(?:get|getlist|given|checked)\(\s*"(\w+)\"""")
_ANYWHERE = ("page", "text", "name", "email", "website", "parent", "key", "token", "next", "verb", "state", "private")
_A_WORD = re.compile(r"[a-z][a-z_-]{1,20}")

ODD = (
    "", " ", "\0", "\x00\x01\x7f", "%00", "%", "%ff%fe", "%ed%a0%80", "..", "../../etc/passwd", "....//", "\\..\\",
    "/", "//", "//evil.example", "/\t/evil.example", "\r\nSet-Cookie: a=b", "\n", "a" * 5_000, "é" * 3_000, "🏴" * 400,
    "0", "-1", "1", "9" * 30, "9223372036854775808", "18446744073709551616", "1e999", "NaN", "Infinity", "-0", "0x10",
    "١٢٣", "²", "1_000", "true", "None", "null", "undefined", "[]", "{}", "{{7*7}}", "%s%s%n", "${x}", "' OR 1=1 --",
    '"; DROP TABLE comments; --', "*", "_%_%", "\ufdd0", "\ufffe", "\u202egnp", "\u200b", "e\u0301" * 200, "İ", "ß",
    "Ana Ferreira", "=?UTF-8?Q?x=0ABcc:a@b.example?=", "a@b.example", "a@b.example\nBcc: c@d.example",
    "javascript:alert(1)", "https://example.org/", "https://[::1", "http://127.0.0.1:1/", "2026-01-02T03:04:05.678Z",
    "2026-11-16", "0000-00-00", "9999-99-99", "2026-W60", "+010000-01-01", "held", "published", "spam", "approve",
    "undo", "0" * 26, "7" * 26, "x" * 26, "yes", "no", "on", "- " * 500, "[" * 2_000, "*_" * 900,
)  # fmt: skip
# What a way of signing in may be sent to: nothing that would lead out of this machine.
NEAR = (
    "", "me", "localhost", "127.0.0.1", "[::1]", "https://[::1", "10.0.0.1", "\0", "é" * 300, "a" * 3_000, "%ff",
    "//", "@",
)  # fmt: skip
_JSON, _FORM, _PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
_ODD_TYPES = ("", "text/plain", "application/xml", ";;;", "multipart/form-data", "\xff")
_ACCEPTS = (
    "", "*/*", _JSON, "text/html", "text/html;q=x, application/json;q=nan", ",;=,", "\xff" * 50, "a/" * 400,
)  # fmt: skip
_METHODS = (
    "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW",
)  # fmt: skip
_HOSTS = (
    "", "evil.example", "[::1", "localhost:99999999", "a" * 300, "localhost, evil.example", "\xff", "127.0.0.1:x",
    "*", "a/b", "a@b",
)  # fmt: skip
_CONDITIONS = (
    ("If-None-Match", '"'), ("If-None-Match", "*"), ("If-Modified-Since", "yesterday"), ("Range", "bytes=9-1,x"),
    ("Range", "bytes=-1"), ("If-Range", "x"), ("Accept-Encoding", "gzip;q=nan, *;q=0"),
    ("Accept-Language", "x" * 2_000), ("User-Agent", "\xff" * 900),
    ("X-Forwarded-For", "\xff, 999.1.1.1, fe80::1%eth0"), ("X-Forwarded-Proto", "javascript"),
    ("X-Forwarded-Host", "evil.example"), ("Forwarded", "for=unknown;proto=x"), ("Origin", "null"),
    ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-origin"),
    ("Referer", "//[evil"), ("X-HTTP-Method-Override", "DELETE"), ("Expect", "200-maybe"),
    ("Content-Encoding", "gzip"), ("Transfer-Encoding", "identity"), ("Upgrade", "websocket"),
    ("TE", "trailers, x;q=2"),
)  # fmt: skip


_BENT = ("{}/", "/{}", "{}/../..", "{}%00", "/.{}", "{};x=1", "{}//", "{}%2f..", "{}.json")
_ODD_JSON = (
    "NaN", "-Infinity", "9223372036854775808", "1e999", "true", "null", '"\\ud800"', '["a"]', '{"a":{}}', '"\\u0000"',
)  # fmt: skip
_NO_OBJECT = (b"", b"null", b"[]", b'"x"', b"NaN", b"{", b'{"text": "\xff"}', b"\xef\xbb\xbf{}", b"9" * 5_000)
_ODD_COOKIES = ("rapport_session=\xff; ===;;", "rapport_device=" + "a" * 3_000, "; ,; =", "rapport_session=é")
_ODD_TOKENS = ("", "é", "\xff", "x=", "x" * 2_000)


@dataclass(frozen=True)
class Route:
    """A route; the names under which the module that answers it looks for fields, and the words that it knows."""

    rule: Rule
    fields: Sequence[str]
    words: Sequence[str]

    @property
    def leads_away(self) -> bool:
        """Whether it may ask another server, which then has to be one of this machine."""
        return "way:" in self.rule.rule


def routes(app: Flask) -> list[Route]:
    """The routes of an application, with what the source of their modules shows; a new one is found by itself."""
    names, words = {}, {}
    for module in {view.__module__ for view in app.view_functions.values()}:
        text = Path(sys.modules[module].__file__ or "").read_text("utf-8")
        names[module] = sorted({*_LOOKED_FOR.findall(text), *_ANYWHERE})
        literals = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
        words[module] = sorted({one for one in literals if isinstance(one, str) and _A_WORD.fullmatch(one)})
    found = []
    for rule in app.url_map.iter_rules():
        module = app.view_functions[rule.endpoint].__module__
        found.append(Route(rule, names[module], words[module]))
    # Those by which replies come stand there more often.
    return found + [route for route in found if route.rule.rule in {"/comments/", "/comments/preview"}] * 5


@dataclass(frozen=True)
class Known:
    """What is there: the routes, the port, ids of rows, paths of essays; cookies that open something, and the token."""

    port: int
    routes: Sequence[Route]
    ids: Sequence[str]
    pages: Sequence[str]
    cookies: Sequence[str]
    token: str


def ask(chance: random.Random, known: Known) -> bytes:
    """One request, after whose answer the connection is closed."""
    route = chance.choice(known.routes)
    rule, text = route.rule, _near if route.leads_away else partial(_text, route)
    usual = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    method = chance.choice(usual if chance.random() < 0.9 else _METHODS)
    address = _address(chance, known, rule, text)
    if chance.random() < (0.3 if method == "POST" else 0.6):
        pairs = [(chance.choice(route.fields), text(chance, known)) for _ in range(chance.randrange(1, 5))]
        address += "?" + "&".join(f"{name}={_quoted(chance, value)}" for name, value in pairs)
    type_ = chance.choice((_JSON, _FORM, _PARTS) if chance.random() < 0.85 else _ODD_TYPES)
    body = _body(chance, known, route, type_, text) if method not in {"GET", "HEAD"} or chance.random() < 0.05 else b""
    return _whole(method, address, _headers(chance, known, type_ if body else ""), body)


def _text(route: Route, chance: random.Random, known: Known) -> str:
    """A value: often one that leads somewhere, otherwise an odd one, or an attack."""
    lot = chance.random()
    if lot < 0.25:
        return chance.choice(known.ids)
    if lot < 0.4:
        return chance.choice(known.pages)
    if lot < 0.5:
        return attacks.attack(chance.randrange(attacks.COUNT))
    if lot < 0.55:
        return f"What do you think of number {chance.randrange(10**9)}?"
    if lot < 0.75 and route.words:
        return chance.choice(route.words)
    return chance.choice(ODD)


def _near(chance: random.Random, _known: Known) -> str:
    return chance.choice(NEAR)


_Text = Callable[[random.Random, Known], str]


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _quoted(chance: random.Random, value: str) -> str:
    """Percent-encoded in whole, a little, or twice; no space and no line end is left to break the request."""
    lot = chance.random()
    if lot < 0.75:
        return quote(_bytes(value), safe="")
    if lot < 0.85:
        return quote(quote(_bytes(value), safe=""), safe="")
    return "".join(sign if "!" <= sign <= "~" and sign not in "#?" else quote(_bytes(sign), safe="") for sign in value)


def _address(chance: random.Random, known: Known, rule: Rule, text: _Text) -> str:
    def filled(_: "re.Match[str]") -> str:
        value = chance.choice(known.ids) if chance.random() < 0.6 else text(chance, known)
        return _quoted(chance, value)[:3_000]

    path = re.sub(r"<way:\w+>", lambda _: chance.choice(("mastodon", "website", "email", "oidc-x", "%00")), rule.rule)
    path = re.sub(r"<[^>]+>", filled, path)
    if chance.random() < 0.05 and "way:" not in rule.rule:
        path = chance.choice(_BENT).format(path)
    return path


def _fields(chance: random.Random, known: Known, route: Route, text: _Text) -> list[tuple[str, str]]:
    given = [(chance.choice(route.fields), text(chance, known)) for _ in range(chance.randrange(8))]
    if chance.random() < 0.5:
        name, words = chance.choice(("Ben", "Chloé", "داليا")), f"Is it so, {chance.randrange(10**9)}?"
        given = [("page", chance.choice(known.pages)), ("text", words), ("name", name), *given[:2]]
    return given


def _body(chance: random.Random, known: Known, route: Route, type_: str, text: _Text) -> bytes:
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(400))
    if "json" in type_:
        return _in_json(chance, known, route, text)
    given = _fields(chance, known, route, text)
    if "multipart" in type_:
        file = '; filename="a.txt"\r\nContent-Type: x' if chance.random() < 0.1 else ""
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n' for name, value in given
        ]
        whole = _bytes("".join(parts) + "--x--\r\n")
        return whole[: chance.randrange(len(whole))] if chance.random() < 0.1 else whole
    return "&".join(f"{name}={_quoted(chance, value)}" for name, value in given).encode()


def _in_json(chance: random.Random, known: Known, route: Route, text: _Text) -> bytes:
    lot = chance.random()
    if lot < 0.1:
        depth = chance.choice((3_000, 40_000))
        return b'{"text": ' + b"[" * depth + b"]" * chance.choice((depth, 0)) + b"}"
    if lot < 0.15:
        return chance.choice(_NO_OBJECT)
    members = []
    for name, value in reversed(_fields(chance, known, route, text)):  # of two values the last one counts
        odd = chance.choice(_ODD_JSON)
        members.append(f"{json.dumps(name)}: {odd if chance.random() < 0.1 else json.dumps(value)}")
    members += members[:1] if chance.random() < 0.2 else []  # a name that comes twice
    return ("{" + ", ".join(members) + "}").encode("utf-8", "surrogatepass")


def _headers(chance: random.Random, known: Known, type_: str) -> list[tuple[str, str]]:
    host = f"127.0.0.1:{known.port}" if chance.random() < 0.95 else chance.choice(_HOSTS)
    found = [("Host", host), ("Connection", "close")]
    if type_:
        found.append(("Content-Type", type_))
    if accept := chance.choice(_ACCEPTS):
        found.append(("Accept", accept))
    if chance.random() < 0.8:
        found.append(("Cookie", chance.choice(known.cookies if chance.random() < 0.95 else _ODD_COOKIES)))
    if chance.random() < 0.15:
        token = chance.choice((known.token, known.token, known.token[:-1], *_ODD_TOKENS))
        found.append(("Authorization", chance.choice(("Bearer ", "bearer  ", "Basic ", "")) + token))
    found += chance.sample(_CONDITIONS, chance.choice((0, 0, 0, 1, 2)))
    return found


def _whole(method: str, address: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    lines = [f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1", "ignore") + b"\r\n\r\n" + body
