"""Passkeys: what a device signed opens the desk, without a name, for as long as its account has it and a role."""

import json

import pytest

from comments_service.identity import authors
from comments_service.identity.entries import forget_old
from comments_service.models import Role
from comments_service.store import sessions
from tests.support import desk
from tests.support.actors import House, furnish
from tests.support.authenticator import Authenticator, text
from tests.support.browserless import JSON, Visitor
from tests.support.passkeys import ADD, USE, begins, code, device_of, is_in, outcomes, sends, signs_in

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
