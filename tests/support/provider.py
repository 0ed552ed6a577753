"""Providers on this machine, shaped like those out there at the HTTP level, that can also misbehave."""

import base64
import functools
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from comments_service.settings import Service

CLIENT, SECRET = "the-blog", "a secret: with signs/+~"
TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
PICTURE = "https://pictures.example/ben.png"


@dataclass(frozen=True)
class Shape:
    """Where a provider is asked, and what it insists on."""

    authorize: str
    token: str
    profile: str
    pkce: bool = True
    basic: bool = False
    form: bool = False
    # Parameters that it would stumble over.
    never: tuple[str, ...] = ()


SHAPES = {
    "github": Shape("/login/oauth/authorize", "/login/oauth/access_token", "/user", form=True, never=("scope",)),
    "x": Shape("/i/oauth2/authorize", "/2/oauth2/token", "/2/users/me", basic=True),
    "facebook": Shape("/v23.0/dialog/oauth", "/v23.0/oauth/access_token", "/v23.0/me", pkce=False),
    "linkedin": Shape(
        "/oauth/v2/authorization",
        "/oauth/v2/accessToken",
        "/v2/userinfo",
        pkce=False,
        never=("nonce", "code_challenge"),
    ),
    "wordpress": Shape("/oauth2/authorize", "/oauth2/token", "/rest/v1.1/me", pkce=False),
    "google": Shape("/o/oauth2/v2/auth", "/token", "/userinfo"),
    "microsoft": Shape("/common/oauth2/v2.0/authorize", "/common/oauth2/v2.0/token", "/oidc/userinfo"),
    "oidc-work": Shape("/o/oauth2/v2/auth", "/token", "/userinfo"),
    "mastodon": Shape("/oauth/authorize", "/oauth/token", "/api/v1/accounts/verify_credentials"),
    "website": Shape("/auth", "/auth", "/none"),
}
OPENID = ("google", "microsoft", "oidc-work")


@functools.cache
def signing_key(which: str) -> RSAKey:
    """A key to sign with; made once."""
    return RSAKey.generate_key(2048, {"kid": which, "use": "sig", "alg": "RS256"})


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encoded(table: dict[str, Any]) -> str:
    return _base64(json.dumps(table).encode())


@dataclass
class Provider:
    """A server of one shape. `person` is who signs in there, `moods` are what it does wrong."""

    way: str
    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"id": "4711", "login": "ben", "name": "Ben Okri"})
    moods: set[str] = field(default_factory=set)
    heard: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    clients: dict[str, tuple[str, str, str]] = field(default_factory=lambda: {CLIENT: (SECRET, "", "")})
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def shape(self) -> Shape:
        """Where it is asked."""
        return SHAPES[self.way]

    @property
    def service(self) -> Service:
        """The setting that points at it."""
        openid = self.way.startswith("oidc-")
        return Service(
            name=self.way,
            client_id=CLIENT,
            client_secret=SECRET,
            issuer=self.url if openid else "",
            base_url="" if openid else self.url,
        )

    @property
    def issuer(self) -> str:
        """Who it says it is in its tokens."""
        return f"{self.url}/{TENANT}/v2.0" if self.way == "microsoft" else self.url

    def asked(self, path: str) -> list[dict[str, str]]:
        """What was sent to a path."""
        return [parameters for _, at, parameters in self.heard if at == path]

    def consents(self, address: str, **changes: str) -> str:
        """Let its user agree, in a browser that was sent to `address`; returns where that is sent back to."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == self.url, address
        connection = HTTPConnection(parts.netloc)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        assert answer.status == 302, body
        back = urlsplit(answer.headers["Location"])
        parameters = dict(parse_qsl(back.query)) | changes
        return back._replace(query=urlencode(parameters)).geturl()

    # ── what it answers ─────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, method: str, path: str, given: dict[str, str], headers: dict[str, str]) -> tuple[int, Any, str]:
        """Status, body (a table, or text) and, for a redirect, where to."""
        self.heard.append((method, path, given))
        shape = self.shape
        if path == shape.authorize and method == "GET":
            return self._authorize(given)
        if path == shape.token and method == "POST":
            return self._token(given, headers)
        if path == shape.profile:
            if headers.get("authorization") != f"Bearer {self.tokens[-1]}":
                return 401, {"error": "invalid_token"}, ""
            return 200, self._profile(), ""
        pages = {"microsoft": self._microsoft, "mastodon": self._mastodon, "website": self._website}
        return pages.get(self.way, self._openid)(path, given)

    def _authorize(self, given: dict[str, str]) -> tuple[int, Any, str]:
        shape, client = self.shape, given.get("client_id", "")
        if self.way != "website" and client not in self.clients:
            return 400, "unknown client", ""
        if given.get("response_type") != "code" or not given.get("state") or set(shape.never) & set(given):
            return 400, f"a bad request: {sorted(given)}", ""
        if self.way == "mastodon" and given.get("scope") != self.clients[client][1]:
            return 400, "a scope that was not registered", ""
        if shape.pkce and given.get("code_challenge_method") != "S256":
            return 400, "no challenge", ""
        back: dict[str, str] = {"state": given["state"]}
        if "says its name" in self.moods or self.way == "website":
            back["iss"] = self.issuer
        if "denied" in self.moods:
            back["error"] = "access_denied"
        else:
            code = f"code-{len(self.grants)}"
            self.grants[code] = given
            back["code"] = code
        return 302, "", f"{given['redirect_uri']}?{urlencode(back)}"

    def _token(self, given: dict[str, str], headers: dict[str, str]) -> tuple[int, Any, str]:
        if given.get("grant_type") == "client_credentials":
            known = self.clients.get(given["client_id"])
            fits = known and (known[0], known[1]) == (given["client_secret"], given["scope"])
            return (200, {"access_token": "app"}, "") if fits else (401, {"error": "invalid_client"}, "")
        if not self._knows(given, headers):
            return 401, {"error": "invalid_client"}, ""
        grant = self.grants.pop(given.get("code", ""), None)
        if grant is None or not self._fits(grant, given):
            return 200 if self.way == "github" else 400, {"error": "invalid_grant"}, ""
        table = self._given_for(grant)
        asked_nicely = "json" in headers.get("accept", "") or not self.shape.form
        return 200, table if asked_nicely and "form" not in self.moods else urlencode(table), ""

    def _fits(self, grant: dict[str, str], given: dict[str, str]) -> bool:
        if grant["redirect_uri"] != given.get("redirect_uri"):
            return False
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        return not self.shape.pkce or _base64(digest) == grant["code_challenge"]

    def _given_for(self, grant: dict[str, str]) -> dict[str, Any]:
        if self.way == "website":
            return {"me": self.person.get("me", ""), "profile": self.person.get("profile", {})}
        self.tokens.append(f"token-{len(self.tokens)}-of-{self.way}")
        table = {"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": 3600}
        if "no token" in self.moods:
            del table["access_token"]
        if self.way in OPENID and "no signed token" not in self.moods:
            table["id_token"] = self._signed(grant)
        return table

    def _knows(self, given: dict[str, str], headers: dict[str, str]) -> bool:
        if self.way == "website":
            return given.get("client_id", "").endswith("/identity/client.json")
        if self.shape.basic:
            expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            return headers.get("authorization") == f"Basic {expected}" and "client_secret" not in given
        known = self.clients.get(given.get("client_id", ""))
        return known is not None and known[0] == given.get("client_secret")

    def _signed(self, grant: dict[str, str]) -> str:
        moods, now = self.moods, int(time.time())
        claims: dict[str, Any] = {
            "iss": "https://another.example" if "another issuer" in moods else self.issuer,
            "aud": "another-client" if "another audience" in moods else CLIENT,
            "sub": self.person["id"],
            "exp": now - 3600 if "expired" in moods else now + 600,
            "iat": now - 7200 if "expired" in moods else now,
            "nonce": "another" if "another nonce" in moods else grant.get("nonce"),
            **self.person.get("told", {"name": self.person["name"], "picture": PICTURE}),
        }
        if self.way == "microsoft":
            claims["tid"] = self.person.get("tid", TENANT)
        if "another audience, asked by us" in moods:
            claims |= {"aud": "another-client", "azp": CLIENT}
        for lacking in ("nonce", "sub", "aud", "exp", "iss"):
            if f"no {lacking}" in moods:
                del claims[lacking]
        if "alg none" in moods:
            return f"{_encoded({'alg': 'none', 'kid': 'its own'})}.{_encoded(claims)}."
        if "alg of a shared secret" in moods:
            # The old trick: its public key, taken for a secret that both know.
            signed = f"{_encoded({'alg': 'HS256', 'kid': 'its own'})}.{_encoded(claims)}"
            public = signing_key("its own").as_pem(private=False)
            return f"{signed}.{_base64(hmac.digest(public, signed.encode(), 'sha256'))}"
        which = signing_key("another's" if "another's key" in moods else "its own")
        return jwt.encode({"alg": "RS256", "kid": "its own"}, claims, which)

    def _profile(self) -> object:
        who, name, login = (self.person.get(key) for key in ("id", "name", "login"))
        match self.way:
            case "github":
                told = {"id": int(self.person["id"]), "login": login, "name": name, "avatar_url": PICTURE}
                return told | self.person.get("told", {})
            case "x":
                return {"data": {"id": who, "username": login, "name": name, "profile_image_url": PICTURE}}
            case "facebook":
                return {"id": who, "name": name, "picture": {"data": {"url": PICTURE, "is_silhouette": False}}}
            case "wordpress":
                return {"ID": int(self.person["id"]), "username": login, "display_name": name, "avatar_URL": PICTURE}
            case "mastodon":
                host = urlsplit(self.url).netloc
                told = {"id": who, "username": login, "acct": login, "display_name": name, "avatar": PICTURE}
                return told | {"url": f"https://{host}/@{login}"} | self.person.get("told", {})
            case _:
                sub = "another" if "another person" in self.moods else who
                told = {"sub": sub, "name": name, "picture": PICTURE, "email": "ben@example.org"}
                return told | self.person.get("told to whoever asks", {"email_verified": True})

    def _described(self, issuer: str) -> dict[str, object]:
        return {
            "issuer": "https://another.example" if "described as another" in self.moods else issuer,
            "authorization_endpoint": f"{self.url}{self.shape.authorize}",
            "token_endpoint": f"{self.url}{self.shape.token}",
            "userinfo_endpoint": f"{self.url}{self.shape.profile}",
            "jwks_uri": f"{self.url}/certs",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "authorization_response_iss_parameter_supported": "promises its name" in self.moods,
        }

    def _openid(self, path: str, _given: dict[str, str]) -> tuple[int, Any, str]:
        if path == "/.well-known/openid-configuration":
            return 200, self._described(self.url), ""
        return self._certs(path)

    def _microsoft(self, path: str, _given: dict[str, str]) -> tuple[int, Any, str]:
        if path == "/common/v2.0/.well-known/openid-configuration":
            return 200, self._described(f"{self.url}/{{tenantid}}/v2.0"), ""
        return self._certs(path)

    def _certs(self, path: str) -> tuple[int, Any, str]:
        if path != "/certs":
            return 404, {"error": "not_found"}, ""
        key = signing_key("its own").as_dict(private=False)
        if self.way == "microsoft":
            key["issuer"] = f"{self.url}/{{tenantid}}/v2.0"
            if "a key of another company" in self.moods:
                key["issuer"] = f"{self.url}/00000000-0000-0000-0000-000000000000/v2.0"
        return 200, {"keys": [key]}, ""

    def _mastodon(self, path: str, given: dict[str, str]) -> tuple[int, Any, str]:
        if path == "/.well-known/oauth-authorization-server" and "old" not in self.moods:
            return 200, {"issuer": self.url, "scopes_supported": ["read", "profile"]}, ""
        if path == "/api/v1/apps" and "old" in self.moods and given["scopes"] == "profile":
            return 422, {"error": "unknown scope"}, ""
        if path == "/api/v1/apps":
            client = f"app-{len(self.heard)}"
            self.clients[client] = ("an app's secret", given["scopes"], given["redirect_uris"])
            return 200, {"id": "1", "client_id": client, "client_secret": "an app's secret"}, ""
        return 404, {"error": "not found"}, ""

    def _website(self, path: str, _given: dict[str, str]) -> tuple[int, Any, str]:
        if path == "/metadata":
            table = self._described(self.url) | {"authorization_response_iss_parameter_supported": True}
            return 200, table, ""
        if path in self.person.get("pages", {}):
            return 200, self.person["pages"][path], ""
        return 404, "not here", ""


# ── the server ──────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def serving(way: str, **person: Any) -> Iterator[Provider]:
    """A provider of a shape, until the block ends."""
    provider = Provider(way)
    provider.person |= person

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer(dict(parse_qsl(body, keep_blank_values=True)))

        def _answer(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            given = dict(parse_qsl(parts.query)) | form
            headers = {name.lower(): value for name, value in self.headers.items()}
            bad = next((mood for mood in broken if f"{mood} at {unquote(parts.path)}" in provider.moods), "")
            if bad:
                provider.heard.append((self.command, parts.path, given))
                broken[bad](self, provider)
                return
            status, body, location = provider.answer(self.command, parts.path, given, headers)
            kind = "application/json"
            if isinstance(body, str):
                kind = "application/x-www-form-urlencoded" if parts.path == provider.shape.token else "text/html"
            self.sends(status, body if isinstance(body, str) else json.dumps(body), kind, location)

        def sends(self, status: int, body: str, kind: str = "application/json", location: str = "") -> None:
            """Send an answer."""
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.send_header("Set-Cookie", "followed=you")
            if link := provider.person.get("link", ""):
                self.send_header("Link", link)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    broken = {
        "garbage": lambda handler, _: handler.sends(200, "<html>maintenance</html>", "text/html"),
        "500": lambda handler, _: handler.sends(500, "{}"),
        "404": lambda handler, _: handler.sends(404, "{}"),
        "a list": lambda handler, _: handler.sends(200, "[1, 2]"),
        "huge": lambda handler, _: handler.sends(200, '{"a": "' + "x" * 2_000_000 + '"}'),
        "a redirect": lambda handler, _: handler.sends(302, "", location="http://10.0.0.1/"),
        "silence": lambda _handler, provider: provider.ended.wait(30),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield provider
    finally:
        provider.ended.set()
        server.shutdown()
        server.server_close()
