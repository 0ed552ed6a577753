"""Security headers by Mozilla Observatory's rules: every kind of page behind TLS comes to 100 or more."""

import pytest

from tests.bench.soak import headers, kinds
from tests.bench.soak.headers import Page, page

GOOD = (
    ("Content-Security-Policy", "default-src 'none'; script-src 'self'; form-action 'self'; frame-ancestors 'none'"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Page]]:
    return list(kinds.pages(tmp_path_factory.mktemp("headers") / "house", built=False))


def test_every_kind_of_page_comes_to_more_than_a_hundred(seen: list[tuple[str, Page]]) -> None:
    assert len(seen) > 80
    assert [(name, *headers.score(one)) for name, one in seen if headers.score(one)[0] < 100] == []


def test_each_header_is_there_once(seen: list[tuple[str, Page]]) -> None:
    for name, one in seen:
        for header in (*dict(GOOD), "Permissions-Policy", "Cache-Control"):
            assert len(one.headers.get(header.lower(), ())) == 1, (name, header)


def test_no_policy_is_unsafe_and_one_page_alone_may_run_webassembly(seen: list[tuple[str, Page]]) -> None:
    for name, one in seen:
        policy = one.headers["content-security-policy"][0]
        assert "'unsafe-" not in policy.replace("'wasm-unsafe-eval'", ""), name
        assert ("'wasm-unsafe-eval'" in policy) is (one.url == f"{kinds.URL}/search/"), name


def test_every_cookie_is_bound_to_this_host_and_goes_to_no_other_site(seen: list[tuple[str, Page]]) -> None:
    given = [line for _, one in seen for line in one.headers.get("set-cookie", ())]
    names = {line.partition("=")[0] for line in given}
    assert names >= {
        f"__Host-rapport_{name}" for name in ("device", "session", "signed_in", "errand", "me", "likes", "passkey")
    }
    for line in given:
        assert line.startswith("__Host-"), line
        assert "; Secure" in line
        assert "; SameSite=Lax" in line
        assert "; Path=/" in line
        assert "Domain=" not in line
        assert "HttpOnly" in line or line.startswith(("__Host-rapport_signed_in=", "__Host-rapport_known="))


_CSP = "Content-Security-Policy"
PLANTED = {
    "all that is good": ({}, 140),
    "no policy": ({_CSP: None}, 55),
    "any words of the page as a program": ({_CSP: "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"}, 80),
    "programs from words": ({_CSP: "default-src 'none'; script-src 'unsafe-eval'; frame-ancestors 'none'"}, 120),
    "the search page": ({_CSP: "default-src 'none'; script-src 'wasm-unsafe-eval'; frame-ancestors 'none'"}, 140),
    "styles from anywhere": ({_CSP: "default-src 'none'; style-src *; frame-ancestors 'none'"}, 130),
    "in anybody's frame": ({_CSP: "default-src 'none'"}, 80),
    "no TLS asked for": ({"Strict-Transport-Security": None}, 80),
    "a short stay": ({"Strict-Transport-Security": "max-age=86400"}, 130),
    "a session that scripts read": ({"Set-Cookie": "session=1; Secure; SameSite=Lax"}, 70),
    "a session without TLS": ({"Set-Cookie": "session=1; HttpOnly; SameSite=Lax"}, 130),
    "a cookie as it should be": ({"Set-Cookie": "session=1; Secure; HttpOnly; SameSite=Lax"}, 145),
    "guessed types": ({"X-Content-Type-Options": None}, 135),
    "other sites with our cookies": (
        {"Access-Control-Allow-Origin": "https://x.example", "Access-Control-Allow-Credentials": "true"},
        50,
    ),
    "a referrer for everybody": ({"Referrer-Policy": "unsafe-url"}, 130),
    "in anybody's page": ({"Cross-Origin-Resource-Policy": None}, 130),
}


@pytest.mark.parametrize(("changed", "points"), PLANTED.values(), ids=PLANTED.keys())
def test_a_page_is_scored_as_the_observatory_does(changed: dict[str, str | None], points: int) -> None:
    given = [(name, value) for name, value in (dict(GOOD) | changed).items() if value is not None]
    assert headers.score(page("https://example.org/", given))[0] == points


def test_a_script_from_elsewhere_is_found() -> None:
    for source, points in (("/theme/js/x.js", 140), ("https://cdn.example/x.js", 135), ("//cdn.example/x.js", 50)):
        seen = page("https://example.org/", list(GOOD), f'<script src="{source}"></script>')
        assert headers.score(seen)[0] == points, source
