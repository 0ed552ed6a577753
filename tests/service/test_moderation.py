"""Moderation: decisions and their log, taking them back, the trust that follows."""

import pytest

from comments_service import moderation
from comments_service.engagement import forgetting
from comments_service.errors import Problem
from comments_service.models import MOVES, Decision, State, Verb
from comments_service.moderation import logs
from comments_service.store import decisions, events, people
from tests.support.actors import House


def test_the_queue_holds_who_waits_longest_first_with_what_is_needed_to_decide(either_house: House) -> None:
    ben = either_house.reader("Ben", trusted=True)
    root = ben.says("A thread.")
    cleo = either_house.reader("Cleo")
    first = cleo.says("My first.", to=root)
    second = cleo.says("My second.")
    one, two = moderation.queue(either_house.db)
    assert (one.comment.id, two.comment.id) == (first.id, second.id)
    assert [other.id for other in one.thread] == [root.id]
    assert [other.id for other in two.earlier] == [first.id]
    assert one.page_title == "Essay a"
    assert "first reply" in one.comment.reasons


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.UNDO])
def test_every_decision_moves_is_logged_told_to_the_ledger_and_can_be_taken_back(
    either_house: House, verb: Verb
) -> None:
    ben = either_house.reader(trusted=verb is Verb.REMOVE)
    comment = ben.says("Judge me.")
    before = comment.state
    decided = either_house.author.decides(comment, verb)
    assert decided.state is MOVES[verb][0]
    (line,) = decisions.latest(either_house.db, comment=comment.id)
    assert (line.verb, line.before, line.after) == (verb, before, decided.state)
    assert either_house.author.decides(comment, Verb.UNDO).state is before
    types = [event["type"] for event in events.of_conversation(either_house.db, comment.conversation)]
    assert len(types) == 3
    assert types[2].removeprefix("un") == types[1]


@pytest.mark.parametrize(
    ("path", "verb"),
    [
        ([Verb.APPROVE], Verb.APPROVE),
        ([Verb.APPROVE], Verb.REJECT),
        ([], Verb.REMOVE),
        ([], Verb.UNDO),
        ([Verb.APPROVE, Verb.UNDO], Verb.UNDO),
        ([Verb.SPAM], Verb.SPAM),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_changes_nothing(
    house: House, path: list[Verb], verb: Verb
) -> None:
    comment = house.reader().says("Judge me.")
    for step in path:
        house.author.decides(comment, step)
    before = house.now_of(comment), house.count("decisions"), house.count("events"), house.count("jobs")
    with pytest.raises(Problem) as caught:
        house.author.decides(comment, verb)
    assert caught.value.status == 409
    assert (house.now_of(comment), house.count("decisions"), house.count("events"), house.count("jobs")) == before


def test_a_withdrawal_is_nobodys_to_undo(house: House) -> None:
    ben = house.reader()
    comment = ben.says("Mine.")
    house.author.publishes(comment)
    ben.withdraws(comment)
    for verb in Verb:
        with pytest.raises(Problem):
            house.author.decides(comment, verb)
    assert house.now_of(comment).state is State.WITHDRAWN


def test_trust_comes_with_an_approval_and_goes_with_its_undo(house: House) -> None:
    ben = house.reader()
    comment = ben.says("Trust me.")
    house.author.publishes(comment)
    assert ben.speaker.trusted
    house.author.decides(comment, Verb.UNDO)
    assert not ben.speaker.trusted


def test_trust_stays_while_another_approved_word_stands(house: House) -> None:
    ben = house.reader()
    first, second = ben.says("One."), ben.says("Two.")
    house.author.publishes(first)
    house.author.publishes(second)
    house.author.decides(second, Verb.UNDO)
    assert ben.speaker.trusted


def test_an_undo_never_touches_an_accounts_own_trust(house: House) -> None:
    ana = people.find(house.db, house.author.account.id)
    assert ana is not None
    assert ana.trusted_at


def test_an_answer_to_a_held_reply_publishes_both_or_neither(either_house: House) -> None:
    comment = either_house.reader().says("Waiting.")
    with pytest.raises(Problem):
        either_house.author.answers(comment, "   ")
    assert either_house.now_of(comment).state is State.HELD
    answer = either_house.author.answers(comment, "Here I am.")
    assert (answer.state, either_house.now_of(comment).state) == (State.PUBLISHED, State.PUBLISHED)


def test_an_unknown_reply_is_told_so(house: House) -> None:
    with pytest.raises(Problem) as caught:
        moderation.decide(house.db, "0" * 26, Verb.APPROVE, house.author.account)
    assert caught.value.status == 404


def test_the_log_tells_who_decided_what(house: House) -> None:
    comment = house.reader("Ben").says("Hello.")
    house.author.publishes(comment)
    (line,) = logs.lines(house.db, limit=9)
    assert isinstance(line, Decision)
    assert (line.verb, line.comment, line.decided_by) == (Verb.APPROVE, comment.id, house.author.account.id)


@pytest.mark.parametrize(("first", "told"), [(Verb.SPAM, ["unspam", "spam"]), (Verb.REJECT, ["unremove", "remove"])])
def test_a_rescue_and_its_undo_are_told_to_the_ledger_as_what_they_are(
    house: House, first: Verb, told: list[str]
) -> None:
    comment = house.reader().says("Judge me.")
    for verb in (first, Verb.APPROVE, Verb.UNDO):
        house.author.decides(comment, verb)
    assert [event["type"] for event in events.of_conversation(house.db, comment.conversation)][-2:] == told


def test_who_wants_no_history_is_looked_at_without_one(house: House) -> None:
    ben = house.reader("Ben")
    ben.says("The first.")
    second = ben.says("The second.")
    assert [one.text for one in moderation.case(house.db, second.id).earlier] == ["The first."]
    forgetting.object_to_history(house.db, [second.person or ""])
    assert moderation.case(house.db, second.id).earlier == ()
