"""Replies that come at one moment share a transaction, and each is kept or refused as if it had come alone."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from comments_service import posting
from comments_service.database import opened
from comments_service.errors import Problem
from comments_service.models import NewReply, Speaker
from comments_service.posting import Accepted
from comments_service.store import events, pages
from comments_service.unavailable import TransactionLost, Unavailable
from comments_service.web.turns import Turns
from tests.support.actors import House, furnish


def sent(house: House, *texts: str) -> list[tuple[Speaker, NewReply]]:
    return [
        (house.reader(f"Reader {number}").speaker, NewReply("/a/", text, name=f"Reader {number}"))
        for number, text in enumerate(texts)
    ]


def test_one_that_is_refused_takes_no_other_along(either_house: House) -> None:
    house = either_house
    first, empty, third = posting.accept_all(house.db, house.settings, house.keys, sent(house, "How?", " ", "And why?"))
    assert isinstance(first, Accepted)
    assert isinstance(third, Accepted)
    assert isinstance(empty, Problem)
    assert empty.fields["text"]
    assert house.count("comments") == house.count("events") == house.count("conversations") == 2


def test_what_one_had_written_before_it_failed_is_taken_back(
    either_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = either_house
    begin = events.begin

    def falters(*given: object, **more: object) -> str:
        begun = begin(*given, **more)  # type: ignore[arg-type]
        if house.count("conversations") == 2:
            message = "the disk hiccups"
            raise OSError(message)
        return begun

    monkeypatch.setattr(events, "begin", falters)
    outcomes = posting.accept_all(house.db, house.settings, house.keys, sent(house, "How?", "Why?", "Who?"))
    assert [type(outcome) for outcome in outcomes] == [Accepted, OSError, OSError]
    assert house.count("comments") == house.count("conversations") == house.count("people") - 1 == 1


@pytest.mark.parametrize("more_pages", [0, 3, 8, 20])
def test_on_a_disk_that_fills_up_only_what_is_kept_is_said_to_be(house: House, more_pages: int) -> None:
    """The database may grow by so many pages and no further: SQLite then says what it says of a full disk."""
    full = int(house.db.value("PRAGMA page_count")) + more_pages
    house.db.execute(f"PRAGMA max_page_count = {full}")
    replies = sent(house, *(f"Number {number}: {'x' * 9000}" for number in range(6)))
    try:
        outcomes = posting.accept_all(house.db, house.settings, house.keys, replies)
    except TransactionLost:
        outcomes = []
    accepted = [outcome.comment.id for outcome in outcomes if isinstance(outcome, Accepted)]
    assert [row["id"] for row in house.db.rows("SELECT id FROM comments ORDER BY id")] == accepted
    assert len(accepted) < len(replies)
    house.db.execute("PRAGMA max_page_count = 1000000")
    assert isinstance(
        posting.accept_all(house.db, house.settings, house.keys, sent(house, "There is room again."))[0], Accepted
    )


def test_a_transaction_that_ended_by_itself_is_not_taken_for_kept(house: House) -> None:
    def ends_by_itself() -> None:
        with house.db.transaction():
            house.author.says("Will this be kept?")
            house.db._engine.run("ROLLBACK", {})  # noqa: SLF001 -- what a full disk does

    def ends_in_the_middle() -> None:
        with house.db.transaction(), house.db.attempt():
            house.db._engine.run("ROLLBACK", {})  # noqa: SLF001
            raise ValueError

    for lost in (ends_by_itself, ends_in_the_middle):
        with pytest.raises(TransactionLost):
            lost()
        assert house.count("comments") == 0
    house.author.says("This is kept.")
    assert house.count("comments") == 1


def test_the_same_words_twice_in_one_moment_are_one_reply(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben")
    ben.says("I was here before.")
    twice = [(ben.speaker, NewReply("/a/", "How?", name="Ben"))] * 2
    first, again = posting.accept_all(house.db, house.settings, house.keys, twice)
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.comment.id == again.comment.id


def test_replies_that_meet_on_the_same_pages_do_not_wait_for_each_other_in_a_circle(either_house: House) -> None:
    house, together = either_house, threading.Barrier(2)
    at_once = house.settings.with_(hold_first=False)  # what stands at once changes its page
    kept: list[object] = []

    def write(name: str, paths: str) -> None:
        with opened(at_once) as db:
            for turn in range(10):
                said = [
                    (Speaker(network=f"{name}{turn}{path}"), NewReply(f"/{path}/", f"{name} {turn}?", name=name))
                    for path in paths
                ]
                together.wait(timeout=30)
                kept.extend(posting.accept_all(db, at_once, house.keys, said))

    threads = [threading.Thread(target=write, args=given) for given in (("Ben", "ab"), ("Chloe", "ba"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [type(one) for one in kept] == [Accepted] * 40
    assert [one.comment.page for one in kept if isinstance(one, Accepted)].count("/a/") == 20


def test_who_is_in_a_circle_all_the_same_is_told_that_it_is_busy(postgres_database: str, tmp_path: Path) -> None:
    with furnish(tmp_path, database=postgres_database) as house:
        both = threading.Barrier(2)
        told: list[str] = []

        def change(first: str, second: str) -> None:
            with opened(house.settings) as db:
                try:
                    with db.transaction():
                        pages.touch(db, first)
                        both.wait(timeout=30)
                        pages.touch(db, second)
                except Unavailable:
                    told.append("busy")
                else:
                    told.append("done")

        threads = [threading.Thread(target=change, args=given) for given in (("/a/", "/b/"), ("/b/", "/a/"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(told) == ["busy", "done"]


def test_who_waits_is_served_by_whoevers_turn_it_is_each_with_their_own() -> None:
    turns: Turns[int, int] = Turns(most=3)
    begun, go_on = threading.Event(), threading.Event()
    portions: list[int] = []
    given: dict[int, object] = {}

    def work(asked: Sequence[int]) -> list[int | Exception]:
        portions.append(len(asked))
        begun.set()
        go_on.wait(30)
        return [ValueError(f"{ask} is odd") if ask % 2 else ask * 10 for ask in asked]

    def asks(number: int) -> None:
        try:
            given[number] = turns.take(number, work)
        except ValueError as error:
            given[number] = str(error)

    threads = [threading.Thread(target=asks, args=(number,)) for number in range(8)]
    threads[0].start()
    assert begun.wait(30)
    for thread in threads[1:]:
        thread.start()
    while len(turns._queue) < 7:  # noqa: SLF001 -- all of them have to wait before the first goes on
        threads[-1].join(0.01)
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert given == {number: f"{number} is odd" if number % 2 else number * 10 for number in range(8)}
    assert portions == [1, 3, 3, 1]


def test_if_the_work_itself_fails_everybody_is_told() -> None:
    turns: Turns[int, int] = Turns(most=3)

    def work(_asked: Sequence[int]) -> list[int | Exception]:
        message = "the disk is full"
        raise OSError(message)

    with pytest.raises(OSError, match="the disk is full"):
        turns.take(1, work)
