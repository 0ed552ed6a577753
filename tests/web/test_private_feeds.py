"""The feed of replies to somebody: known by its address alone, which is stored nowhere and can be taken anew."""

import html
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from comments_service import proofs
from comments_service.engagement import forgetting
from comments_service.models import Comment, Undertaking, Verb
from comments_service.store import comments, replies, subjects
from tests.support.actors import House, furnish
from tests.support.browserless import Visitor
from tests.support.claims import github, proves_in
from tests.support.feeds import atom, invalid_atom, json_feed, links, titles


@pytest.fixture
def open_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house where strangers' first replies stand at once, and a hub is told of public feeds."""
    postgres = getattr(request, "param", "sqlite") == "postgresql"
    database = request.getfixturevalue("postgres_server").new_database() if postgres else ""
    hub = "https://hub.example/"
    with furnish(tmp_path, hold_first=False, rate_limit=False, database=database, websub_hub=hub) as made:
        yield made


on_both = pytest.mark.parametrize("open_house", ["sqlite", "postgresql"], indirect=True)


def said_by(visitor: Visitor, text: str = "Hello there.", **fields: str) -> tuple[Comment, str]:
    """What somebody sends, and the address of their own page, with the key."""
    own = visitor.says(text, **fields).headers["Location"]
    found = comments.find(visitor.house.db, own.split("/")[2])
    assert found is not None
    return found, own


def feed_on(told: TestResponse) -> str:
    """The path of the feed that a page offers."""
    found = re.search(r'value="http://localhost:8000(/comments/replies/[^"]+\.atom)"', told.get_data(as_text=True))
    assert found, told.get_data(as_text=True)
    return html.unescape(found[1])


def told_by(visitor: Visitor, address: str) -> list[str]:
    return titles(atom(visitor.gets(address).data))


@on_both
def test_whoever_wrote_is_told_of_replies_to_all_their_words_and_of_no_others(open_house: House) -> None:
    house, ben, eve = open_house, Visitor(open_house), house_guest(open_house, "Eve")
    first, own = said_by(ben, "My first.")
    second, _ = said_by(ben, "My second.", page="/b/")
    said_by(ben, "To myself.", parent=first.id)
    address = feed_on(ben.gets(own))
    assert told_by(ben, address) == []
    eve.says("To Ben.", parent=first.id, name="Eve")
    eve.says("To nobody.", name="Eve")
    other, _ = said_by(eve, "A question of mine.", name="Eve", page="/b/")
    house.author.answers(second, "An answer.")
    house.author.answers(other, "To both.", Undertaking(also=(first.id,)))
    stranger = Visitor(house, "192.0.2.99")
    assert sorted(told_by(stranger, address)) == [
        "Ana Ferreira (author) on “Essay b”", "Ana Ferreira (author) on “Essay b”", "Eve on “Essay a”",
    ]  # fmt: skip
    same = json_feed(stranger.gets(address.replace(".atom", ".json")).data)
    assert len(same["items"]) == 3


def house_guest(house: House, name: str) -> Visitor:
    return Visitor(house, f"192.0.2.{len(name)}")


def test_what_waits_is_private_or_hidden_is_not_in_it(open_house: House) -> None:
    house, ben = open_house, Visitor(open_house)
    first, own = said_by(ben)
    address = feed_on(ben.gets(own))
    house.settings = house.settings.with_(hold_first=True)
    waits, _ = said_by(house_guest(house, "Eve"), "I wait.", parent=first.id, name="Eve")
    private, own_private = said_by(ben, "Between us.", private="yes")
    house.author.answers(private, "Between us, yes.")
    assert told_by(ben, address) == []
    assert "Your private feed" not in ben.gets(own_private).get_data(as_text=True), "its answer never comes by a feed"
    house.author.publishes(waits)
    assert told_by(ben, address) == ["Eve on “Essay a”"]
    house.author.decides(waits, Verb.REMOVE)
    assert told_by(ben, address) == []


@on_both
def test_a_private_link_alone_tells_of_replies_to_its_own_reply(open_house: House) -> None:
    """Such a link speaks for its reply: what else its writer wrote, perhaps under another name, is not told."""
    house, ben = open_house, Visitor(open_house)
    first, own = said_by(ben, "My first.")
    second, _ = said_by(ben, "Under another name.", name="Zeb", page="/b/")
    elsewhere = Visitor(house, "192.0.2.50")
    told = elsewhere.gets(own)
    address = feed_on(told)
    assert address != feed_on(ben.gets(own))
    assert "/identity/#feed" not in told.get_data(as_text=True)
    house.author.answers(first, "To the first.")
    house.author.answers(second, "To the second.")
    assert told_by(elsewhere, address) == ["Ana Ferreira (author) on “Essay a”"]
    ben.client.post("/identity/feed")
    assert elsewhere.gets(address).status_code == 410


def test_another_address_voids_the_one_before(open_house: House) -> None:
    ben = Visitor(open_house)
    _, own = said_by(ben)
    before = feed_on(ben.gets("/identity/"))
    assert before == feed_on(ben.gets(own))
    done = ben.client.post("/identity/feed")
    assert (done.status_code, done.headers["Location"]) == (303, "/identity/?done=feed")
    told = ben.follows(done)
    assert "Your feed has another address now" in told.get_data(as_text=True)
    assert ben.gets(before).status_code == 410
    assert ben.gets(feed_on(told)).status_code == 200
    assert Visitor(open_house).client.post("/identity/feed").status_code == 403


def test_nobody_else_has_an_address_and_none_can_be_guessed(open_house: House) -> None:
    house, ben = open_house, Visitor(open_house)
    said, own = said_by(ben)
    token = feed_on(ben.gets(own)).split("/")[-1].removesuffix(".atom")
    subject, number, print_ = token.split("-")
    for forged in (
        f"{subject}-1-{print_}", f"{said.id}-{number}-{print_}", f"{subject}-{number}-", subject, "x-x-x", "é-0-é",
        f"{subject}-{number}-{print_[:-1]}", f"{subject}-²-{print_}", f"-{number}-{print_}",
    ):  # fmt: skip
        for ending in ("atom", "json"):
            answer = ben.gets(f"/comments/replies/{forged}.{ending}")
            assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), forged
    assert "Your private feed" not in Visitor(house).gets("/identity/").get_data(as_text=True)
    assert proofs.feed_of(house.keys, token) == (subject, 0)
    assert token not in str([house.db.rows(f"SELECT * FROM {table}") for table in ("people", "devices", "comments")])


def test_it_is_kept_by_nobody_told_to_nobody_and_read_by_feed_readers(
    open_house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ben = Visitor(open_house)
    said, own = said_by(ben)
    open_house.author.answers(said, "An answer.")
    address = feed_on(ben.gets(own))
    told = ben.gets(address)
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["X-Robots-Tag"] == "noindex"
    assert told.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert links(atom(told.data), "hub") == []
    assert "hub" not in told.headers["Link"]
    assert "hubs" not in json_feed(ben.gets(address.replace(".atom", ".json")).data)
    assert ben.gets(address, If_None_Match=told.headers["ETag"]).status_code == 304
    file = tmp_path / "replies.atom"
    file.write_bytes(told.data)
    assert invalid_atom([file]) == []
    lines = "\n".join(f"{line.getMessage()} {line.__dict__}" for line in caplog.records if line.name != "werkzeug")
    assert "/comments/replies/<token>.atom 200" in lines
    assert address.split("/")[-1].removesuffix(".atom") not in lines
    assert ben.gets("/comments/feed.atom").headers.getlist("Referrer-Policy") == ["same-origin"]


def test_who_proved_more_is_told_of_all_and_a_guests_device_of_its_guest_alone(open_house: House) -> None:
    house, ben = open_house, Visitor(open_house)
    said, _ = said_by(ben, "As a guest.")
    as_guest = feed_on(ben.gets("/identity/"))
    proves_in(ben, github("ben"))
    proven, _ = said_by(ben, "As proven.", name="Ben", page="/b/")
    ben.client.post("/identity/join")
    house.author.answers(said, "To the guest.")
    house.author.answers(proven, "To the proven.")
    now = feed_on(ben.gets("/identity/"))
    assert len(told_by(ben, now)) == 2
    assert told_by(ben, as_guest) == ["Ana Ferreira (author) on “Essay a”"]
    ben.client.post("/identity/feed")
    assert ben.gets(now).status_code == ben.gets(as_guest).status_code == 410


def test_an_author_is_told_of_replies_to_their_answers(open_house: House) -> None:
    house, ben = open_house, Visitor(open_house)
    said, _ = said_by(ben)
    answer = house.author.answers(said, "An answer.")
    ana = Visitor(house).signs_in()
    address = feed_on(ana.gets("/identity/"))
    assert told_by(ana, address) == []
    ben.says("Thank you for that, really.", parent=answer.id)
    assert told_by(ana, address) == ["Ben on “Essay a”"]


@on_both
def test_it_is_forgotten_with_the_person(open_house: House) -> None:
    house, ben = open_house, Visitor(open_house)
    said, own = said_by(ben)
    house.author.answers(said, "An answer.")
    addresses = [feed_on(ben.gets(own)), feed_on(Visitor(house, "192.0.2.50").gets(own))]
    assert said.person
    forgetting.erase(house.db, subjects.of_person(house.db, said.person))
    for address in addresses:
        answer = Visitor(house).gets(address)
        assert answer.status_code == 410
        assert "An answer." not in answer.get_data(as_text=True)


def test_what_was_withdrawn_is_answered_in_it_no_more(open_house: House) -> None:
    house, ben = open_house, Visitor(open_house)
    said, own = said_by(ben)
    said_by(ben, "Something else.", page="/b/")
    of_one = feed_on(Visitor(house, "192.0.2.50").gets(own))
    said_by(house_guest(house, "Eve"), "To Ben.", parent=said.id, name="Eve")
    address = feed_on(ben.gets("/identity/"))
    assert len(told_by(ben, address)) == 1
    ben.client.post(f"/comments/{said.id}/withdraw")
    assert told_by(ben, address) == []
    assert ben.gets(of_one).status_code == 410


def test_a_number_is_never_smaller_than_it_was(open_house: House) -> None:
    house, ben = open_house, Visitor(open_house)
    said, _ = said_by(ben)
    assert said.person
    ben.client.post("/identity/feed")
    known = replies.numbers(house.db)
    assert known == {said.person: 1}
    house.db.execute("UPDATE people SET feed_number = 0")
    replies.stay_renewed(house.db, known)
    assert replies.number(house.db, said.person) == 1
