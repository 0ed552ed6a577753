"""Guards: what every request passes, whichever door it knocks at."""

import pytest

from comments_service.web import guards
from tests.support.actors import House, furnish
from tests.support.browserless import JSON, Visitor


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://localhost:8000"}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://localhost:8000", "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_another_sites_page_changes_nothing(
    visitor: Visitor, house: House, headers: dict[str, str], *, welcome: bool
) -> None:
    response = visitor.client.post("/comments/", data={"page": "/a/", "text": "x", "name": "Ben"}, headers=headers)
    assert (response.status_code == 303) is welcome
    assert house.count("comments") == int(welcome)
    if not welcome:
        assert response.status_code == 403
        assert "another site" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    ["/", "/comments/thread?page=/a/", "/identity/", "/desk/sign-in", "/healthz", "/nowhere", "/api/v1/openapi.json"],
)
def test_every_answer_carries_the_security_headers(visitor: Visitor, address: str) -> None:
    headers = visitor.gets(address).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"]
    assert headers["X-Request-Id"]


@pytest.mark.parametrize("address", ["/search/", "/pagefind/pagefind-worker.js"])
def test_only_the_search_may_start_a_program(visitor: Visitor, address: str) -> None:
    assert "script-src 'self' 'wasm-unsafe-eval';" in visitor.gets(address).headers["Content-Security-Policy"]
    for other in ("/", "/search", "/searching/", "/desk/sign-in", f"/comments{address}"):
        policy = visitor.gets(other).headers.get_all("Content-Security-Policy")
        assert len(policy) == 1
        assert other == "/search" or "wasm" not in policy[0]


def test_pictures_may_be_shown_by_feed_readers_and_nothing_else(visitor: Visitor) -> None:
    said = [
        visitor.gets(path).headers["Cross-Origin-Resource-Policy"] for path in ("/images/a.webp", "/a/", "/identity/")
    ]
    assert said == ["cross-origin", "same-origin", "same-origin"]


def test_behind_tls_browsers_are_told_to_stay_there(house: House) -> None:
    house.settings = house.settings.with_(url="https://example.org")
    assert "max-age" in Visitor(house).gets("/identity/").headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "",
        "/ü",
        "/a\r\nX: y",
    ],
)
def test_nobody_is_sent_to_another_site(address: str) -> None:
    assert guards.local_path(address) == "/"


@pytest.mark.parametrize("address", ["/", "/a/", "/a/#comment-1", "/desk/moderation?state=held"])
def test_paths_of_this_site_are_followed(address: str) -> None:
    assert guards.local_path(address) == address


def test_forwarded_addresses_count_only_behind_trusted_proxies(tmp_path_factory: pytest.TempPathFactory) -> None:
    for proxies, networks in ((0, 1), (1, 2)):
        with furnish(tmp_path_factory.mktemp("proxy"), trusted_proxies=proxies) as house:
            visitor = Visitor(house)
            for hop in ("192.0.2.1", "198.51.100.9"):
                visitor.client.post(
                    "/comments/",
                    data={"page": "/a/", "text": hop, "name": "Ben"},
                    headers={"X-Forwarded-For": f"1.1.1.1, {hop}"},
                )
            assert house.db.value("SELECT count(DISTINCT network) FROM comments") == networks


def test_networks_are_kept_as_keyed_hashes_and_forgotten(house: House, visitor: Visitor) -> None:
    from comments_service import worker

    visitor.says()
    kept = house.db.value("SELECT network FROM comments")
    assert len(kept) == 32
    assert "198.51" not in kept
    house.shift_clock(days=31)
    worker.tidy(house.db, house.settings)
    assert house.db.value("SELECT network || print FROM comments") == ""


def test_sign_in_attempts_are_limited(visitor: Visitor) -> None:
    codes = [
        visitor.client.post("/desk/sign-in", data={"token": f"guess-{number}"}, headers=JSON).status_code
        for number in range(22)
    ]
    assert codes[:20] == [410] * 20
    assert codes[20:] == [429, 429]


def test_previews_are_limited_and_say_when_to_come_back(visitor: Visitor) -> None:
    fields = {"page": "/a/", "text": "x", "name": "Ben"}
    codes = [visitor.client.post("/comments/preview", data=fields).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    assert visitor.client.post("/comments/preview", data=fields).headers["Retry-After"] == "60"
