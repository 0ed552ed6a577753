"""Signing in where every reader has a server of their own: Mastodon, and one's own website (IndieAuth)."""

import html
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from comments_service import worker
from comments_service.errors import Problem
from comments_service.identity import indieauth, mastodon
from comments_service.settings import Settings
from tests.support import provider as providers
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.provider import PICTURE, Provider
from tests.support.signing_in import Start, away, comes_back, known, on_an_errand, refused, signs_in

PUBLIC = Settings(url="https://blog.example")


# ── Mastodon ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typed",
    [
        "mastodon.social", " Mastodon.Social ", "@ben@mastodon.social", "ben@mastodon.social",
        "https://mastodon.social/@ben", "http://mastodon.social", "mastodon.social/@ben", "https://mastodon.social?x#y",
    ],
)  # fmt: skip
def test_a_server_is_named_by_its_address_or_by_a_handle(typed):
    assert mastodon.server(PUBLIC, typed) == "https://mastodon.social"


@pytest.mark.parametrize(
    "typed",
    [
        "", "  ", "ben", "@ben", "localhost", "127.0.0.1", "10.0.0.1", "[::1]", "a b.example", "https://", "http://localhost",
        "mastodon.social@", "javascript:alert(1)", "mastоdon.social", "x" * 300 + ".example",
        "https://[::1/",
    ],
)  # fmt: skip
def test_what_names_no_server_is_refused(typed):
    with pytest.raises(Problem) as problem:
        mastodon.server(PUBLIC, typed)
    assert "server" in problem.value.fields


def test_without_a_server_one_is_asked_for(house: House) -> None:
    visitor = Visitor(house)
    page = visitor.gets("/identity/mastodon/login")
    assert page.status_code == 200
    assert '<form class="reply-form" method="get" action="/identity/mastodon/login">' in page.text
    again = visitor.gets("/identity/mastodon/login?server=%22%3Eben")
    refused(again, 422, "Please give your server’s address")
    assert 'value="&#34;&gt;ben"' in again.text
    assert house.count("errands") == 1


@pytest.mark.parametrize("asked", ["mastodon/login?server=nowhere.invalid", "website/login?site=nowhere.invalid"])
def test_a_name_that_leads_nowhere_may_be_written_wrong(house: House, asked: str) -> None:
    answer = Visitor(house).gets(f"/identity/{asked}")
    assert answer.status_code == 502
    assert "Please look at how it is written, try again" in answer.text
    assert 'value="nowhere.invalid"' in answer.text


def test_a_server_gives_keys_once_and_for_the_profile_alone(house: House, start: Start) -> None:
    at = start("mastodon")
    for _ in range(2):
        assert signs_in(Visitor(house), at).status_code == 303
    (registered,) = at.asked("/api/v1/apps")
    assert registered == {
        "client_name": "Rapport",
        "redirect_uris": "http://localhost:8000/identity/mastodon/callback",
        "scopes": "profile",
        "website": "http://localhost:8000",
    }
    assert {asked["scope"] for asked in at.asked("/oauth/authorize")} == {"profile"}


def test_an_older_server_is_asked_for_the_least_that_it_knows(house: House, start: Start) -> None:
    at = start("mastodon")
    at.moods.add("old")
    assert signs_in(Visitor(house), at).status_code == 303
    at.moods.clear()
    # It was brought up to date: the keys of before do not open the smaller door.
    assert signs_in(Visitor(house), at).status_code == 303
    assert [asked["scopes"] for asked in at.asked("/api/v1/apps")] == ["read:accounts", "profile"]


def test_a_server_that_forgot_this_blog_is_asked_for_keys_once_more(house: House, start: Start) -> None:
    at = start("mastodon")
    signs_in(Visitor(house), at)
    at.clients.clear()
    assert signs_in(Visitor(house), at).status_code == 303
    assert len(at.asked("/api/v1/apps")) == 2
    assert len(known(house)) == 1


def test_keys_of_a_server_that_nobody_came_from_are_forgotten(house: House, start: Start) -> None:
    at = start("mastodon")
    visitor = Visitor(house)
    away(visitor, "mastodon")
    house.shift_clock(hours=23)
    worker.tidy(house.db, house.settings)
    assert house.count("registrations") == 1
    house.shift_clock(hours=25)
    worker.tidy(house.db, house.settings)
    assert house.count("registrations") == 0
    signs_in(Visitor(house), at)
    house.shift_clock(days=9)
    worker.tidy(house.db, house.settings)
    assert house.count("registrations") == 1


def test_a_server_that_forgets_this_blog_meanwhile_is_told_of(house: House, start: Start) -> None:
    at = start("mastodon")
    visitor = Visitor(house)
    address = at.consents(away(visitor, "mastodon"))
    at.clients.clear()
    refused(comes_back(visitor, address), 403, "Please begin once more")


def test_a_blog_that_moved_asks_for_new_keys(house: House, start: Start) -> None:
    at = start("mastodon")
    signs_in(Visitor(house), at)
    house.settings = house.settings.with_(url="http://127.0.0.1:8000")
    assert signs_in(Visitor(house), at).status_code == 303
    assert len(at.asked("/api/v1/apps")) == 2


def test_a_server_that_gives_no_keys_is_told_of(house: House, start: Start) -> None:
    at = start("mastodon")
    at.moods.add("garbage at /api/v1/apps")
    refused(Visitor(house).gets("/identity/mastodon/login"), 502, "The other server answered")


def test_a_profile_elsewhere_is_led_to_on_the_server_that_vouches(house: House, start: Start) -> None:
    at = start("mastodon", told={"url": "https://evil.example/@ben", "acct": "ben@evil.example"})
    signs_in(Visitor(house), at)
    host = urlsplit(at.url).netloc
    assert [(one.label, one.url) for one in known(house)] == [(f"@ben@{host}", f"https://{host}/@ben")]


# ── one's own website ───────────────────────────────────────────────────────────────────────────────────────────────


HEAD = (
    '<link rel="me" href="/x"><link rel="authorization_endpoint" href="/elsewhere">'
    '<LINK href="/metadata" REL="x IndieAuth-Metadata">'
)
_DECOY = '<link rel="indieauth-metadata" href="/none">'
DECOYS = f"<!-- {_DECOY} --><textarea>{_DECOY}</textarea><script>'{_DECOY}'</script>"


def site(start: Start, path: str = "/", page: str = HEAD, **more: object) -> Provider:
    """A website, and the server that signs its owner in, on one address."""
    at = start("website", pages={path: f"<!doctype html><html><head>{page}</head><body></body></html>"}, **more)
    at.person |= {
        "me": at.url + path,
        "profile": {"name": "Ben Okri", "photo": PICTURE, "email": "ben@example.org"},
    } | more
    return at


def enters(visitor: Visitor, at: Provider, path: str = "/", **changes: str) -> TestResponse:
    return signs_in(visitor, at, f"?site={at.url}{path}", **changes)


@pytest.mark.parametrize("path", ["/", "/ben", "/people?id=7"])
def test_a_reader_signs_in_with_their_own_website(house: House, start: Start, path: str) -> None:
    at = site(start, path.partition("?")[0])
    at.person["me"] = at.url + path
    visitor = Visitor(house)
    back = signs_in(visitor, at, f"?site={at.url}{path.replace('?', '%3F')}")
    assert back.headers["Location"] == "/identity/?done=website"
    (identity,) = known(house)
    assert (identity.provider, identity.issuer, identity.subject) == ("website", "website", at.url + path)
    assert identity.label == urlsplit(at.url).netloc + path.rstrip("/")
    assert (identity.name, identity.url, identity.address) == ("Ben Okri", at.url + path, "")
    assert identity.picture_url == PICTURE
    (asked,) = [given for given in at.asked("/auth") if "response_type" in given]
    assert asked["client_id"] == "http://localhost:8000/identity/client.json"
    assert (asked["scope"], asked["me"]) == ("profile", at.url + path)


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ('</metadata>; rel="indieauth-metadata"', ""),
        ('</x>; rel="me", </metadata>; title="a, b"; rel=indieauth-metadata', HEAD.replace("/metadata", "/none")),
        ("", '<link rel="authorization_endpoint" href="/auth">'),
        ('</auth>; rel="authorization_endpoint"', "<!-- no links -->"),
        ("", DECOYS + HEAD),
    ],
)  # fmt: skip
def test_a_server_is_found_in_each_way_that_the_standard_knows(
    house: House, start: Start, link: str, page: str
) -> None:
    at = site(start, page=page)
    at.person["link"] = link
    assert enters(Visitor(house), at).status_code == 303
    assert len(known(house)) == 1


def test_this_blog_describes_itself_to_such_servers(house: House) -> None:
    told = Visitor(house).gets("/identity/client.json").get_json()
    assert told["client_id"] == "http://localhost:8000/identity/client.json"
    assert told["client_id"].startswith(told["client_uri"])
    assert told["redirect_uris"] == ["http://localhost:8000/identity/website/callback"]


def test_another_website_is_believed_only_if_it_names_the_same_server(house: House, start: Start) -> None:
    at = site(start)
    at.person["pages"]["/ben"] = HEAD
    at.person["me"] = f"{at.url}/ben"
    visitor = Visitor(house)
    assert enters(visitor, at).status_code == 303
    victim = site(start)
    at.person["me"] = f"{victim.url}/"
    refused(enters(visitor, at), 403, "did not take the answer")
    at.person["pages"]["/quiet"] = "<p>Nothing.</p>"
    at.person["me"] = f"{at.url}/quiet"
    refused(enters(visitor, at), 422, "does not say how its owner signs in")
    assert [one.subject for one in known(house)] == [f"{at.url}/ben"]


@pytest.mark.parametrize(
    "me", ["", None, 7, "javascript:alert(1)", "http://10.0.0.1/", "https://example.org:99999/", "x"]
)
def test_a_server_that_names_no_website_is_not_believed(house: House, start: Start, me: object) -> None:
    at = site(start)
    at.person["me"] = me
    refused(enters(Visitor(house), at), 502, "something that can't be used")
    assert known(house) == []


def test_an_answer_has_to_name_the_server_that_was_asked(house: House, start: Start) -> None:
    at = site(start)
    visitor = Visitor(house)
    refused(enters(visitor, at, iss="https://another.example"), 403, "does not come from")
    refused(enters(visitor, at, iss=""), 403, "does not come from")


def test_a_server_that_describes_itself_as_another_is_not_asked(house: House, start: Start) -> None:
    at = site(start)
    at.moods.add("described as another")
    refused(Visitor(house).gets(f"/identity/website/login?site={at.url}"), 502, "something that can't be used")


def test_a_website_without_a_server_is_told_so_and_kept_in_its_field(house: House, start: Start) -> None:
    at = site(start, page="<title>My site</title>")
    page = Visitor(house).gets(f"/identity/website/login?site={at.url}")
    refused(page, 422, "does not say how its owner signs in")
    assert f'value="{at.url}"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_the_website_typed_at_the_form_stands_in_the_field(house: House) -> None:
    visitor = Visitor(house)
    on_an_errand(visitor, website="https://ben.example")
    page = visitor.gets("/identity/website/login")
    assert 'value="https://ben.example"' in page.text
    assert "/comments/reply?page=%2Fa%2F&typed=1" in html.unescape(page.text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("example.org", "https://example.org/"),
        ("HTTP://Example.ORG", "https://example.org/"),
        ("https://example.org/Ben", "https://example.org/Ben"),
        ("example.org/a?b=c#d", "https://example.org/a?b=c"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
        ("аpple.com", "https://xn--pple-43d.com/"),
    ],
)
def test_a_website_is_compared_in_one_form(typed, expected):
    assert indieauth.canonical(PUBLIC, typed) == expected
    assert indieauth.canonical(PUBLIC, expected) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "", "me", "http://localhost/", "http://127.0.0.1:80/", "10.0.0.1", "https://[::1]/", "https://example.org:8443/",
        "https://ben@example.org/", "https://example.org/a/../b", "https://example.org/./", "mailto:me@example.org",
        "javascript:alert(1)", "https://example.org/ü", "https://example.org/?ü", "//example.org",
        "https://ex ample.org/",
    ],
)  # fmt: skip
def test_what_is_no_website_is_refused(typed):
    with pytest.raises(Problem) as problem:
        indieauth.canonical(PUBLIC, typed)
    assert "site" in problem.value.fields


def test_a_page_of_a_million_odd_characters_is_read_at_once(house: House, start: Start) -> None:
    at = site(start, page="<a " * 300_000)
    refused(Visitor(house).gets(f"/identity/website/login?site={at.url}"), 422, "does not say how its owner signs in")


def test_a_code_goes_to_nobody_but_the_server_that_gave_it(house: House, start: Start) -> None:
    at = site(start)
    enters(Visitor(house), at)
    redeemed = [given for given in at.asked("/auth") if "code" in given]
    assert [sorted(given) for given in redeemed] == [
        ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"]
    ]
    assert dict(parse_qsl("&".join(path for _, path, _ in at.heard))) == {}


def test_the_same_server_may_vouch_by_two_protocols(house: House, start: Start) -> None:
    with providers.serving("mastodon") as one, providers.serving("oidc-work") as two:
        house.settings = house.settings.with_(services=(one.service, two.service))
        for at in (one, two):
            assert signs_in(Visitor(house), at).status_code == 303
    assert len({identity.issuer for identity in known(house)}) == 2


@pytest.mark.parametrize("before", ["<div>" * 5_000, f"<p title='{'x' * 300_000}'>"], ids=["tags", "letters"])
def test_of_a_page_no_more_is_read_than_is_read_at_once(house: House, start: Start, before: str) -> None:
    at = site(start, page=before + HEAD)
    refused(Visitor(house).gets(f"/identity/website/login?site={at.url}"), 422, "does not say how its owner signs in")


def test_of_a_server_nothing_long_is_kept(house: House, start: Start) -> None:
    at = site(start, page=f'<link rel="authorization_endpoint" href="/auth?{"x" * 2_000}">')
    refused(Visitor(house).gets(f"/identity/website/login?site={at.url}"), 502, "something that can't be used")
    assert house.count("authorizations") == 0
