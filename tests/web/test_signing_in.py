"""Signing in with a provider, each in its shape; only who somebody is is asked for."""

from urllib.parse import urlsplit

import pytest

from comments_service import ids
from comments_service.store import identities
from tests.support import provider as providers
from tests.support import proving
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.provider import PICTURE, TENANT
from tests.support.signing_in import Start, known, on_an_errand, signs_in

# ── each in its shape ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("way", "label", "url"),
    [
        ("github", "{host}/ben", "https://{host}/ben"),
        ("x", "x.com/ben", "https://x.com/ben"),
        ("facebook", "by Facebook", ""),
        ("linkedin", "by LinkedIn", ""),
        ("wordpress", "by WordPress.com", ""),
        ("google", "by Google", ""),
        ("microsoft", "by Microsoft", ""),
        ("oidc-work", "by Work", ""),
        ("mastodon", "@ben@{host}", "https://{host}/@ben"),
    ],
)
def test_a_reader_signs_in_with_each_provider(house: House, start: Start, way: str, label: str, url: str) -> None:
    at = start(way)
    visitor = Visitor(house)
    back = signs_in(visitor, at)
    assert (back.status_code, back.headers["Location"]) == (303, f"/identity/?done={way}")
    (identity,) = known(house)
    host = urlsplit(at.url).netloc
    assert identity.provider == way
    assert identity.subject == "4711"
    assert (identity.label, identity.url) == (label.format(host=host), url.format(host=host))
    assert (identity.name, identity.address, identity.picture_url) == ("Ben Okri", "", PICTURE)
    assert visitor.client.get_cookie("rapport_device") is not None
    # The second time it is the same person, on whatever device.
    assert signs_in(Visitor(house, "198.51.100.99"), at).status_code == 303
    assert [one.id for one in known(house)] == [identity.id]


def test_who_vouches_is_the_very_server(house: House, start: Start) -> None:
    ways = ("google", "microsoft", "oidc-work", "mastodon", "github")
    servers = {way: start(way) for way in ways}
    for server in servers.values():
        signs_in(Visitor(house), server)
    found = {one.provider: one.issuer for one in known(house)}
    assert found == {
        "google": servers["google"].url,
        "microsoft": f"{servers['microsoft'].url}/{TENANT}/v2.0",
        "oidc-work": servers["oidc-work"].url,
        "mastodon": f"mastodon:{servers['mastodon'].url}",
        "github": servers["github"].url,
    }
    assert house.count("people") == len(ways) + 1


def test_only_who_somebody_is_is_asked_for(house: House, start: Start) -> None:
    for way in ("github", "x", "facebook", "linkedin", "wordpress", "google", "microsoft", "oidc-work"):
        at = start(way)
        signs_in(Visitor(house), at)
        (asked,) = at.asked(at.shape.authorize)
        scope = asked.get("scope", "")
        assert "mail" not in scope
        assert scope == {
            "github": "", "x": "users.read tweet.read", "facebook": "public_profile", "wordpress": "auth",
        }.get(way, "openid profile")  # fmt: skip
        assert ("nonce" in asked) == (way in providers.OPENID)
        there = way.removeprefix("oidc-")
        assert asked["redirect_uri"] == f"{house.settings.url}/identity/{there}/callback"


def test_a_token_in_a_form_is_read_as_well(house: House, start: Start) -> None:
    at = start("github")
    at.moods.add("form")
    assert signs_in(Visitor(house), at).status_code == 303


def test_a_name_that_only_the_server_tells_is_asked_for(house: House, start: Start) -> None:
    at = start("oidc-work", told={})
    assert signs_in(Visitor(house), at).status_code == 303
    assert [(one.name, one.address) for one in known(house)] == [("Ben Okri", "")]


def test_the_page_on_the_way_says_where_to_and_leads_back(house: House, start: Start) -> None:
    start("github")
    visitor = Visitor(house)
    page = visitor.follows(proving.chooses(visitor, "github", page="/a/", text="My words."))
    assert "Connecting to GitHub …" in page.text
    assert 'role="status"' in page.text
    assert 'href="/comments/reply?page=%2Fa%2F&amp;typed=1"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_somebody_at_the_form_comes_back_to_it_with_what_they_typed(house: House, start: Start) -> None:
    at = start("github")
    visitor = Visitor(house)
    on_an_errand(visitor, text="My words.")
    back = signs_in(visitor, at)
    assert back.headers["Location"] == "/comments/reply?page=%2Fa%2F&typed=1"
    assert house.db.value("SELECT fields FROM errands") == '{"page": "/a/", "text": "My words."}'


def test_a_device_that_signs_in_gets_a_new_secret(house: House, start: Start) -> None:
    visitor = Visitor(house)
    visitor.says()
    at = start("github")
    planted = visitor.client.get_cookie("rapport_device")
    again = Visitor(house)
    assert planted is not None
    again.client.set_cookie("rapport_device", planted.value)
    signs_in(again, at)
    fresh = again.client.get_cookie("rapport_device")
    assert fresh is not None
    assert fresh.value != planted.value
    assert identities.of_device(house.db, ids.digest(planted.value)) is None
