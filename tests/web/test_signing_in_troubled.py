"""Providers that fail, and addresses that are bent: told in a sentence, and never followed elsewhere."""

import re
from threading import Thread
from urllib.parse import urlsplit

import pytest

from comments_service import outbound
from comments_service import providers as ways_in
from tests.support import provider as providers
from tests.support import proving
from tests.support.actors import House
from tests.support.browserless import Visitor
from tests.support.processes import eventually
from tests.support.signing_in import Start, away, comes_back, known, on_an_errand, refused, signs_in

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
