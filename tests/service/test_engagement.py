"""What authors and readers do besides writing, and what the ledger keeps of it in the same transaction."""

import pytest

from comments_service import engagement
from comments_service.engagement import doctor, figures
from comments_service.errors import Problem
from comments_service.store import conversations, snapshots
from tests.support.actors import House


def state(house: House, comment: object) -> str:
    found = conversations.find(house.db, house.now_of(comment).conversation)  # type: ignore[arg-type]
    assert found is not None
    return found.state


def test_a_reader_waits_until_they_are_answered(either_house: House) -> None:
    house = either_house
    question = house.reader("Ben", trusted=True).says("How do you do it?")
    assert state(house, question) == "needs_answer"
    (line,) = conversations.waiting(house.db, now=question.created, late=False, pages=None, limit=9)[-1:]
    assert (line.comment, line.asks) == (question.id, "yes")
    house.author.answers(question, "With a list of ten people.")
    assert state(house, question) == "answered"
    assert conversations.badges(house.db, "/a/")[question.id].by == house.author.account.id


@pytest.mark.parametrize(
    ("reason", "more", "why"),
    [
        ("thanks_only", {}, "nobody has answered"),
        ("answered_elsewhere", {}, "say how"),
        ("answered_by_reader", {}, "name another"),
        ("because", {}, "Choose one"),
        ("answered_elsewhere", {"channel": "pigeon"}, "by mail"),
    ],
)
def test_what_cannot_be_closed_is_refused_and_nothing_changes(
    either_house: House, reason: str, more: dict[str, str], why: str
) -> None:
    house = either_house
    question = house.reader("Ben", trusted=True).says("How do you do it?")
    before = house.count("events"), house.count("jobs"), house.count("hearts")
    with pytest.raises(Problem) as refused:
        engagement.close(house.db, question.id, reason, house.author.account, **more)
    assert why in f"{refused.value.message} {refused.value.fields}"
    assert (house.count("events"), house.count("jobs"), house.count("hearts")) == before
    assert state(house, question) == "needs_answer"


def test_a_closing_can_be_taken_back_and_disputed_once(either_house: House) -> None:
    house = either_house
    question = house.reader("Ben", trusted=True).says("How do you do it?")
    engagement.close(house.db, question.id, "declined", house.author.account)
    assert state(house, question) == "closed_no_reply"
    engagement.reopen(house.db, question.id, house.author.account)
    engagement.close(house.db, question.id, "answered_elsewhere", house.author.account, channel="mail")
    assert state(house, question) == "answered"
    engagement.still_waiting(house.db, house.now_of(question), house.settings, proven=False)
    assert state(house, question) == "needs_answer"
    with pytest.raises(Problem, match=r"open already|said so before"):
        engagement.still_waiting(house.db, house.now_of(question), house.settings, proven=False)


def test_what_is_kept_is_what_the_events_come_to(either_house: House) -> None:
    house = either_house
    ben = house.reader("Ben", trusted=True)
    question = ben.says("How?")
    house.author.answers(question, "So.")
    ben.withdraws(question)
    house.reader("Eve").says("Just saying.", wants_answer="no")
    examined = doctor.examine(house.db)
    assert examined.conversations >= 3
    assert examined.differing == {}
    house.db.execute("UPDATE conversations SET state = 'answered' WHERE state = 'needs_answer'")
    wrong = doctor.examine(house.db).differing
    assert set(wrong.values()) == {("state",)}
    for conversation in wrong:
        doctor.mend(house.db, conversation)
    assert doctor.examine(house.db).differing == {}


def test_figures_are_taken_and_stay_as_they_were_until_they_are_taken_again(either_house: House) -> None:
    house = either_house
    question = house.reader("Ben", trusted=True).says("How do you do it?")
    house.work()
    line = snapshots.find(house.db, "/a/")
    assert line is not None
    assert (line.data["waiting_in_time"], line.data["not_answered"]) == (1, 0)
    house.shift_clock(hours=73)
    assert snapshots.find(house.db, "/a/") == line
    figures.take_due(house.db, house.settings)
    late = snapshots.find(house.db, "/a/")
    assert late is not None
    assert (late.data["waiting_in_time"], late.data["not_answered"]) == (0, 1)
    house.author.answers(question, "Late, but here.")
    house.work()
    answered = snapshots.find(house.db, "/a/")
    assert answered is not None
    assert (answered.data["answered"], answered.data["within"]) == (1, 0)
    site = snapshots.find(house.db, figures.SITE)
    assert site is not None
    assert site.data["site"]["basis"] == "counts_only"
