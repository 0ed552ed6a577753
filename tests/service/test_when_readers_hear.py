"""When readers hear: at once or as each chose, of essays behind what they wait for, and nothing is lost on the way."""

import pytest

from comments_service import ids, notifying
from comments_service.notifying import choosing, hearing
from comments_service.store import claims, correspondents, outbox
from tests.support.actors import House
from tests.support.corresponding import BEN, asks, at, post, subjects_of
from tests.support.counting import sizes_of_transactions


def test_several_within_five_minutes_make_one_letter_and_what_comes_later_another(house: House) -> None:
    said = asks(house, "thread", reader=house.reader("Ben", trusted=True))
    others = [house.reader(name, trusted=True) for name in ("Cleo", "Dan", "Eva", "Fay")]
    for other in others[:3]:
        other.says(f"{other.name} says something.", to=said)
        house.work_pages()
        house.shift_clock(minutes=1)
    assert post(house) == []
    (letter,) = post(house, minutes=3)
    assert letter.subject == "Cleo and 2 others wrote in your conversation on “Essay a” · Rapport"
    others[3].says("Late.", to=said)
    assert subjects_of(post(house, minutes=6)) == ["Fay wrote in your conversation on “Essay a”"]


@pytest.mark.parametrize("rhythm", ["day", "week"])
def test_a_digest_holds_what_came_since_the_last_and_comes_in_the_morning(either_house: House, rhythm) -> None:
    house = either_house
    said = asks(house, "thread", reader=house.reader("Ben", trusted=True))
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), rhythm)
    for name in ("Cleo", "Dan"):
        house.reader(name, trusted=True).says(f"{name} says so.", to=said)
        assert post(house, minutes=10) == []
    house.author.answers(said, "And I.")
    assert notifying.announce(house.db, house.settings, "/b/") == 0
    house.work_pages()
    ((due,),) = [tuple(row.values()) for row in house.db.rows("SELECT run_at FROM jobs WHERE fact = 'letter.news'")]
    assert due[11:19] == "08:00:00"
    assert rhythm == "day" or ids.as_moment(due).weekday() == 0
    (letter,) = post(house, minutes=(ids.as_moment(due) - ids.moment()).total_seconds() / 60 + 1)
    assert letter.subject == "Ana Ferreira answered you on “Essay a”, and 2 more · Rapport"
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "now")
    house.author.answers(said, "At once.")
    assert len(post(house, minutes=6)) == 1


def test_who_changes_how_often_hears_of_what_waits_then(house: House) -> None:
    said = asks(house, reader=house.reader("Ben", trusted=True))
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "week")
    house.author.answers(said, "Wait for it.")
    assert post(house, minutes=6) == []
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "now")
    assert len(post(house, minutes=6)) == 1


def test_what_a_worker_gathered_and_gave_back_is_not_lost_when_its_reader_chooses_anew(either_house: House) -> None:
    house = either_house
    said = asks(house, reader=house.reader("Ben", trusted=True))
    house.author.answers(said, "Wait for it.")
    house.work_pages()
    house.shift_clock(minutes=6)
    (claim,) = claims.take(house.db, outbox.LETTERS, now=ids.now(), until=ids.now(seconds=60), limit=1)
    assert notifying.letter(house.db, house.settings, house.keys, claim.job)
    claims.release(house.db, [claim])
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "day")
    choosing.keep_rhythm(house.db, house.settings, at(house, BEN), "now")
    assert len(post(house, minutes=6)) == 1


def test_what_waits_without_a_letter_gets_one(either_house: House) -> None:
    house = either_house
    said = asks(house, reader=house.reader("Ben", trusted=True))
    house.author.answers(said, "Lost on the way?")
    house.work_pages()
    house.db.execute("DELETE FROM jobs WHERE fact = 'letter.news'")
    assert notifying.catch_up(house.db, house.settings) == 0
    house.shift_clock(minutes=61)
    assert notifying.catch_up(house.db, house.settings) == 1
    assert notifying.catch_up(house.db, house.settings) == 0
    assert len(post(house, minutes=6)) == 1


# ── to many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_many_follow_a_thread_nobody_waits_until_all_of_it_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [house.reader(name, trusted=True) for name in ("Ben", "Cleo", "Dan", "Eve", "Finn")]
    first = readers[0].says("Hello?", email="reader0@example.net", notify="thread")
    for n, one in enumerate(readers[1:], 1):
        one.says(f"I am {n}.", to=first, email=f"reader{n}@example.net", notify="thread")
    monkeypatch.setattr(hearing, "_PORTION", 5)
    written = sizes_of_transactions(house, monkeypatch, "news")
    house.work_pages()
    assert sum(written) == 20, "four readers hear of each of five replies"
    assert max(written) <= 5


def test_a_new_essay_is_told_once_to_all_who_wish_behind_what_one_waits_for(either_house: House) -> None:
    house = either_house
    readers = {}
    for number in range(4):
        address = f"reader{number}@example.net"
        readers[address] = house.reader(f"Reader {number}", trusted=True)
        readers[address].says("Hello.", email=address, new_essays=True)
        house.work_pages()
        if number:
            correspondents.confirm(house.db, at(house, address).id, now=ids.now())
    post(house)
    choosing.keep_rhythm(house.db, house.settings, at(house, "reader3@example.net"), "day")
    assert notifying.announce(house.db, house.settings, "/b/") == 4
    assert notifying.announce(house.db, house.settings, "/b/") == 0
    lanes = house.db.rows(
        "SELECT lane, count(*) AS number FROM jobs WHERE fact = 'letter.news' GROUP BY lane ORDER BY lane"
    )
    assert lanes == [{"lane": "bulk", "number": 3}]
    choosing.essays(house.db, house.settings, at(house, "reader2@example.net"), wanted=False)
    (letter,) = post(house)
    assert (letter.to, letter.subject) == ("reader1@example.net", "New: “Essay b” · Rapport")
    assert letter.headers["List-Id"] == "<essays.localhost>"
    assert "You get this because you wished to hear of every new essay." in letter.text
    choosing.confirm(house.db, house.settings, at(house, "reader0@example.net"))
    assert [letter.to for letter in post(house, minutes=6)] == ["reader0@example.net"]
    assert [letter.to for letter in post(house, minutes=60 * 24)] == ["reader3@example.net"]
    with pytest.raises(LookupError):
        notifying.announce(house.db, house.settings, "/nowhere/")
