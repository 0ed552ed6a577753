"""The author's way in: one-time links, sessions that can be ended, and doors that stay shut for everybody else."""

import pytest

from comments_service.identity import authors
from comments_service.models import Role
from comments_service.web.desk import words
from tests.support.actors import House, furnish
from tests.support.browserless import JSON, Visitor

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def link(house: House) -> str:
    """The path of a new sign-in link for the owner."""
    return authors.new_link(house.db, house.settings, house.author.account).removeprefix(house.settings.url)


def token(house: House) -> str:
    return link(house).partition("token=")[2]


def session_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("rapport_session")
    return cookie.value if cookie else ""


def test_opening_a_link_says_whom_it_signs_in_and_uses_nothing_up(visitor: Visitor, house: House) -> None:
    address = link(house)
    for _ in range(3):
        page = visitor.gets(address)
        assert page.status_code == 200
        assert "Sign in as <bdi>Ana Ferreira</bdi>" in page.get_data(as_text=True)
    assert not session_of(visitor)
    assert visitor.gets("/desk/").headers["Location"] == "/desk/sign-in"


def test_pressing_the_button_opens_the_desk(visitor: Visitor) -> None:
    visitor.signs_in()
    assert visitor.gets("/desk/").status_code == 200
    assert visitor.gets("/identity/", Accept="application/json").get_json() == {
        "name": "Ana Ferreira",
        "author": True,
        "signed_in": True,
        "proven": "",
        "known": False,
        "identities": [],
    }


def test_the_sessions_cookie_is_out_of_every_scripts_reach(visitor: Visitor, house: House) -> None:
    response = visitor.client.post("/desk/sign-in", data={"token": token(house)})
    session, marker = (line for line in response.headers.getlist("Set-Cookie") if "rapport_s" in line)
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "rapport_signed_in=1" in marker
    assert "HttpOnly" not in marker


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("spoilt", ["spent", "old", "forged", "empty of sense"])
def test_a_link_that_does_not_work_is_answered_with_what_to_do(house: House, spoilt: str, method: str) -> None:
    secret, visitor = token(house), Visitor(house)
    if spoilt == "spent":
        Visitor(house).client.post("/desk/sign-in", data={"token": secret})
    elif spoilt == "old":
        house.shift_clock(minutes=61)
    else:
        secret = secret[:-1] if spoilt == "forged" else "ü"
    if method == "get":
        response = visitor.client.get("/desk/sign-in", query_string={"token": secret})
    else:
        response = visitor.client.post("/desk/sign-in", data={"token": secret})
    assert response.status_code == 410
    assert "rapport author link" in response.get_data(as_text=True)
    assert not session_of(visitor)


def test_without_a_link_the_page_says_how_to_get_one(visitor: Visitor) -> None:
    page = visitor.gets("/desk/sign-in")
    assert page.status_code == 200
    assert "rapport author link" in page.get_data(as_text=True)


def test_one_link_signs_one_device_in(visitor: Visitor, house: House) -> None:
    secret = token(house)
    assert visitor.client.post("/desk/sign-in", data={"token": secret}).status_code == 303
    assert (
        Visitor(house).client.post("/desk/sign-in", data={"token": secret}, headers=JSON).get_json()["error"]["code"]
        == "gone"
    )


def test_signing_in_again_renews_the_session_and_the_old_one_is_dead(visitor: Visitor, house: House) -> None:
    visitor.signs_in()
    old = session_of(visitor)
    visitor.signs_in()
    assert session_of(visitor) != old
    thief = Visitor(house)
    thief.client.set_cookie("rapport_session", old)
    assert thief.gets("/desk/").status_code == 303


def test_signing_out_ends_the_session_and_not_only_the_cookie(visitor: Visitor, house: House) -> None:
    visitor.signs_in()
    kept = session_of(visitor)
    response = visitor.client.post("/identity/sign-out", data={"next": "/a/"})
    assert (response.status_code, response.headers["Location"]) == (303, "/a/")
    assert not session_of(visitor)
    thief = Visitor(house)
    thief.client.set_cookie("rapport_session", kept)
    assert thief.gets("/desk/").status_code == 303


def test_a_session_ends_by_itself_after_thirty_days(visitor: Visitor, house: House) -> None:
    visitor.signs_in()
    house.shift_clock(days=29)
    assert visitor.gets("/desk/").status_code == 200
    house.shift_clock(days=2)
    assert visitor.gets("/desk/").status_code == 303


def test_the_sessions_are_listed_in_words_and_this_one_is_marked(visitor: Visitor, house: House) -> None:
    other = Visitor(house)
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    other.signs_in()
    page = visitor.signs_in().gets("/desk/sessions").get_data(as_text=True)
    assert "Firefox on Linux" in page
    assert page.count("this one") == 1
    assert house.db.value("SELECT count(*) FROM sessions WHERE device LIKE '%Mozilla%'") == 0


def test_one_session_can_be_ended_from_another_device(visitor: Visitor, house: House) -> None:
    lost = Visitor(house).signs_in()
    lost_id = house.db.value("SELECT id FROM sessions")
    visitor.signs_in()
    assert visitor.client.post(f"/desk/sessions/{lost_id}/end").status_code == 303
    assert lost.gets("/desk/").status_code == 303
    assert visitor.gets("/desk/").status_code == 200


def test_all_others_can_be_ended_at_once_with_the_links_that_lie_about(visitor: Visitor, house: House) -> None:
    others = [Visitor(house).signs_in() for _ in range(2)]
    lying_about = link(house)
    visitor.signs_in()
    assert visitor.client.post("/desk/sessions/end-others").status_code == 303
    assert [other.gets("/desk/").status_code for other in others] == [303, 303]
    assert visitor.gets("/desk/").status_code == 200
    assert Visitor(house).gets(lying_about).status_code == 410


def test_nobody_ends_somebody_elses_session(visitor: Visitor, house: House) -> None:
    Visitor(house).signs_in()
    anas = house.db.value("SELECT id FROM sessions")
    mo = authors.add(house.db, "Mo Lind", Role.MODERATOR)
    visitor.client.post(
        "/desk/sign-in", data={"token": authors.new_link(house.db, house.settings, mo).partition("token=")[2]}
    )
    assert visitor.client.post(f"/desk/sessions/{anas}/end").status_code == 403
    assert house.db.value("SELECT ended_at FROM sessions WHERE id = :id", id=anas) is None


def test_when_somebody_was_seen_is_written_at_most_every_ten_minutes(visitor: Visitor, house: House) -> None:
    def seen() -> str:
        return str(house.db.value("SELECT seen FROM sessions"))

    visitor.signs_in()
    first = seen()
    house.shift_clock(minutes=9)
    visitor.gets("/desk/")
    assert seen() == first
    house.shift_clock(minutes=2)
    visitor.gets("/desk/")
    assert seen() > first


def test_guessing_links_is_slowed(house: House) -> None:
    visitor = Visitor(house)
    answers = [visitor.gets(f"/desk/sign-in?token={number}").status_code for number in range(21)]
    assert answers[:20] == [410] * 20
    assert answers[20] == 429


def test_behind_tls_the_cookies_are_bound_to_this_host(tmp_path) -> None:
    with furnish(tmp_path, url="https://example.org") as house:
        response = Visitor(house).client.post("/desk/sign-in", data={"token": token(house)})
    cookies = [line for line in response.headers.getlist("Set-Cookie") if "session" in line]
    assert cookies[0].startswith("__Host-rapport_session=")
    assert "Secure" in cookies[0]


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("curl/8.9.1", "curl"),
        ("", "A program"),
    ],
)
def test_a_browser_is_named_as_a_person_would(user_agent: str, device: str) -> None:
    assert words.device(user_agent) == device
