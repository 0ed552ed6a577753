"""What opens nothing though it looks like a passkey: what is replayed, late, forged, copied, or from elsewhere."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from comments_service.identity import authors
from comments_service.models import Role
from tests.support import desk
from tests.support.actors import House
from tests.support.authenticator import Authenticator, Told, text
from tests.support.browserless import JSON, Visitor
from tests.support.passkeys import ADD, USE, begins, code, device_of, is_in, outcomes, sends, signs_in


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
