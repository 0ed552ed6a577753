"""Signing in with a provider, each in its shape; whatever is forged, late or another's is refused."""

import logging
import re
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest

from comments_service import ids, outbound
from comments_service import providers as ways_in
from comments_service.store import identities
from tests.support import provider as providers
from tests.support import proving
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.processes import eventually
from tests.support.provider import PICTURE, TENANT
from tests.support.signing_in import Start, away, comes_back, known, on_an_errand, refused, signs_in

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


# ── what goes wrong out there ───────────────────────────────────────────────────────────────────────────────────────


def test_somebody_who_changes_their_mind_is_told_so_kindly(house: House, start: Start) -> None:
    at = start("github")
    at.moods.add("denied")
    refused(signs_in(Visitor(house), at), 403, "You came back from GitHub without signing in")


@pytest.mark.parametrize("error", ["access_denied", "user_cancelled_login", "server_error", "<b>x</b>"])
def test_at_the_form_a_failure_is_told_with_what_was_typed(house: House, start: Start, error: str) -> None:
    at = start("github")
    visitor = Visitor(house)
    on_an_errand(visitor, text="My words.")
    back = signs_in(visitor, at, error=error)
    assert (back.status_code, back.headers["Location"]) == (303, "/comments/reply?page=%2Fa%2F&typed=1")
    row = house.db.row("SELECT fields, said FROM errands")
    assert row is not None
    assert "My words." in row["fields"]
    assert row["said"].startswith("You came back" if "server" not in error and "<" not in error else "GitHub did not")
    assert known(house) == []


@pytest.mark.parametrize("where", ["token", "profile", "keys", "description"])
def test_a_provider_that_answers_nonsense_is_told_of(house: House, start: Start, where: str) -> None:
    at = start("oidc-work", told={})
    paths = {"keys": "/certs", "description": "/.well-known/openid-configuration"}
    visitor = Visitor(house)
    for how in ("garbage", "500", "404", "a list", "huge", "a redirect"):
        at.moods = {f"{how} at {paths.get(where) or getattr(at.shape, where)}"}
        response = visitor.gets("/identity/oidc-work/login") if where == "description" else signs_in(visitor, at)
        refused(response, 502, "Work ")
    assert known(house) == []


@pytest.mark.parametrize("where", ["token", "profile"])
def test_a_provider_that_is_slow_is_left(
    house: House, start: Start, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    at = start("github")
    at.moods.add(f"silence at {getattr(at.shape, where)}")
    monkeypatch.setattr(outbound, "TOTAL", 0.2)
    refused(signs_in(Visitor(house), at), 502, "GitHub can't be reached just now")


def test_a_provider_that_is_down_is_told_of(house: House) -> None:
    with providers.serving("oidc-work") as at:
        house.settings = house.settings.with_(services=(at.service,))
    refused(Visitor(house).gets("/identity/oidc-work/login"), 502, "Work can't be reached just now")


def test_a_provider_without_a_token_is_told_of(house: House, start: Start) -> None:
    at = start("github")
    at.moods.add("no token")
    refused(signs_in(Visitor(house), at), 502, "something that can't be used")


def test_every_refusal_is_logged_without_anything_personal(
    house: House, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    at = start("github")
    signs_in(Visitor(house), at, state="forged")
    at.moods.add("denied")
    signs_in(Visitor(house), at)
    at.moods = {"garbage at /user"}
    signs_in(Visitor(house), at)
    lines = [record.getMessage() for record in caplog.records if record.name == "rapport.identity"]
    assert lines == [
        "sign-in by github refused: sign_in_spent",
        "sign-in by github refused: cancelled",
        "sign-in by github refused: answer_unusable (it answered with no JSON object)",
    ]


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["github", "google", "oidc-none", "facebook"])
def test_a_way_that_is_not_set_up_is_not_there(house: House, way: str) -> None:
    assert Visitor(house).gets(f"/identity/{way}/login").status_code == 404
    assert Visitor(house).gets(f"/identity/{way}/callback").status_code == 404


def test_a_way_that_is_switched_off_is_not_there(house: House) -> None:
    house.settings = house.settings.with_(mastodon_sign_in=False, website_sign_in=False)
    for path in ("mastodon/login", "website/login", "website/callback", "client.json"):
        assert Visitor(house).gets(f"/identity/{path}").status_code == 404


@pytest.mark.parametrize("way", ["//evil.example", "%2e%2e", "github%00", "GitHub", "oidc-"])
def test_no_other_word_is_taken_for_a_way(house: House, start: Start, way: str) -> None:
    start("github")
    assert Visitor(house).gets(f"/identity/{way}/callback").status_code in {400, 404}


def test_whatever_host_a_request_names_readers_come_back_to_the_address_in_the_settings(
    house: House, start: Start
) -> None:
    at = start("github")
    visitor = Visitor(house)
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    page = visitor.client.get("/identity/github/login", headers=headers)
    assert "evil.example" not in page.text
    found = re.search(r"redirect_uri=([^&]+)&amp;", page.text)
    assert found
    assert found[1] == "http%3A%2F%2Flocalhost%3A8000%2Fidentity%2Fgithub%2Fcallback"
    assert at.heard == []


def test_nobody_is_led_elsewhere_afterwards(house: House, start: Start) -> None:
    at = start("github")
    visitor = Visitor(house)
    for parameter in ("next", "redirect_uri", "url", "page", "return_to"):
        for target in ("//evil.example", "/\\evil.example", "https://evil.example", "%2F%2Fevil.example"):
            address = away(visitor, "github", f"?{parameter}={target}")
            assert "evil.example" not in address
            back = comes_back(visitor, at.consents(address, **{parameter: target}))
            assert back.headers["Location"] == "/identity/?done=github"


@pytest.mark.parametrize("site", ["cross-site", "same-origin", "none"])
def test_a_link_sends_nobody_by_itself_to_a_server_that_it_chose(house: House, site: str) -> None:
    # In a reply or in a letter it is as good as one on another site.
    with providers.serving("mastodon") as one:
        house.settings = house.settings.with_(services=(one.service,), rate_limit=False)
        visitor = Visitor(house)
        on_an_errand(visitor)
        for query in ("", "?begun=", "?begun=guessed"):
            page = visitor.gets(f"/identity/mastodon/login{query}", Sec_Fetch_Site=site)
            assert "http-equiv" not in page.text
            assert f"Go to {urlsplit(one.url).netloc}?" in page.text


def test_a_link_to_a_provider_of_this_blog_leads_there_and_nowhere_else(house: House, start: Start) -> None:
    at = start("github")
    answer = Visitor(house).gets("/identity/github/login?begun=guessed&server=evil.example")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{at.url}/login/oauth/authorize?")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_link_joins_nobody_with_what_is_proven_at_its_end(house: House, start: Start) -> None:
    at = start("github")
    mine = start("oidc-work")
    visitor = Visitor(house)
    signs_in(visitor, mine)
    proving.chooses(visitor, "github", purpose="add")  # and then they looked at something else
    comes_back(visitor, at.consents(visitor.gets("/identity/github/login").headers["Location"]))
    assert house.count("joins") == 0


def test_too_many_sign_ins_are_slowed_down(house: House, start: Start) -> None:
    start("github")
    house.settings = house.settings.with_(rate_limit=True)
    visitor = Visitor(house)
    statuses = [visitor.gets("/identity/github/login").status_code for _ in range(31)]
    assert statuses == [303] * 30 + [429]


def test_slow_providers_leave_threads_for_everybody_else(house: House, start: Start) -> None:
    at = start("oidc-work")
    house.settings = house.settings.with_(threads=2)
    visitor, answers = Visitor(house), []
    at.moods.add("silence at /.well-known/openid-configuration")
    waiting = Thread(target=lambda: answers.append(visitor.client.get("/identity/oidc-work/login").status_code))
    waiting.start()
    eventually(lambda: at.heard, "one is waiting for the provider")
    other = visitor.client.application.test_client()
    refused(other.get("/identity/oidc-work/login"), 503, "Many are signing in just now")
    assert other.get("/healthz").status_code in {200, 503}
    at.ended.set()
    waiting.join()
    assert answers == [502]
    assert other.get("/identity/oidc-work/login").status_code == 502


def test_the_way_works_on_either_engine(either_house: House) -> None:
    with providers.serving("github") as at:
        either_house.settings = either_house.settings.with_(services=(at.service,))
        visitor = Visitor(either_house)
        on_an_errand(visitor, text="Kept.")
        at.moods.add("denied")
        assert signs_in(visitor, at).status_code == 303
        assert "You came back" in str(either_house.db.value("SELECT said FROM errands"))
        at.moods.clear()
        assert signs_in(visitor, at).status_code == 303
        assert [one.subject for one in known(either_house)] == ["4711"]
        assert either_house.db.value("SELECT said FROM errands") == ""


def test_a_provider_goes_by_its_own_name_unless_another_way_has_it(house: House, start: Start) -> None:
    start("oidc-work")
    for part in ("work", "oidc-work"):
        page = Visitor(house).gets(f"/identity/{part}/login").text
        assert "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fidentity%2Fwork%2Fcallback" in page
    assert [ways_in.address_of(way) for way in ("oidc-work", "oidc-github", "oidc-data", "github")] == [
        "work",
        "oidc-github",
        "oidc-data",
        "github",
    ]
    assert ways_in.at_address("oidc-github") == "oidc-github"
