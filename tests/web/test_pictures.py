"""Pictures at the door: a copy for everybody who reads the page, and two buttons for whom it shows."""

import dataclasses
import re

import pytest

from comments_service import pictures
from comments_service.models import Identity
from comments_service.store import comments, identities
from comments_service.store import pictures as copies
from comments_service.web import context, guards
from tests.service.test_pictures import as_file, halves
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.proving import GITHUB, signed_in

AT_THE_PROVIDER = "https://pictures.github.example/u/42"


@pytest.fixture
def ben(house: House) -> Visitor:
    """A reader who is signed in, with a picture at his provider."""
    reader = signed_in(house, claims=dataclasses.replace(GITHUB, picture_url=AT_THE_PROVIDER))
    visitor = Visitor(house)
    visitor.client.set_cookie(context.DEVICE_COOKIE, reader.device)
    return visitor


def mine(house: House) -> Identity:
    found = identities.vouched_for(house.db, GITHUB.issuer, GITHUB.subject)
    assert found
    return found


def fetched(house: House) -> str:
    """As if the worker had fetched what was chosen; returns the copy's address."""
    wish = copies.wish(house.db, mine(house).id)
    assert wish
    copies.show(house.db, wish, pictures.drawn_anew(as_file(halves(), "PNG")))
    return f"/identity/pictures/{wish.id}"


def presses(visitor: Visitor, use: str, identity: str = "") -> int:
    fields = {"identity": identity or mine(visitor.house).id, "use": use}
    return visitor.client.post("/identity/picture", data=fields).status_code


def test_a_copy_is_served_to_everybody_and_asked_for_once(house: House, ben: Visitor) -> None:
    assert presses(ben, "yes") == 303
    address = fetched(house)
    stranger = Visitor(house)
    answer = stranger.gets(address)
    assert answer.status_code == 200
    assert answer.data[:4] + answer.data[8:12] == b"RIFFWEBP"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "max-age=2592000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == guards.HEADERS["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert stranger.gets(address, If_None_Match=answer.headers["ETag"]).status_code == 304


def test_what_is_no_copy_is_not_there(house: House, ben: Visitor) -> None:
    presses(ben, "yes")
    wish = copies.wish(house.db, mine(house).id)
    assert wish
    for id_ in (wish.id, "0" * 26, "x", "%2e%2e", mine(house).id):
        answer = Visitor(house).gets(f"/identity/pictures/{id_}")
        assert answer.status_code == 404, id_
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_buttons_choose_and_take_back(house: House, ben: Visitor) -> None:
    ben.says("Hello.")
    assert presses(ben, "yes") == 303
    address = fetched(house)
    assert f'src="{address}"' in ben.gets("/identity/").get_data(as_text=True)
    told = ben.says_json("And once more.").get_json()
    assert told["picture"] == address
    assert presses(ben, "no") == 303
    assert ben.gets(address).status_code == 404
    assert "<img" not in ben.gets("/identity/").get_data(as_text=True)
    assert ben.says_json("And a third time.").get_json()["picture"] == ""


def test_a_program_is_told_in_a_sentence(house: House, ben: Visitor) -> None:
    for use, said in (("yes", "being fetched"), ("no", "gone from here")):
        answer = ben.client.post("/identity/picture", json={"identity": mine(house).id, "use": use}, headers=JSON)
        assert said in answer.get_json()["done"]


def test_nobody_else_presses_them(house: House, ben: Visitor) -> None:
    assert presses(Visitor(house), "yes") == 403
    assert presses(Visitor(house).signs_in(), "yes") == 403
    eve = Visitor(house)
    eve.client.set_cookie(
        context.DEVICE_COOKIE, signed_in(house, "Eve", claims=dataclasses.replace(GITHUB, subject="43")).device
    )
    for use in ("yes", "no"):
        assert presses(eve, use) == 404
    assert copies.wish(house.db, mine(house).id) is None
    assert presses(ben, "perhaps") == 422
    assert presses(ben, "yes", "nobody") == 404


def test_a_provider_is_not_asked_for_ever(ben: Visitor) -> None:
    answers = [presses(ben, "yes") for _ in range(11)]
    assert answers == [303] * 10 + [429]
    assert presses(ben, "no") == 303


def test_the_disc_is_the_same_wherever_somebody_stands(house: House, ben: Visitor) -> None:
    told = ben.says_json("Hello.").get_json()
    assert re.fullmatch(r"hue-\d+ motif-\d+", told["disc"])
    disc = f'class="avatar {told["disc"]}"'
    comment = comments.find(house.db, told["id"])
    assert comment
    house.author.publishes(comment)
    assert disc in house.fragment()
    assert disc in ben.gets(f"/comments/{told['id']}/").get_data(as_text=True)
    assert disc in Visitor(house).signs_in().gets(f"/desk/people/{comment.person}").get_data(as_text=True)


def test_a_disc_tells_nothing_of_a_name_or_an_address(house: House) -> None:
    discs = {
        Visitor(house, f"198.51.{number}.7")
        .says_json(f"Hello, says number {number}.", name="Kim", email="kim@example.org")
        .get_json()["disc"]
        for number in range(8)
    }
    assert len(discs) > 1
