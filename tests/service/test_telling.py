"""What the ledger is told of each reply: whom it reaches, what was in force, what was undertaken with it."""

from dataclasses import replace
from pathlib import Path

import pytest

from comments_service import ids
from comments_service.errors import Problem
from comments_service.identity import authors
from comments_service.ledger import moments, verdict
from comments_service.models import Comment, NewReply, Role, Speaker, Undertaking, Verb
from comments_service.posting import accept
from comments_service.store import conversations, events, promises
from tests.support.actors import Author, House, furnish, page


def found(house: House, comment: Comment) -> conversations.Conversation:
    conversation = conversations.find(house.db, house.now_of(comment).conversation)
    assert conversation is not None
    return conversation


def states(house: House, *comments: Comment) -> list[str]:
    return [found(house, comment).state for comment in comments]


def asked(house: House, name: str, text: str = "How do you do it?", **more: object) -> Comment:
    return house.author.publishes(house.reader(name).says(text, **more))  # type: ignore[arg-type]


# ── whom an answer reaches ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_reaches_whom_it_answers_whom_it_ticks_and_whom_it_calls(either_house: House) -> None:
    house = either_house
    ben = asked(house, "Ben")
    eve = asked(house, "Eve", to=ben, wants_answer="yes")
    fay = asked(house, "Fay", on="/b/")
    gil = asked(house, "Gil")
    assert states(house, ben, fay, gil) == ["needs_answer"] * 3
    answer = house.author.answers(ben, "With patience. You too, @Eve.", Undertaking(also=(fay.id,)))
    assert states(house, ben, fay, gil) == ["answered", "answered", "needs_answer"]
    assert len(events.filed_in(house.db, answer.id)) == 3
    assert found(house, eve).told.heard
    house.work()
    assert "answered" in house.fragment("/b/")
    # What happens to the answer happens in each of them, and is seen on each of their pages.
    house.author.decides(answer, Verb.REMOVE)
    assert states(house, ben, fay) == ["needs_answer", "needs_answer"]
    house.work()
    assert "answered-after" not in house.fragment("/b/")


def test_with_more_than_five_ticked_only_the_parent_is_answered(house: House) -> None:
    ben, *others = [asked(house, f"Reader {number}") for number in range(7)]
    house.author.answers(ben, "One for all.", Undertaking(also=tuple(other.id for other in others)))
    assert states(house, ben, *others) == ["answered"] + ["needs_answer"] * 6


def test_what_an_answer_ticks_must_still_stand(house: House) -> None:
    ben, eve = asked(house, "Ben"), asked(house, "Eve")
    house.author.decides(eve, Verb.REMOVE)
    with pytest.raises(Problem) as refused:
        house.author.answers(ben, "Both of you.", Undertaking(also=(eve.id,)))
    assert "no longer stands" in refused.value.fields["also"]
    assert states(house, ben) == ["needs_answer"]


def test_an_answer_publishes_every_held_reply_that_it_answers(house: House) -> None:
    ben, eve = house.reader("Ben").says("How?"), house.reader("Eve").says("Why?")
    house.author.answers(ben, "Like this.", Undertaking(also=(eve.id,)))
    assert house.now_of(ben).standing
    assert house.now_of(eve).standing


def test_readers_among_themselves_owe_the_author_nothing_unless_they_call_her(house: House) -> None:
    ben = asked(house, "Ben")
    eve, fay = asked(house, "Eve", to=ben), asked(house, "Fay", "Is that so, @Ana?", to=ben)
    assert states(house, eve, fay) == ["not_owed", "needs_answer"]


def test_the_same_words_to_a_second_person_do_not_answer(house: House) -> None:
    words = "Thank you for writing, it means a lot to me, do come back soon."
    ben, eve = asked(house, "Ben"), asked(house, "Eve")
    house.author.answers(ben, f"Ben! {words}")
    house.author.answers(eve, f"Eve! {words}")
    assert states(house, ben, eve) == ["answered", "needs_answer"]
    house.shift_clock(days=31)
    fay = asked(house, "Fay", "A fine essay.", wants_answer="")
    house.author.answers(fay, f"Fay! {words}")
    assert states(house, fay) == ["answered"]


def test_an_edit_can_turn_an_answer_into_a_form_letter(house: House) -> None:
    words = "Thank you for writing, it means a lot to me, do come back soon."
    ben, eve = asked(house, "Ben"), asked(house, "Eve")
    house.author.answers(ben, words)
    answer = house.author.answers(eve, "I will think about it and write again.")
    assert states(house, eve) == ["answered"]
    house.reader().edits(answer, words)
    assert states(house, eve) == ["needs_answer"]


# ── what was in force ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_promise_changed_later_moves_no_clock(house: House) -> None:
    house.settings = house.settings.with_(answer_within=24)
    ben = asked(house, "Ben")
    before = found(house, ben).due_at
    house.settings = house.settings.with_(answer_within=168)
    house.author.says("Another thread.")
    eve = asked(house, "Eve")
    assert found(house, ben).due_at == before
    assert moments.seconds(before) - moments.seconds(ben.created) == 24 * 3600
    assert moments.seconds(found(house, eve).due_at) - moments.seconds(eve.created) == 168 * 3600


@pytest.mark.parametrize(
    ("answers", "text", "state"),
    [
        ("everyone", "A fine essay.", "needs_answer"),
        ("questions", "A fine essay.", "not_owed"),
        ("questions", "Is it?", "needs_answer"),
        ("none", "Is it?", "not_owed"),
        ("nonsense", "A fine essay.", "needs_answer"),
    ],
)
def test_an_essay_says_whom_it_promises_an_answer(tmp_path: Path, answers: str, text: str, state: str) -> None:
    essay = page()
    essay = replace(essay, facts={**essay.facts, "answers": answers})
    with furnish(tmp_path, essays=(essay, page("/b/"))) as house:
        assert states(house, house.reader("Ben", trusted=True).says(text)) == [state]


def test_a_strangers_held_reply_enters_no_percentage_and_is_no_hiding_place(house: House) -> None:
    held = house.reader("Ben").says("How?")
    (unseen,) = found(house, held).told.reach_outs
    assert unseen.standing == "unseen"
    house.shift_clock(hours=80)
    house.author.publishes(held)
    (seen,) = found(house, held).told.reach_outs
    assert seen.standing == "counted"
    assert seen.opened_at == unseen.opened_at
    assert verdict(seen, moments.seconds(ids.now())) == "unanswered"


def test_an_author_on_somebody_elses_essay_is_a_reader(tmp_path: Path) -> None:
    mine, hosted = page("/a/"), page("/b/")
    hosted = replace(hosted, facts={**hosted.facts, "hosts": ["Bo Berg"]})
    with furnish(tmp_path, essays=(mine, hosted)) as house:
        bo = Author(house, authors.add(house.db, "Bo Berg", Role.AUTHOR))
        theirs = accept(house.db, house.settings, house.keys, Speaker(account=bo.account), NewReply("/a/", "Really?"))
        assert not theirs.comment.by_author
        assert states(house, theirs.comment) == ["needs_answer"]
        ben = asked(house, "Ben", on="/b/")
        assert bo.answers(ben, "As a host, yes.").by_author
        assert states(house, ben) == ["answered"]


def test_a_clock_that_is_set_back_stands_still(house: House) -> None:
    ben = house.reader("Ben", trusted=True)
    first = ben.says("One.")
    house.shift_clock(hours=-2)
    ben.says("Two.", to=first)
    rows = events.of_conversation(house.db, first.conversation)
    assert [moments.seconds(row["at"]) for row in rows] == sorted(moments.seconds(row["at"]) for row in rows)


# ── what is undertaken ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_promise_is_made_with_an_answer_and_kept_by_another(either_house: House) -> None:
    house = either_house
    ben = asked(house, "Ben")
    day = (ids.moment().date()).replace(year=ids.moment().year + 1).isoformat()
    house.author.answers(ben, "I'll ask around.", Undertaking(promise="ask the librarian", due=day))
    assert states(house, ben) == ["promised"]
    (promise,) = promises.open_ones(house.db, limit=9)
    assert promise.what == "ask the librarian"
    assert promise.due_at.startswith(day)
    house.author.answers(ben, "She says yes.", Undertaking(keeps=promise.id))
    assert promises.open_ones(house.db, limit=9) == []
    assert states(house, ben) == ["answered"]
    kept = promises.find(house.db, promise.id)
    assert kept is not None
    assert kept.kept_at


@pytest.mark.parametrize(
    ("undertaking", "field", "word"),
    [
        (Undertaking(promise="ask", due="2020-01-01"), "due", "passed"),
        (Undertaking(promise="ask", due="soon"), "due", "2026-12-01"),
        (Undertaking(promise="ask"), "due", "day"),
        (Undertaking(due="2099-01-01"), "promise", "what you promise"),
        (Undertaking(promise="x" * 301, due="2099-01-01"), "promise", "300"),
    ],
)
def test_a_promise_that_cannot_be_made_is_refused_with_the_answer(
    either_house: House, undertaking: Undertaking, field: str, word: str
) -> None:
    house = either_house
    ben = asked(house, "Ben")
    before = [house.count(table) for table in ("comments", "events", "promises", "jobs", "sayings", "answers")]
    with pytest.raises(Problem) as refused:
        house.author.answers(ben, "I'll ask.", undertaking)
    assert word in refused.value.fields[field]
    assert [house.count(table) for table in ("comments", "events", "promises", "jobs", "sayings", "answers")] == before


def test_a_promise_to_nobody_is_refused(house: House) -> None:
    own = house.author.says("A thread of mine.")
    with pytest.raises(Problem) as refused:
        house.author.answers(own, "I'll see.", Undertaking(promise="see", due="2099-01-01"))
    assert "somebody" in refused.value.fields["promise"]


def test_an_emoji_keeps_no_promise(house: House) -> None:
    ben = asked(house, "Ben")
    house.author.answers(ben, "I'll ask.", Undertaking(promise="ask", due="2099-01-01"))
    (promise,) = promises.open_ones(house.db, limit=9)
    with pytest.raises(Problem) as refused:
        house.author.answers(ben, "👍", Undertaking(keeps=promise.id))
    assert "words of one's own" in refused.value.fields["keeps"]
    assert promises.open_ones(house.db, limit=9) == [promise]


def test_two_authors_who_answer_at_once_are_told(tmp_path: Path) -> None:
    essay = page()
    essay = replace(essay, facts={**essay.facts, "hosts": ["Bo Berg"]})
    with furnish(tmp_path, essays=(essay, page("/b/"))) as house:
        bo = Author(house, authors.add(house.db, "Bo Berg", Role.AUTHOR))
        ben = asked(house, "Ben")
        seen = found(house, ben).last_seq
        bo.answers(ben, "I was quicker.", Undertaking(seen=seen))
        with pytest.raises(Problem, match="Bo Berg has answered Ben"):
            house.author.answers(ben, "Here I am.", Undertaking(seen=seen))
        house.author.answers(ben, "Here I am as well.", Undertaking(seen=found(house, ben).last_seq))
