"""Who this is can be forgotten from their device, or have no history kept, without a script and without asking."""

from typing import Any

import pytest
from click.testing import CliRunner

from comments_service import cli, settings
from comments_service.models import State
from comments_service.posting import checks
from comments_service.store import notes, people
from tests.support import proving
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.claims import github, proves_in
from tests.support.proving import address


@pytest.fixture
def ida(house: House) -> Visitor:
    visitor = Visitor(house)
    visitor.says("Xylophones?", name="Ida")
    return visitor


def test_a_guest_is_forgotten_once_they_are_sure(house: House, ida: Visitor) -> None:
    assert "One reply of yours is kept" in ida.gets("/identity/").text
    asked = ida.client.post("/identity/erase")
    assert asked.status_code == 422
    assert "Tick the box" in asked.text
    assert house.db.value("SELECT text FROM comments") == "Xylophones?"
    forgotten = ida.client.post("/identity/erase", data={"sure": "yes"})
    assert forgotten.status_code == 200
    assert "You are forgotten here" in forgotten.text
    assert house.db.value("SELECT state FROM comments") == State.WITHDRAWN
    assert house.count("devices") == 0
    assert "Nobody in particular" in ida.gets("/identity/").text


def test_whoever_proved_who_they_are_is_forgotten_on_every_device_and_by_every_cookie(house: House) -> None:
    ida, phone = Visitor(house), Visitor(house)
    ida.says("Xylophones?", name="Ida")
    proves_in(ida, address(house, "ida@example.org"))
    proves_in(ida, github("ida"), purpose="add")
    ida.says("Or zithers?")
    proves_in(phone, address(house, "ida@example.org"))
    phone.client.post("/likes/", data={"page": "/a/"})
    ida.client.set_cookie("rapport_known", "1")
    forgotten = ida.client.post("/identity/erase", data={"sure": "yes"})
    assert "2 replies were emptied" in forgotten.text
    assert {cookie for cookie in ("rapport_device", "rapport_known") if ida.client.get_cookie(cookie)} == set()
    assert "What you proved" not in phone.gets("/identity/data").text
    assert house.count("identities") == house.count("devices") == 0
    assert house.db.value("SELECT count(*) FROM people WHERE role IS NULL") == 0


def test_a_browser_that_only_likes_something_takes_it_back_by_being_forgotten(house: House) -> None:
    visitor, other = Visitor(house), Visitor(house)
    for one in (visitor, other):
        one.client.post("/likes/", data={"page": "/a/"})
    assert "What you like, from this browser" in visitor.gets("/identity/data").text
    assert visitor.client.post("/identity/erase", data={"sure": "yes"}).status_code == 200
    assert house.count("likes") == 1
    assert visitor.client.get_cookie("rapport_likes") is None
    assert house.db.value("SELECT count(*) FROM jobs WHERE fact = 'page.liked'")


def test_a_guest_can_refuse_a_history_and_keep_their_words(house: House, ida: Visitor) -> None:
    assert "Keep no history of me" in ida.gets("/identity/data").text
    refused = ida.client.post("/identity/object")
    assert "No history of you is kept" in refused.text
    person = house.db.value("SELECT person FROM comments")
    assert notes.refused(house.db, [person]) == {person}
    assert '<h2 id="history">' not in ida.gets("/identity/data").text
    assert house.db.value("SELECT text FROM comments") == "Xylophones?"


@pytest.mark.parametrize("door", ["/identity/erase", "/identity/object", "/identity/correct"])
def test_nobody_is_forgotten_by_a_stranger_an_author_or_another_site(house: House, ida: Visitor, door: str) -> None:
    reply = house.db.value("SELECT id FROM comments")
    typed = {"sure": "yes", "from": reply, "website": "https://evil.example"}
    stranger = Visitor(house)
    assert stranger.client.post(door, data=typed).status_code == 403
    stranger.signs_in()
    assert stranger.client.post(door, data=typed).status_code == 403
    for elsewhere in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert ida.client.post(door, data=typed, headers=elsewhere).status_code == 403
    other = Visitor(house)
    other.says("Other words.", name="Other")
    other.client.post(door, data=typed)
    assert house.db.row("SELECT text, website FROM comments WHERE id = :id", id=reply) == {
        "text": "Xylophones?",
        "website": "",
    }
    assert people.find(house.db, house.author.account.id) is not None


def test_an_author_who_is_signed_in_is_not_taken_for_the_guest_of_their_device(house: House, ida: Visitor) -> None:
    ida.signs_in()
    assert "What an author writes belongs to the site" in ida.gets("/identity/data").text
    assert ida.client.post("/identity/erase", data={"sure": "yes"}, headers=JSON).status_code == 403
    assert house.db.value("SELECT text FROM comments") == "Xylophones?"


def test_the_same_from_the_shell(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ida = Visitor(house)
    ida.says("Xylophones?", name="Ida")
    proves_in(ida, github("ida"))
    ida.client.post("/comments/", data={"page": "/a/", "text": "Or zithers?"})
    proves_in(ida, address(house, "ida@example.org"), purpose="add")
    ida.client.post("/comments/", data={"page": "/a/", "text": "Or both?", "name": "Ida"})
    monkeypatch.setattr(settings, "load", lambda: house.settings)
    person = house.db.value("SELECT person FROM comments WHERE text = 'Or zithers?'")
    run = CliRunner().invoke
    assert "No history of them is kept any more." in run(cli.rapport, ["person", "object", person]).output
    assert house.db.value("SELECT count(*) FROM people WHERE history_refused_at IS NOT NULL") == 2
    assert "No history of them was kept." in run(cli.rapport, ["person", "object", person]).output
    assert "Aborted" in run(cli.rapport, ["person", "erase", person], input="n\n").output
    assert "Forgotten. 2 replies were emptied" in run(cli.rapport, ["person", "erase", person, "--yes"]).output
    assert house.count("identities") == 0
    assert house.db.value("SELECT count(*) FROM comments WHERE text = 'Xylophones?'") == 1, "the guest is not joined"
    assert run(cli.rapport, ["person", "erase", house.author.account.id, "--yes"]).exit_code
    assert people.find(house.db, house.author.account.id) is not None


def test_who_is_forgotten_while_they_write_finds_their_words_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, other = Visitor(house), Visitor(house)
    proving.proves_address(visitor)
    device = visitor.client.get_cookie("rapport_device")
    assert device is not None
    other.client.set_cookie("rapport_device", device.value)
    judge = checks.judge

    def meanwhile(*given: Any) -> checks.Judged:
        judged = judge(*given)
        assert other.client.post("/identity/erase", data={"sure": "yes"}).status_code == 200
        return judged

    monkeypatch.setattr(checks, "judge", meanwhile)
    answer = visitor.says("One word more.")
    assert answer.status_code == 409
    assert "One word more." in answer.text
    monkeypatch.undo()
    assert visitor.says("One word more.").status_code == 303
