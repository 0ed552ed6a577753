"""Bulk: many decided at once, in one transaction, and taken back at once; what does not fit is left as it is."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from comments_service import ids
from comments_service.database import opened
from comments_service.errors import Problem
from comments_service.models import Comment, State, Verb
from comments_service.moderation import bulk
from comments_service.store import decisions
from tests.support.actors import House, furnish


def said(house: House, number: int, **more: object) -> list[Comment]:
    return [house.reader(f"Reader {one}").says(f"Number {one}.", **more) for one in range(number)]  # type: ignore[arg-type]


def states(house: House, comments: list[Comment]) -> set[State]:
    return {house.now_of(one).state for one in comments}


def test_a_bulk_is_decided_logged_and_taken_back_as_one(either_house: House) -> None:
    house, me = either_house, either_house.author.account
    held = said(house, 5)
    done = bulk.decide(house.db, [one.id for one in held], Verb.APPROVE, me)
    assert (done.done, done.left) == (5, 0)
    assert states(house, held) == {State.PUBLISHED}
    assert {line.bulk for line in decisions.latest(house.db)} == {done.id}
    assert [line.comment for line in decisions.of_bulk(house.db, done.id)] == [one.id for one in held]
    back = bulk.undo(house.db, done.id, me)
    assert (back.done, back.left) == (5, 0)
    assert states(house, held) == {State.HELD}
    with pytest.raises(Problem) as caught:
        bulk.undo(house.db, done.id, me)
    assert caught.value.status == 409


def test_trust_comes_and_goes_with_a_bulk(house: House) -> None:
    ben = house.reader("Ben")
    held = [ben.says("One.").id, ben.says("Two.").id]
    done = bulk.decide(house.db, held, Verb.APPROVE, house.author.account)
    assert ben.speaker.trusted
    bulk.undo(house.db, done.id, house.author.account)
    assert not ben.speaker.trusted


def test_what_cannot_be_decided_in_this_way_is_left_and_told_by_number(either_house: House) -> None:
    house = either_house
    held, (spam, gone, own) = said(house, 2), said(house, 3)
    house.author.decides(spam, Verb.SPAM)
    house.author.decides(gone, Verb.REJECT)
    answer = house.author.answers(own, "Mine.")
    chosen = [*(one.id for one in held), held[0].id, spam.id, gone.id, answer.id, ids.new_id(), "nonsense"]
    done = bulk.decide(house.db, chosen, Verb.SPAM, house.author.account)
    assert (done.done, done.left) == (3, 4)  # what was rejected may be called spam, an author's words never
    assert house.now_of(answer).state is State.PUBLISHED


def test_what_was_decided_since_is_not_taken_back_with_the_bulk(either_house: House) -> None:
    house = either_house
    held = said(house, 3)
    done = bulk.decide(house.db, [one.id for one in held], Verb.APPROVE, house.author.account)
    house.author.decides(held[0], Verb.REMOVE)
    house.author.decides(held[1], Verb.UNDO)
    back = bulk.undo(house.db, done.id, house.author.account)
    assert (back.done, back.left) == (1, 1)
    assert house.now_of(held[0]).state is State.REMOVED


def test_a_moderators_bulk_touches_nothing_private(house: House) -> None:
    private = house.reader("Ben").says("For you alone.", private=True)
    public = house.reader("Cleo").says("For all.")
    done = bulk.decide(house.db, [private.id, public.id], Verb.REJECT, house.author.account, private=False)
    assert (done.done, done.left) == (1, 1)
    assert house.now_of(private).state is State.HELD


@pytest.mark.parametrize(("number", "told"), [(0, "Nothing is selected."), (101, "Up to 100 can be decided at once")])
def test_none_and_more_than_a_hundred_are_refused_with_a_sentence(house: House, number: int, told: str) -> None:
    with pytest.raises(Problem) as caught:
        bulk.decide(house.db, [ids.new_id() for _ in range(number)], Verb.APPROVE, house.author.account)
    assert (caught.value.status, told in caught.value.message) == (400, True)


def test_a_hundred_are_decided_at_once(house: House) -> None:
    house.settings = house.settings.with_(rate_limit=False)
    held = said(house, 100)
    assert bulk.decide(house.db, [one.id for one in held], Verb.REJECT, house.author.account).done == 100
    assert states(house, held) == {State.REJECTED}


def test_two_who_decide_about_the_same_ones_in_another_order_only_wait(postgres_database: str, tmp_path: Path) -> None:
    with furnish(tmp_path, database=postgres_database) as house:
        chosen = [one.id for one in said(house, 40)]

        def decided(order: list[str], verb: Verb) -> bulk.Decided | Problem:
            with opened(house.settings) as db:
                try:
                    return bulk.decide(db, order, verb, house.author.account)
                except Problem as problem:
                    return problem

        with ThreadPoolExecutor(2) as both:
            one = both.submit(decided, chosen, Verb.APPROVE)
            other = both.submit(decided, chosen[::-1], Verb.REJECT)
            told = [one.result(), other.result()]
        assert sum(isinstance(found, bulk.Decided) and found.done == len(chosen) for found in told) >= 1
