"""Whether an address gets letters: its owner alone says yes or no, and whoever types it learns neither."""

from comments_service import ids, worker
from comments_service.moderation import acts
from comments_service.notifying import asking, choosing
from comments_service.store import correspondents, subscriptions, wishes
from tests.support import corresponding, proving
from tests.support.actors import House
from tests.support.corresponding import BEN, asks, at, post, says_yes, subjects_of


def test_an_address_that_nobody_proved_is_asked_once_and_told_after_its_yes(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    said = ben.says("Hostile words for a stranger", email=BEN, notify="author", name="Buy Pills")
    ben.says("And more.", email=BEN, notify="thread", new_essays=True)
    (letter,) = post(house)
    assert letter.to == BEN
    assert letter.subject == "Shall letters come to you? · Rapport"
    for part in (letter.text, letter.html):
        assert "when Ana Ferreira answers your reply on “Essay a”" in part
        assert "of everything in your conversation on “Essay a”" in part
        assert "of every new essay" in part
        assert "Hostile" not in part
        assert "Pills" not in part
    house.author.answers(said, "Meanwhile.")
    ben.says("And more still.", email=BEN.title(), notify="author")
    assert post(house, minutes=6) == []
    choosing.confirm(house.db, house.settings, at(house, BEN))
    assert subjects_of(post(house, minutes=6)) == ["Ana Ferreira answered you on “Essay a”"]
    ben.says("A word more.", email=BEN, notify="author", on="/b/")
    assert post(house) == [], "one yes is for all"


def test_a_proven_address_needs_no_question_and_its_wish_ends_an_earlier_no(house: House) -> None:
    ben = house.reader("Ben")
    said = ben.says("As a guest.", email=BEN, notify="author")
    post(house)
    choosing.stop_all(house.db, at(house, BEN))
    house.reader("Eve", trusted=True).says("I type Ben's address.", email=BEN, notify="thread")
    assert post(house) == []
    assert at(house, BEN).stopped_at
    house.shift_clock(minutes=1)
    corresponding.proves(house, ben, BEN)
    ben.says("Proven.", notify="author", name="Ben")
    assert post(house) == []
    assert at(house, BEN).reachable
    assert house.now_of(said).identity == ""


def test_to_prove_a_reply_says_yes_for_it_and_an_edit_asks_nobody_again(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    said = ben.says("As a guest.", email=BEN, notify="author")
    assert len(post(house)) == 1
    house.shift_clock(days=9)
    worker.tidy(house.db, house.settings)
    assert house.count("correspondents") == 0
    acts.edit(house.db, said.id, "As a guest, edited.", house.author.account, seen=said.changed)
    assert post(house) == []
    proving.signs_in(ben, claims=proving.address(house, BEN), comment=said.id)
    house.author.answers(said, "At last.")
    assert subjects_of(post(house, minutes=6)) == ["Ana Ferreira answered you on “Essay a”"]


def test_a_bounced_address_is_neither_asked_nor_written_to_until_it_is_proven(house: House) -> None:
    ben = house.reader("Ben")
    said = asks(house, reader=ben)
    correspondents.bounced(house.db, at(house, BEN).id, "550 5.1.1", now=ids.now())
    house.author.answers(said, "Lost.")
    ben.says("Once more.", email=BEN, notify="author")
    assert post(house, minutes=6) == []
    corresponding.proves(house, ben, BEN)
    house.author.answers(said, "Found.")
    assert "> Found." in post(house, minutes=6)[0].text


def test_whoever_types_an_address_does_not_learn_what_its_owner_said(house: House) -> None:
    known, fresh, no = "known@example.net", "fresh@example.net", "no@example.net"
    for address in (known, no):
        house.reader(f"Of {address[:2]}", trusted=True).says("Mine.", email=address, notify="author")
        says_yes(house, address)
    choosing.stop_all(house.db, at(house, no))
    house.shift_clock(days=8)
    answers: dict[str, list[bool]] = {}
    for address in (known, fresh, no):
        said = house.reader("Eve", trusted=True).says("I type it.", email=address, notify="thread")
        house.work_pages()
        for _ in range(3):
            house.shift_clock(minutes=2)
            spoken = wishes.spoken(house.db, [said.id])[said.id]
            answers.setdefault(address, []).append(asking.ask_again(house.db, house.settings, house.keys, spoken))
        assert at(house, address).asked_at
    assert answers[known] == answers[fresh] == answers[no] == [True, False, False]
    assert {letter.to for letter in post(house)} == {fresh}


# ── how often an address is asked ───────────────────────────────────────────────────────────────────────────────────


def test_no_more_addresses_are_asked_than_may_be_and_no_reply_is_refused_for_it(house: House) -> None:
    eve = house.reader("Eve", trusted=True)
    for number in range(9):
        eve.says(f"Reply {number}.", email=f"victim{number}@example.net", notify="thread", new_essays=True)
        house.shift_clock(minutes=1)
    asked = [letter.to for letter in post(house)]
    assert len(asked) == 6
    unasked = at(house, "victim8@example.net")
    assert unasked.asked_at is None
    # One and the same address is asked twice a day at the most, wherever that comes from.
    for number in range(5):
        other = house.reader(f"Other {number}", trusted=True)
        said = other.says("I too.", email="victim0@example.net", notify="author")
        house.work_pages()
        house.shift_clock(minutes=2)
        asking.ask_again(house.db, house.settings, house.keys, wishes.spoken(house.db, [said.id])[said.id])
    assert [letter.to for letter in post(house)] == ["victim0@example.net"]
    house.shift_clock(minutes=61)
    said = eve.says("Later.", email="victim8@example.net", notify="thread")
    assert [letter.to for letter in post(house)] == ["victim8@example.net"]


def test_one_mailbox_is_asked_twice_a_day_however_its_address_is_written(house: House) -> None:
    ways = ["ben@example.net", "b.en@example.net", "BEN+1@example.net", "ben+2@example.net", "b.e.n+x@EXAMPLE.net"]
    for number, address in enumerate(ways):
        house.reader(f"Eve {number}", trusted=True).says("I too.", email=address, notify="thread")
    assert len(post(house)) == 2


# ── what was ended ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_an_owner_stopped_nobody_begins_again_who_only_types_the_address(either_house: House) -> None:
    house = either_house

    def hears() -> bool:
        wished = subscriptions.of_correspondent(house.db, at(house, BEN).id)
        return any(one.kind == "essays" for one in wished)

    house.reader("Ben", trusted=True).says("Hello.", email=BEN, new_essays=True)
    says_yes(house, BEN)
    choosing.essays(house.db, house.settings, at(house, BEN), wanted=False)
    house.reader("Eve").says("Hello, too.", email=BEN, new_essays=True)
    house.work_pages()
    assert not hears()
    ben = house.reader("Ben")
    corresponding.proves(house, ben, BEN)
    ben.says("Hello again.", email=BEN, new_essays=True)
    house.work_pages()
    assert hears()


def test_a_wish_heard_of_again_brings_back_nothing_that_was_ended(either_house: House) -> None:
    house = either_house
    said = asks(house, new_essays=True)
    wishes_ = subscriptions.of_correspondent(house.db, at(house, BEN).id)
    assert {wish.kind for wish in wishes_} == {"author", "essays"}
    for wish in wishes_:
        choosing.stop(house.db, at(house, BEN), wish.id)
    house.author.publishes(said)
    house.work_pages()
    assert subscriptions.of_correspondent(house.db, at(house, BEN).id) == []
    assert post(house, minutes=6) == []
