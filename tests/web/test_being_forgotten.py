"""Who this device remembers can be forgotten from it, or have no history kept, without a script and without asking."""

import pytest
from click.testing import CliRunner

from comments_service import cli, settings
from comments_service.models import State
from comments_service.store import notes, people
from tests.support.actors import House
from tests.support.browserless import Visitor


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


def test_a_guest_can_refuse_a_history_and_keep_their_words(house: House, ida: Visitor) -> None:
    assert "Keep no history of me" in ida.gets("/identity/").text
    refused = ida.client.post("/identity/object")
    assert "No history of you is kept" in refused.text
    person = house.db.value("SELECT person FROM comments")
    assert notes.refused(house.db, [person]) == {person}
    assert '<h2 id="history">' not in ida.gets("/identity/").text
    assert house.db.value("SELECT text FROM comments") == "Xylophones?"


@pytest.mark.parametrize("address", ["/identity/erase", "/identity/object"])
def test_nobody_is_forgotten_by_a_stranger_or_as_an_author(house: House, ida: Visitor, address: str) -> None:
    stranger = Visitor(house)
    assert stranger.client.post(address, data={"sure": "yes"}).status_code == 403
    stranger.signs_in()
    assert stranger.client.post(address, data={"sure": "yes"}).status_code == 403
    assert house.db.value("SELECT text FROM comments") == "Xylophones?"
    assert people.find(house.db, house.author.account.id) is not None


def test_the_same_from_the_shell(house: House, ida: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "load", lambda: house.settings)
    person = house.db.value("SELECT person FROM comments")
    run = CliRunner().invoke
    assert "No history of them is kept any more." in run(cli.rapport, ["person", "object", person]).output
    assert "No history of them was kept." in run(cli.rapport, ["person", "object", person]).output
    assert "Aborted" in run(cli.rapport, ["person", "erase", person], input="n\n").output
    assert "Forgotten. 1 reply was emptied" in run(cli.rapport, ["person", "erase", person, "--yes"]).output
    assert run(cli.rapport, ["person", "erase", house.author.account.id, "--yes"]).exit_code
    assert people.find(house.db, house.author.account.id) is not None
