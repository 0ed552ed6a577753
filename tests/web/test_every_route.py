"""Rules that every route keeps, walked over the application's own map of routes."""

import pytest
from werkzeug.routing import Rule

from comments_service import create_app
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor

# Routes of the desk that a stranger may knock at.
OPEN = {
    "/desk/sign-in",
    "/desk/sign-in/letter",
    "/desk/sign-in/passkey",
    "/desk/sign-in/passkey/begin",
    # Whoever has the letter may.
    "/desk/by-letter/<token>",
    "/desk/no-letters/<token>",
}


def rules(house: House) -> list[Rule]:
    return [rule for rule in create_app(house.settings).url_map.iter_rules() if rule.endpoint != "static"]


def address(rule: Rule) -> str:
    filled = dict.fromkeys(rule.arguments, "0" * 26)
    built = rule.build(filled, append_unknown=False)
    assert built is not None
    return built[1]


def test_every_desk_route_refuses_strangers(house: House) -> None:
    stranger = Visitor(house)
    stranger.client.set_cookie("rapport_session", "forged")
    walked = 0
    for rule in rules(house):
        if not rule.rule.startswith("/desk") or rule.rule in OPEN:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            response = stranger.client.open(address(rule), method=method, headers=JSON)
            assert response.status_code == 403, f"{method} {rule.rule}"
            assert response.get_json()["error"]["code"] == "signed_out"
            if method == "GET":
                assert stranger.gets(address(rule)).headers["Location"] == "/desk/sign-in", rule.rule
            walked += 1
    assert walked > 5


def test_a_session_that_ended_opens_nothing(house: House) -> None:
    visitor = Visitor(house).signs_in()
    cookie = visitor.client.get_cookie("rapport_session")
    assert visitor.gets("/desk/").status_code == 200
    visitor.client.post("/identity/sign-out")
    assert cookie is not None
    visitor.client.set_cookie("rapport_session", cookie.value)
    assert visitor.gets("/desk/", Accept="application/json").status_code == 403


def test_every_state_change_refuses_other_sites(house: House) -> None:
    visitor = Visitor(house).signs_in()
    for rule in rules(house):
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            response = visitor.client.open(
                address(rule), method=method, headers=JSON | {"Sec-Fetch-Site": "cross-site"}
            )
            assert response.status_code == 403, f"{method} {rule.rule}"


def test_every_wrong_method_is_told_in_the_one_shape(house: House) -> None:
    visitor = Visitor(house)
    for rule in rules(house):
        if rule.rule in {"/", "/<path:path>"}:
            continue
        response = visitor.client.open(address(rule), method="PATCH", headers=JSON)
        assert response.status_code in {403, 405}, rule.rule
        assert set(response.get_json()["error"]) == {"code", "message", "fields"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_private_is_kept_by_caches(house: House, method: str) -> None:
    visitor = Visitor(house).signs_in()
    for rule in rules(house):
        if rule.rule.startswith(("/desk", "/identity")) and method in (rule.methods or set()):
            assert visitor.client.open(address(rule), method=method).headers["Cache-Control"] == "no-store", rule.rule


def test_public_answers_carry_no_cookie(house: House) -> None:
    visitor = Visitor(house)
    visitor.says()
    for path in (
        "/comments/thread?page=/a/",
        "/comments/counts?page=/a/",
        "/comments/feed.atom",
        "/comments/answers.atom",
        "/healthz",
    ):
        assert "Set-Cookie" not in visitor.gets(path).headers, path
