"""Passkeys: what a device signed opens the desk; what is replayed, forged, late or from elsewhere opens nothing."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from comments_service.identity import authors
from comments_service.identity.entries import forget_old
from comments_service.models import Role
from comments_service.store import sessions
from tests.support import desk
from tests.support.actors import House, furnish
from tests.support.authenticator import Authenticator, Told, text
from tests.support.browserless import JSON, Visitor

ADD, USE = "/desk/passkeys", "/desk/sign-in/passkey"


def begins(visitor: Visitor, what: str) -> Told:
    """Ask for what the browser is to do."""
    response = visitor.client.post(f"{what}/begin", json={}, headers=JSON)
    assert response.status_code == 200
    options: Told = response.get_json()
    return options


def sends(visitor: Visitor, what: str, credential: object, **fields: str) -> TestResponse:
    """Send the browser's answer."""
    given = credential if isinstance(credential, str) else json.dumps(credential)
    return visitor.client.post(what, json={"credential": given} | fields, headers=JSON)


def code(response: TestResponse) -> str:
    return str(response.get_json()["error"]["code"])


def device_of(house: House, visitor: Visitor, name: str = "My phone") -> Authenticator:
    """A device with a passkey for whoever is signed in."""
    device = Authenticator(house.settings.url)
    response = sends(visitor, ADD, device.makes(begins(visitor, ADD)), name=name)
    assert response.status_code == 200, response.get_json()
    return device


@pytest.fixture
def device(house: House, ana: Visitor) -> Authenticator:
    """The owner's device, with a passkey."""
    return device_of(house, ana)


def signs_in(visitor: Visitor, device: Authenticator) -> TestResponse:
    return sends(visitor, USE, device.signs(begins(visitor, USE)))


def outcomes(house: House) -> list[str]:
    rows = house.db.rows("SELECT outcome FROM sign_ins WHERE how = 'passkey' ORDER BY id")
    return [row["outcome"] for row in rows]


def is_in(visitor: Visitor) -> bool:
    return visitor.gets("/desk/").status_code == 200


# ── adding, using, removing ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_passkey_opens_the_desk_without_a_name(house: House, device: Authenticator, visitor: Visitor) -> None:
    asked = begins(visitor, USE)
    assert asked["allowCredentials"] == []
    response = sends(visitor, USE, device.signs(asked))
    assert response.get_json() == {"next": "/desk/"}
    assert is_in(visitor)
    assert visitor.gets("/identity/", **JSON).get_json()["name"] == "Ana Ferreira"
    assert outcomes(house) == ["added", "signed_in"]


def test_what_a_browser_is_asked_keeps_a_device_from_learning_who_it_is(house: House, ana: Visitor) -> None:
    options = begins(ana, ADD)
    assert options["rp"] == {"name": "Rapport", "id": "localhost"}
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert begins(ana, USE)["userVerification"] == "required"
    assert options["user"]["id"] not in {text(b"Ana Ferreira"), text(house.author.account.id.encode())}
    assert begins(ana, ADD)["user"]["id"] != options["user"]["id"], "it is random until there is a passkey"


def test_a_second_passkey_is_for_the_same_handle_and_not_for_the_same_device(
    device: Authenticator, ana: Visitor
) -> None:
    options = begins(ana, ADD)
    assert options["user"]["id"] == text(device.handle)
    assert [one["id"] for one in options["excludeCredentials"]] == [text(device.credential)]


def test_the_passkeys_of_an_account_are_listed_with_their_last_use(
    house: House, device: Authenticator, ana: Visitor, visitor: Visitor
) -> None:
    assert "Not used yet." in desk.page(ana, "/desk/sessions")
    signs_in(visitor, device)
    told = desk.page(ana, "/desk/sessions")
    assert "My phone" in told
    assert "Last used today" in told


def test_a_passkey_without_a_name_is_called_as_its_device(house: House, ana: Visitor) -> None:
    ana.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"
    device_of(house, ana, "")
    assert house.db.value("SELECT name FROM passkeys") == "Firefox on Linux"


@pytest.mark.parametrize("name", ["x" * 81, "ana@example.org", "=?utf-8?q?x?="])
def test_a_name_that_cant_be_shown_is_refused_with_a_sentence(house: House, ana: Visitor, name: str) -> None:
    response = sends(ana, ADD, Authenticator(house.settings.url).makes(begins(ana, ADD)), name=name)
    assert (response.status_code, list(response.get_json()["error"]["fields"])) == (422, ["name"])
    assert house.count("passkeys") == 0


def test_a_name_is_shown_and_never_run(house: House, ana: Visitor) -> None:
    device_of(house, ana, "<script>alert(1)</script>")
    assert "<script>alert" not in ana.gets("/desk/sessions").get_data(as_text=True)


def test_a_removed_passkey_opens_nothing(device: Authenticator, house: House, ana: Visitor, visitor: Visitor) -> None:
    id_ = house.db.value("SELECT id FROM passkeys")
    assert ana.client.post(f"/desk/passkeys/{id_}/remove").status_code == 303
    assert (signs_in(visitor, device).status_code, is_in(visitor)) == (403, False)
    assert outcomes(house) == ["added", "removed", "passkey_unknown"]
    assert ana.client.post(f"/desk/passkeys/{id_}/remove").status_code == 404


def test_nobody_removes_somebody_elses_passkey(device: Authenticator, house: House, mo: Visitor) -> None:
    id_ = house.db.value("SELECT id FROM passkeys")
    assert mo.client.post(f"/desk/passkeys/{id_}/remove").status_code == 404
    assert house.count("passkeys") == 1


def test_a_passkey_that_is_here_already_is_not_added_for_somebody_else(
    house: House, device: Authenticator, mo: Visitor
) -> None:
    assert code(sends(mo, ADD, device.makes(begins(mo, ADD)))) == "conflict"
    assert house.count("passkeys") == 1


def test_an_account_that_lost_its_role_is_out_at_once_and_stays_out(house: House, visitor: Visitor) -> None:
    mo = desk.signed_in(house, "Mo Lind", Role.MODERATOR)
    device = device_of(house, mo)
    link = authors.new_link(house.db, house.settings, authors.find(house.db, "Mo Lind")).partition("token=")[2]
    house.db.execute("UPDATE people SET role = NULL WHERE name = 'Mo Lind'")
    assert not is_in(mo)
    assert (code(signs_in(visitor, device)), is_in(visitor)) == ("passkey_unknown", False)
    assert visitor.client.post("/desk/sign-in", data={"token": link}).status_code == 410


def test_signing_in_by_passkey_ends_the_devices_former_session(
    house: House, device: Authenticator, visitor: Visitor
) -> None:
    visitor.signs_in()
    former = visitor.client.get_cookie("rapport_session")
    assert former
    signs_in(visitor, device)
    thief = Visitor(house)
    thief.client.set_cookie("rapport_session", former.value)
    assert (is_in(visitor), is_in(thief)) == (True, False)


def test_a_planted_session_is_never_taken_over(house: House, device: Authenticator, visitor: Visitor) -> None:
    visitor.client.set_cookie("rapport_session", "planted")
    signs_in(visitor, device)
    cookie = visitor.client.get_cookie("rapport_session")
    assert cookie
    assert cookie.value != "planted"


# ── what does not hold ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_was_seen_is_of_no_use_again(house: House, device: Authenticator, visitor: Visitor) -> None:
    answer = device.signs(begins(visitor, USE))
    cookie = visitor.client.get_cookie("rapport_passkey")
    assert cookie
    assert sends(visitor, USE, answer).status_code == 200
    thief = Visitor(house)
    thief.client.set_cookie("rapport_passkey", cookie.value)
    assert (code(sends(thief, USE, answer)), is_in(thief)) == ("passkey_late", False)


def test_an_answer_after_five_minutes_is_too_late(house: House, device: Authenticator, visitor: Visitor) -> None:
    answer = device.signs(begins(visitor, USE))
    house.shift_clock(minutes=5, seconds=1)
    assert (code(sends(visitor, USE, answer)), is_in(visitor)) == ("passkey_late", False)


def test_an_answer_is_of_no_use_in_another_browser(house: House, device: Authenticator, visitor: Visitor) -> None:
    answer = device.signs(begins(visitor, USE))
    thief = Visitor(house)
    assert code(sends(thief, USE, answer)) == "passkey_late"
    begins(thief, USE)
    assert (code(sends(thief, USE, answer)), is_in(thief)) == ("passkey_refused", False)
    assert sends(visitor, USE, answer).status_code == 200


def test_what_was_asked_for_to_add_a_passkey_does_not_sign_anybody_in(
    house: House, device: Authenticator, ana: Visitor
) -> None:
    asked = begins(ana, ADD)
    assert code(sends(ana, USE, device.signs(asked | {"rpId": "localhost"}))) == "passkey_late"


def test_what_one_account_asked_for_adds_nothing_to_another(house: House, ana: Visitor) -> None:
    made = Authenticator(house.settings.url).makes(begins(ana, ADD))
    desk.account(house, "Mo Lind", Role.MODERATOR)
    link = authors.new_link(house.db, house.settings, authors.find(house.db, "Mo Lind"))
    ana.client.post("/desk/sign-in", data={"token": link.partition("token=")[2]})
    assert code(sends(ana, ADD, made)) == "passkey_late"
    assert house.count("passkeys") == 0


CHEATS: dict[str, Callable[[Authenticator], object]] = {
    "another origin": lambda one: setattr(one, "origin", "https://evil.example"),
    "a subdomain": lambda one: setattr(one, "origin", "http://x.localhost:8000"),
    "another site's id": lambda one: setattr(one, "rp_id", "evil.example"),
    "nobody unlocked it": lambda one: setattr(one, "verifies", False),
    "another key": lambda one: setattr(one, "key", Authenticator("").key),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_what_is_not_signed_here_by_its_owner_is_refused(
    house: House, device: Authenticator, visitor: Visitor, cheat: str
) -> None:
    CHEATS[cheat](device)
    assert (code(signs_in(visitor, device)), is_in(visitor)) == ("passkey_refused", False)
    assert outcomes(house) == ["added", "passkey_refused"]
    assert house.db.value("SELECT person FROM sign_ins ORDER BY id DESC") == house.author.account.id


@pytest.mark.parametrize("cheat", list(CHEATS)[:4])
def test_a_passkey_that_was_not_made_here_by_its_owner_is_not_added(house: House, ana: Visitor, cheat: str) -> None:
    device = Authenticator(house.settings.url)
    CHEATS[cheat](device)
    assert code(sends(ana, ADD, device.makes(begins(ana, ADD)))) == "passkey_refused"
    assert house.count("passkeys") == 0


def test_a_changed_signature_is_refused(device: Authenticator, visitor: Visitor) -> None:
    answer = device.signs(begins(visitor, USE))
    flipped = answer["response"]["signature"]
    answer["response"]["signature"] = flipped[:-6] + ("A" if flipped[-6] != "A" else "B") + flipped[-5:]
    assert code(sends(visitor, USE, answer)) == "passkey_refused"


def test_an_unknown_passkey_and_one_for_another_handle_open_nothing(
    house: House, device: Authenticator, visitor: Visitor
) -> None:
    stranger = Authenticator(house.settings.url, handle=device.handle)
    assert code(signs_in(visitor, stranger)) == "passkey_unknown"
    assert code(signs_in(visitor, dataclasses.replace(device, handle=b"somebody else"))) == "passkey_unknown"
    assert not is_in(visitor)


def test_a_counter_that_goes_back_is_refused_and_told(house: House, device: Authenticator, visitor: Visitor) -> None:
    copy = dataclasses.replace(device)
    assert signs_in(visitor, device).status_code == 200
    assert signs_in(visitor, device).status_code == 200
    response = signs_in(Visitor(house), copy)
    assert (response.status_code, code(response)) == (403, "passkey_copied")
    assert "its counter went back, so it may have been copied" in desk.page(visitor, "/desk/sessions")


def test_a_device_that_never_counts_is_let_in_again_and_again(house: House, ana: Visitor, visitor: Visitor) -> None:
    device = device_of(house, ana)
    device.counts = 0
    assert [signs_in(visitor, device).status_code for _ in range(3)] == [200, 200, 200]


def test_a_forged_counter_does_not_move_the_stored_one(house: House, device: Authenticator, visitor: Visitor) -> None:
    forger = dataclasses.replace(device, key=Authenticator("").key, counter=4_000_000_000)
    assert code(signs_in(visitor, forger)) == "passkey_refused"
    assert signs_in(visitor, device).status_code == 200


DEEP = "[" * 7000


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "null",
        "[]",
        "{}",
        "7",
        '"x"',
        DEEP,
        "x" * 20_000,
        json.dumps({"id": {}, "rawId": [], "type": 1, "response": "x"}),
        json.dumps({"id": "ü", "rawId": "ü", "type": "public-key", "response": {}}),
        json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": 1}}),
        json.dumps({"id": "A", "rawId": "A", "type": "public-key", "response": dict.fromkeys(
            ("clientDataJSON", "authenticatorData", "attestationObject", "signature", "userHandle"), "A")}),
    ],
    ids=range(12),
)  # fmt: skip
@pytest.mark.parametrize("what", [ADD, USE])
def test_garbage_is_refused_in_the_one_shape(house: House, ana: Visitor, what: str, garbage: str) -> None:
    begins(ana, what)
    response = sends(ana, what, garbage)
    assert response.status_code == 403
    assert code(response) == ("passkey_refused" if what == ADD else "passkey_unknown")
    assert house.count("passkeys") == 0


def inside(answer: Told, name: str, value: str) -> Told:
    return answer | {"response": answer["response"] | {name: value}}


@pytest.mark.parametrize("name", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("value", ["", "%%%", text(b"{}"), text(b"null"), text(DEEP.encode()), text(bytes(37))])
def test_a_known_passkeys_garbage_is_refused(device: Authenticator, visitor: Visitor, name: str, value: str) -> None:
    answer = device.signs(begins(visitor, USE))
    response = sends(visitor, USE, inside(answer, name, value))
    assert (response.status_code, is_in(visitor)) == (403, False)


@pytest.mark.parametrize("name", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize("value", ["", "%%%", text(b"{}"), text(b"\xa0"), text(DEEP.encode()), text(b"\x81" * 5000)])
def test_a_made_passkeys_garbage_is_refused(house: House, ana: Visitor, name: str, value: str) -> None:
    answer = Authenticator(house.settings.url).makes(begins(ana, ADD))
    assert code(sends(ana, ADD, inside(answer, name, value))) == "passkey_refused"


@pytest.mark.parametrize("body", [{"credential": {}}, {"credential": [1]}, {"credential": 7}, [], "x", {}])
def test_a_body_of_the_wrong_shape_is_refused(visitor: Visitor, body: Any) -> None:
    begins(visitor, USE)
    response = visitor.client.post(USE, json=body, headers=JSON)
    assert response.status_code in {400, 403}
    assert not is_in(visitor)


def test_trying_passkeys_is_limited(house: House, device: Authenticator) -> None:
    visitor = Visitor(house)
    tried = [sends(visitor, USE, {}).status_code for _ in range(21)]
    assert tried == [410] * 20 + [429]
    assert visitor.client.post(f"{USE}/begin", headers=JSON).status_code == 429


def test_other_sites_can_neither_begin_nor_send(house: House, device: Authenticator, ana: Visitor) -> None:
    for what in (ADD, f"{ADD}/begin", USE, f"{USE}/begin"):
        response = ana.client.post(what, json={}, headers=JSON | {"Origin": "https://evil.example"})
        assert response.status_code == 403


# ── around it ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "offered"),
    [
        ("https://example.org", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.1", False),
        ("https://[::1]:8000", False),
        ("http://example.org", False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(tmp_path, url: str, offered: bool) -> None:  # noqa: FBT001
    with furnish(tmp_path, url=url) as house:
        page = Visitor(house).gets("/desk/sign-in").get_data(as_text=True)
    assert ("Sign in with a passkey" in page) is offered


def test_behind_tls_its_cookie_is_bound_to_this_host_and_out_of_scripts_reach(tmp_path) -> None:
    with furnish(tmp_path, url="https://example.org") as house:
        response = Visitor(house).client.post(f"{USE}/begin", headers=JSON)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-rapport_passkey=")
    assert {"Secure", "HttpOnly", "Path=/", "Max-Age=300", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize("url", ["https://example.org", "https://Example.org:443"])
def test_at_a_public_address_passkeys_belong_to_its_host(tmp_path, url: str) -> None:
    with furnish(tmp_path, url=url) as house:
        ana = Visitor(house)
        # The test's client speaks plain HTTP; its cookies are told by name.
        secret = authors.new_link(house.db, house.settings, house.author.account).partition("token=")[2]
        client = ana.client
        client.post("/desk/sign-in", data={"token": secret}, base_url="https://example.org")
        asked = client.post(f"{ADD}/begin", json={}, headers=JSON, base_url="https://example.org").get_json()
        assert asked["rp"]["id"] == "example.org"
        device = Authenticator("https://example.org")
        body = {"credential": json.dumps(device.makes(asked)), "name": "A key"}
        assert client.post(ADD, json=body, headers=JSON, base_url="https://example.org").status_code == 200


def test_challenges_that_were_left_are_forgotten(house: House, visitor: Visitor) -> None:
    begins(visitor, USE)
    forget_old(house.db)
    assert house.count("passkey_challenges") == 1
    house.shift_clock(hours=2)
    forget_old(house.db)
    assert house.count("passkey_challenges") == 0


def test_ending_all_sessions_leaves_passkeys_and_an_account_keeps_its_way_in(
    house: House, device: Authenticator, visitor: Visitor
) -> None:
    sessions.end_all(house.db, house.author.account.id, now="9999")
    assert signs_in(visitor, device).status_code == 200
