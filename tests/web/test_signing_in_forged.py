"""Whatever is forged, late or another's signs nobody in, and no account is taken over."""

import logging
from urllib.parse import parse_qsl, urlsplit

import pytest

from comments_service.store import identities
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.provider import TENANT
from tests.support.signing_in import Start, away, comes_back, known, on_an_errand, refused, signs_in

# ── what is forged, late, or another's ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", ["", "forged", "x" * 5000, "\N{SNOWMAN}"])
def test_a_forged_state_is_refused(house: House, start: Start, state: str) -> None:
    at = start("github")
    refused(signs_in(Visitor(house), at, state=state), 410, "was not begun here")
    assert known(house) == []
    assert at.asked(at.shape.token) == []


def test_a_state_is_good_once(house: House, start: Start) -> None:
    at = start("github")
    visitor = Visitor(house)
    on_an_errand(visitor, text="Kept.")
    address = at.consents(away(visitor, "github"))
    assert comes_back(visitor, address).status_code == 303
    comes_back(visitor, address)
    assert "was used already" in str(house.db.value("SELECT said FROM errands"))
    assert len(at.asked(at.shape.token)) == 1


def test_a_state_is_good_for_a_quarter_of_an_hour(house: House, start: Start) -> None:
    at = start("github")
    visitor = Visitor(house)
    address = at.consents(away(visitor, "github"))
    house.shift_clock(minutes=16)
    refused(comes_back(visitor, address), 410, "older than 15 minutes")
    assert known(house) == []


def test_a_state_of_another_browser_is_refused(house: House, start: Start) -> None:
    at = start("github")
    theirs, mine = Visitor(house), Visitor(house)
    address = at.consents(away(theirs, "github"))
    away(mine, "github")
    refused(comes_back(mine, address), 403, "in another browser")
    refused(comes_back(theirs, address), 410, "was used already")
    assert known(house) == []


def test_a_browser_that_began_nothing_is_refused(house: House, start: Start) -> None:
    at = start("github")
    address = at.consents(away(Visitor(house), "github"))
    refused(comes_back(Visitor(house), address), 410, "not begun in this browser")


def test_an_answer_of_another_provider_is_refused(house: House, start: Start) -> None:
    at, other = start("github"), start("x")
    visitor = Visitor(house)
    address = at.consents(away(visitor, "github"))
    refused(comes_back(visitor, address.replace("/github/", "/x/")), 403, "does not come from GitHub")
    assert other.heard == []
    assert known(house) == []


@pytest.mark.parametrize("way", ["google", "microsoft", "github", "mastodon"])
def test_an_answer_that_names_another_issuer_is_refused(house: House, start: Start, way: str) -> None:
    at = start(way)
    visitor = Visitor(house)
    for issuer in ("https://another.example", "https://[::1", "x", f"{at.url}.another.example"):
        refused(signs_in(visitor, at, iss=issuer), 403, "does not come from")
    assert [given for given in at.asked(at.shape.token) if "code" in given] == []
    assert known(house) == []


@pytest.mark.parametrize("way", ["google", "oidc-work", "github"])
def test_an_answer_that_names_its_issuer_is_taken(house: House, start: Start, way: str) -> None:
    at = start(way)
    at.moods.add("says its name")
    assert signs_in(Visitor(house), at).status_code == 303


def test_a_provider_that_promised_to_name_itself_has_to(house: House, start: Start) -> None:
    at = start("oidc-work")
    at.moods.add("promises its name")
    refused(signs_in(Visitor(house), at), 403, "does not come from")


def test_an_error_may_lack_that_name(house: House, start: Start) -> None:
    at = start("oidc-work")
    at.moods = {"promises its name", "denied"}
    refused(signs_in(Visitor(house), at), 403, "You came back from Work without signing in")


def test_a_code_is_worth_nothing_to_whoever_did_not_begin(house: House, start: Start) -> None:
    at = start("oidc-work")
    stolen = dict(parse_qsl(urlsplit(at.consents(away(Visitor(house), "oidc-work"))).query))["code"]
    refused(signs_in(Visitor(house), at, code=stolen), 403, "did not take the answer")
    assert known(house) == []


@pytest.mark.parametrize("code", ["", "x" * 5000, "unknown"])
def test_a_code_that_is_none_is_refused(house: House, start: Start, code: str) -> None:
    at = start("github")
    refused(signs_in(Visitor(house), at, code=code), 403, "GitHub did not take the answer")


@pytest.mark.parametrize("way", ["oidc-work", "microsoft"])
def test_a_token_that_does_not_hold_proves_nothing(house: House, start: Start, way: str) -> None:
    at = start(way)
    visitor = Visitor(house)
    for mood in (
        "another issuer", "another audience", "another nonce", "no nonce", "no aud", "no exp", "no iss", "no sub",
        "expired", "alg none", "alg of a shared secret", "another's key", "no signed token",
        "another audience, asked by us",
    ):  # fmt: skip
        at.moods = {mood}
        refused(signs_in(visitor, at), 502, "something that can't be used")
        assert known(house) == [], mood
    at.moods = set()
    assert signs_in(visitor, at).status_code == 303


def test_a_company_can_vouch_for_its_own_people_only(house: House, start: Start) -> None:
    at = start("microsoft", tid="11111111-1111-1111-1111-111111111111")
    refused(signs_in(Visitor(house), at), 502, "something that can't be used")
    at.person["tid"] = "../common"
    refused(signs_in(Visitor(house), at), 502, "something that can't be used")
    at.person["tid"] = TENANT
    at.moods.add("a key of another company")
    refused(signs_in(Visitor(house), at), 502, "something that can't be used")
    assert known(house) == []


def test_a_provider_that_tells_of_two_people_is_not_believed(house: House, start: Start) -> None:
    at = start("oidc-work", told={})
    at.moods.add("another person")
    refused(signs_in(Visitor(house), at), 502, "something that can't be used")


def test_a_provider_that_describes_itself_as_another_is_not_asked(house: House, start: Start) -> None:
    at = start("oidc-work")
    at.moods.add("described as another")
    refused(Visitor(house).gets("/identity/oidc-work/login"), 502, "Work answered with something")


def test_somebody_without_an_id_is_nobody(house: House, start: Start) -> None:
    at = start("github")
    visitor = Visitor(house)
    for id_ in (None, "", True, [1], {"a": 1}, "a b", "x" * 256, 1.5, "\n", "\N{SNOWMAN}"):
        at.person["told"] = {"id": id_}
        refused(signs_in(visitor, at), 502, "something that can't be used")
    assert known(house) == []


def test_what_a_provider_says_passes_an_accept_list(house: House, start: Start) -> None:
    at = start("github")
    host, visitor = urlsplit(at.url).netloc, Visitor(house)
    for told, name, login in (
        ({"name": None}, "ben", "ben"),
        ({"name": "  Ben\n\u202eOkri\u200b "}, "Ben Okri", "ben"),
        ({"name": "ben@example.org"}, "ben", "ben"),
        ({"name": "B" * 300}, "B" * 80, "ben"),
        ({"name": "\ud800"}, "ben", "ben"),
        ({"name": ["x"]}, "ben", "ben"),
        ({"name": "<b>Ben</b>"}, "<b>Ben</b>", "ben"),
        ({"login": "../../evil"}, "Ben Okri", ""),
        ({"login": 'ben"onclick="x'}, "Ben Okri", ""),
        ({"login": "bеn"}, "Ben Okri", ""),
    ):
        at.person |= {"id": str(int(at.person["id"]) + 1), "told": told}
        assert signs_in(visitor, at).status_code == 303
        identity = known(house)[-1]
        assert identity.name == name
        assert identity.url == (f"https://{host}/{login}" if login else "")
        assert identity.label == (f"{host}/{login}" if login else "by GitHub")


def test_a_picture_that_is_no_web_address_is_dropped(house: House, start: Start) -> None:
    at = start("github")
    visitor = Visitor(house)
    for picture in (
        "http://pictures.example/a", "javascript:alert(1)", "data:image/png;base64,x", "//evil.example/a", 7, "https://",
        "https://a@b.example/", "https://pictures.example/ a", 'https://p.example/"onload="', "https://[::1/",
        "https://p.example/" + "a" * 600, "https://p.example:x/",
    ):  # fmt: skip
        at.person["told"] = {"avatar_url": picture}
        signs_in(visitor, at)
        assert [one.picture_url for one in known(house)] == [""], picture


def test_a_profile_on_another_host_is_dropped(house: House, start: Start) -> None:
    at = start("oidc-work", told={"name": "Ben", "profile": "https://evil.example/ben"})
    signs_in(Visitor(house), at)
    assert [one.url for one in known(house)] == [""]


# ── no account is taken over ────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_from_a_provider_makes_nobody_somebody_else(house: House, start: Start) -> None:
    lies = {"name": "Ben", "email": "ana@example.org", "email_verified": True}
    honest, liar = start("google"), start("oidc-work", told=lies)
    signs_in(Visitor(house), honest)
    signs_in(Visitor(house), liar)
    first, second = known(house)
    assert first.person != second.person
    assert identities.head_of(house.db, first.person) != identities.head_of(house.db, second.person)
    assert [one.address for one in (first, second)] == ["", ""]


def test_nobody_vouches_in_the_name_of_another(house: House, start: Start) -> None:
    at = start("linkedin", **{"told to whoever asks": {"iss": "https://accounts.google.com"}})
    signs_in(Visitor(house), at)
    assert [one.issuer for one in known(house)] == [at.url]


def test_the_same_name_and_number_at_another_server_is_another_person(house: House, start: Start) -> None:
    for way in ("github", "wordpress", "google", "mastodon"):
        at = start(way)
        signs_in(Visitor(house), at)
    assert len({one.person for one in known(house)}) == 4
    assert {(one.subject, one.name) for one in known(house)} == {("4711", "Ben Okri")}


def test_tokens_are_neither_kept_nor_logged(house: House, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for way in ("github", "oidc-work", "mastodon", "x"):
            at = start(way)
            visitor = Visitor(house)
            on_an_errand(visitor)
            address = away(visitor, way)
            comes_back(visitor, at.consents(address))
            secrets = [*at.tokens, *(given.get("code_verifier", "") for given in at.asked(at.shape.token))]
            secrets += [dict(parse_qsl(urlsplit(address).query))["state"], "Ben Okri"]
            everything = "\n".join(
                str(row)
                for table in house.db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                for row in house.db.rows(f"SELECT * FROM {table['name']}")
            )
            for secret in filter(None, secrets[:-1]):
                assert secret not in everything, way
            for secret in filter(None, secrets):
                assert secret not in caplog.text, way
