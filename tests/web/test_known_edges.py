"""Edges that are known from elsewhere: each was somebody's hole once, and is none here."""

import json
import logging
import re

import pytest
from werkzeug.routing import Rule

from comments_service import create_app, identity, ids, names
from comments_service.identity import authors
from tests.support import proving
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.processes import eventually, serving

HUGE = [str(2**63), "9" * 400, "²"]
ASKED = ("page", "parent", "id", "limit", "after", "before", "since", "week", "n", "state", "text", "version")
FIELDS = ("page", "text", "name", "parent", "email", "token", "credential", "verb", "id", "ids", "edition", "key")
# They say 503 while no worker runs, and sign the walker out.
PASSED_OVER = ("/healthz", "/identity/sign-out")
FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "666",
    "X-Original-URL": "/desk/",
    "X-Rewrite-URL": "/desk/",
    "Forwarded": "host=evil.example;for=192.0.2.1",
    "X-Forwarded-Prefix": "/evil",
}


def rules(house: House) -> list[Rule]:
    return [rule for rule in create_app(house.settings).url_map.iter_rules() if rule.rule != "/<path:path>"]


def address(rule: Rule, value: str) -> str:
    built = rule.build(dict.fromkeys(rule.arguments, value), append_unknown=False)
    assert built
    return built[1]


@pytest.mark.parametrize("number", HUGE, ids=["two to the 63", "four hundred digits", "no digit"])
def test_a_number_beyond_every_column_leads_nowhere_on_any_route(either_house: House, number: str) -> None:
    either_house.settings = either_house.settings.with_(rate_limit=False)
    owner, asked = Visitor(either_house).signs_in(), dict.fromkeys(ASKED, number)
    for rule in rules(either_house):
        if rule.rule in PASSED_OVER:
            continue
        if "GET" in (rule.methods or set()):
            answer = owner.client.get(address(rule, number), query_string=asked, headers=JSON)
            assert answer.status_code < 500, rule.rule
        if "POST" in (rule.methods or set()):
            answer = owner.client.post(address(rule, number), data=asked, headers=JSON)
            assert answer.status_code < 500, rule.rule


@pytest.mark.parametrize("value", [[], 2**63, 1.5, None, "\ud800", "=?UTF-8?Q?x=0ABcc:a@b.example?="])
def test_no_type_of_json_that_nobody_expects_breaks_a_route(house: House, value: object) -> None:
    house.settings = house.settings.with_(rate_limit=False)
    owner = Visitor(house).signs_in()
    for rule in rules(house):
        if "POST" in (rule.methods or set()) and rule.rule not in PASSED_OVER:
            answer = owner.client.post(address(rule, "x"), json=dict.fromkeys(FIELDS, value), headers=JSON)
            assert answer.status_code < 500, rule.rule


def test_nothing_that_is_compared_in_secret_has_to_be_ascii() -> None:
    for one in ("", "é", "\ud800", "\0", "x" * 10_000):
        assert ids.same(one, one)
        assert not ids.same(one, "a secret")


@pytest.mark.parametrize(
    "name", ["=?UTF-8?Q?x=0ABcc:a@b.example?=", "=?utf-8?b?eApCY2M6IGFAYi5leGFtcGxl?=", "Ben\nBcc: a@b.example"]
)
def test_no_name_becomes_a_header_of_a_letter(name: str) -> None:
    try:
        kept = names.clean(name)
    except ValueError:
        return
    assert "\n" not in kept
    assert "=?" not in kept


def test_ids_have_a_hundred_and_twenty_eight_bits_and_secrets_twice_as_many() -> None:
    assert len(ids.new_id()) * 5 >= 128
    assert len({ids.new_id() for _ in range(1000)}) == 1000
    assert len(ids.new_secret()) * 6 >= 256


def test_forged_forwarding_headers_change_nothing(house: House) -> None:
    visitor = Visitor(house)
    for path in ("/comments/reply?page=/a/", "/comments/feed.atom", "/desk/", "/api/v1/openapi.json", "/nowhere"):
        plain, forged = visitor.gets(path), visitor.client.get(path, headers=FORGED)
        assert forged.status_code == plain.status_code
        assert "evil" not in f"{forged.headers}{forged.text}"
        assert forged.headers.get("Location") == plain.headers.get("Location")


def test_links_in_letters_are_built_from_the_configured_address(house: House) -> None:
    visitor = Visitor(house)
    proving.chooses(visitor, "email")
    visitor.client.post("/identity/email", data={"email": "ben@example.net"}, headers=FORGED)
    house.work()
    assert house.letters
    for letter in house.letters:
        addresses = re.findall(r"https?://[^\s<>\"]+", letter.text)
        assert addresses
        assert [one for one in addresses if not one.startswith(house.settings.url)] == []


def test_whatever_opens_something_is_kept_as_a_digest_only(house: House) -> None:
    """All that a browser was given as a secret, looked for in every column of every table."""
    reader, owner = Visitor(house), Visitor(house).signs_in()
    link = reader.says().headers["Location"]
    proving.proves_address(reader)
    waiting = authors.new_link(house.db, house.settings, house.author.account)
    secrets = {link.split("key=")[1], waiting.split("token=")[1], house.keys.api}
    for browser in (reader, owner):
        given = browser.client._cookies or {}  # noqa: SLF001 -- what a browser keeps
        secrets |= {cookie.value for cookie in given.values() if len(cookie.value) >= 20}
    assert len(secrets) >= 5
    tables = [row["name"] for row in house.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = json.dumps([house.db.rows(f"SELECT * FROM {table}") for table in tables], default=str)
    assert [secret for secret in secrets if secret in kept] == []


def test_every_answer_is_public_and_free_of_cookies_or_private_and_kept_nowhere(house: House) -> None:
    """Walked over the map of routes: as a stranger, as a reader who is known, and as the owner."""
    said = house.author.publishes(house.reader().says("Hello."))
    reader = Visitor(house)
    reader.says()
    for visitor in (Visitor(house), reader, Visitor(house).signs_in()):
        for rule in rules(house):
            if "GET" not in (rule.methods or set()):
                continue
            for accept in ("text/html", "application/json"):
                answer = visitor.gets(f"{address(rule, said.id)}?page=/a/", Accept=accept)
                kept = answer.headers["Cache-Control"]
                public = kept != "no-store"
                assert not public or "Set-Cookie" not in answer.headers, rule.rule
                assert not public or kept.startswith(("no-cache", "public")), rule.rule
                private = rule.rule.startswith(("/desk", "/identity")) and "pictures" not in rule.rule
                assert not (private and public), f"{rule.rule} for {visitor}"


def test_a_public_answer_is_the_same_for_everybody(house: House) -> None:
    """A cache between may hand one reader what another got."""
    said = house.author.publishes(house.reader().says("Hello."))
    owner, stranger = Visitor(house).signs_in(), Visitor(house)
    public = [f"/comments/{what}" for what in ("thread?page=/a/", "counts?page=/a/", "feed.atom", "answers.atom")]
    for path in (*public, f"/api/v1/comments/{said.id}", "/api/v1/threads?page=/a/"):
        one, other = owner.gets(path), stranger.gets(path)
        assert one.headers["Cache-Control"] != "no-store"
        assert one.data == other.data, path


def test_words_in_another_direction_stay_in_their_place(house: House) -> None:
    shalom, words = "\u05e9\u05dc\u05d5\u05dd (", "\u0645\u0631\u062d\u0628\u0627) at the end"
    house.author.publishes(house.reader(shalom).says(words))
    shown = house.fragment()
    assert f'<bdi class="p-name">{shalom}</bdi>' in shown
    assert f'<div class="e-content" dir="auto"><p>{words}</p>' in shown


# ── a whole run's log ───────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_personal_is_in_the_log_of_a_whole_run(house: House) -> None:
    import http.client

    words, name, agent, token = "Quetzalwords here", "Quetzal Nimbus", "QuetzalBrowser/1.0", "QuetzalToken" * 3
    own = "198.51.100.77"
    with serving(
        house.settings.data, house.settings.output, RAPPORT_LOG="debug", RAPPORT_TRUSTED_PROXIES="1"
    ) as service:
        line = http.client.HTTPConnection("127.0.0.1", int(service.url.rpartition(":")[2]), timeout=30)

        def asks(method: str, path: str, body: str = "", **headers: str) -> int:
            given = {"X-Forwarded-For": own, "User-Agent": agent, "Cookie": f"rapport_session={token}"} | headers
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            line.request(method, path, body or None, given | form)
            answer = line.getresponse()
            answer.read()
            return answer.status

        form = f"page=/a/&name={name.replace(' ', '+')}&email=quetzal@example.net&text={words.replace(' ', '+')}"
        assert asks("POST", "/comments/", form) == 303
        assert asks("POST", "/comments/", form + "&website=nonsense+Quetzalsite") == 422
        assert asks("POST", "/comments/preview", form) == 200
        assert asks("POST", "/identity/choose", form + "&way=email") == 303
        assert asks("POST", "/comments/", form, Origin="https://quetzal.example") == 403
        assert asks("GET", f"/comments/x/?key={token}") == 404
        assert asks("GET", f"/desk/sign-in?token={token}") == 410
        assert asks("GET", f"/Quetzalpath?q={token}") == 404
        assert asks("GET", "/api/v1/comments", Authorization=f"Bearer {token}") == 401
        assert asks("GET", "/healthz", X_Odd=token) == 200
        line.close()
        eventually(lambda: any("/healthz 200" in one for one in service.lines), "the last request is logged")
    logged = "\n".join(one for one in service.lines if not one.startswith("Desk: "))
    assert logged.count('"of": "rapport.request"') >= 10
    assert [secret for secret in ("uetzal", own) if secret in logged] == []


def test_every_logger_is_quiet_about_what_it_is_told(caplog: pytest.LogCaptureFixture, house: House) -> None:
    """What a problem says to a reader may repeat their words; the log has its kind alone."""
    with caplog.at_level(logging.DEBUG):
        Visitor(house).client.post("/comments/", data={"page": "/a/", "name": "Quetzal@example.net", "text": "Quetzal"})
    assert "uetzal" not in caplog.text


def test_a_house_behind_no_proxy_believes_no_forwarded_address(house: House) -> None:
    form, hop = {"page": "/a/", "name": "Ben", "text": "x"}, {"X-Forwarded-For": "192.0.2.1"}
    Visitor(house).client.post("/comments/", data=form, headers=FORGED | hop)
    seen = identity.speaker(house.db, house.keys, device="", session="", address="198.51.100.7")
    assert house.db.value("SELECT network FROM comments") == seen.network
