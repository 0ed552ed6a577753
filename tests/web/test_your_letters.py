"""Which letters an account gets: chosen at the desk, or stopped from the letter itself, with one press or two."""

import re
from pathlib import Path

import pytest

from comments_service.models import Role
from comments_service.notifying import author_letters
from comments_service.store import people
from tests.support import desk
from tests.support.actors import House, furnish
from tests.support.browserless import Visitor

_STOP = re.compile(r"/desk/no-letters/\S+")


@pytest.fixture
def house(house: House) -> House:
    """A house whose owner has an address."""
    people.move(house.db, house.author.account.id, "ana@example.org")
    return house


def wanted(house: House) -> frozenset[str]:
    return author_letters.of_account(house.db, house.author.account)


def stop(house: House) -> str:
    """The address in a letter about a reply that stops such letters."""
    house.reader("Ben").says("Hello.")
    house.work()
    found = _STOP.search(house.letters[0].text)
    assert found
    return found[0]


def test_what_one_gets_is_chosen_by_boxes(house: House) -> None:
    ana = Visitor(house).signs_in()
    page = desk.page(ana, "/desk/your-letters")
    assert len(re.findall(r'type="checkbox"', page)) == len(author_letters.KINDS)
    assert "ana@example.org" in page
    response = ana.client.post("/desk/your-letters", data={"kind": ["published", "digest", "no such kind"]})
    assert response.headers["Location"] == "/desk/your-letters?saved"
    assert wanted(house) == {"published", "digest"}
    page = desk.page(ana, "/desk/your-letters")
    assert re.findall(r'value="(\w+)" checked', page) == ["published", "digest"]
    ana.client.post("/desk/your-letters")
    assert wanted(house) == frozenset()


def test_unless_one_says_otherwise_one_is_told_of_what_needs_an_author(house: House) -> None:
    assert wanted(house) == {"look", "waits", "promises", "digest"}


def test_a_moderator_is_offered_replies_alone(house: House) -> None:
    mo = desk.signed_in(house, "Mo", Role.MODERATOR)
    assert re.findall(r'name="kind" value="(\w+)"', desk.page(mo, "/desk/your-letters")) == ["look", "published"]


def test_who_has_no_address_and_a_blog_that_sends_nothing_say_so(tmp_path: Path) -> None:
    with furnish(tmp_path / "a") as here:
        assert "no letter reaches you" in desk.page(Visitor(here).signs_in(), "/desk/your-letters")
    with furnish(tmp_path / "b", smtp_url="smtp://127.0.0.1:1", mail_from="") as there:
        silent = there.settings.with_(author_email="", url="http://blog.example", clock_file=None)
        visitor = Visitor(House(silent, there.db, there.keys, there.author)).signs_in()
        assert "sends no letters yet" in desk.page(visitor, "/desk/your-letters")
    with furnish(tmp_path / "c", alerts="json://127.0.0.1/secret", quiet_hours="22-7") as told:
        page = desk.page(Visitor(told).signs_in(), "/desk/your-letters")
        assert "A chat service is told at once" in page
        assert "from 22 to 7" in page
        assert "secret" not in page


def test_a_letter_s_link_asks_before_it_stops_its_kind(house: House) -> None:
    address = stop(house)
    stranger = Visitor(house)
    asked = stranger.gets(address)
    assert "Stop these letters" in desk.told(asked)
    assert asked.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert "look" in wanted(house)
    done = stranger.client.post(address)
    assert done.status_code == 200
    assert "No more of these letters" in desk.told(done)
    assert wanted(house) == {"waits", "promises", "digest"}
    assert stranger.client.post(address).status_code == 200
    house.reader("Gil").says("Hello?")
    house.work()
    assert len(house.letters) == 1


def test_a_mail_program_stops_them_with_one_press(house: House) -> None:
    response = Visitor(house).client.post(stop(house), data={"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert "look" not in wanted(house)


def test_a_forged_link_stops_nothing(house: House) -> None:
    token = stop(house).rpartition("/")[2]
    account, kind, mac = token.split("-")
    for forged in (f"{account}-digest-{mac}", f"{account}-{kind}-{'0' * 32}", account, "x", f"{account}-{kind}-"):
        assert Visitor(house).client.post(f"/desk/no-letters/{forged}").status_code == 404
    assert wanted(house) == {"look", "waits", "promises", "digest"}
