"""Closing one conversation at a time, with a reason; putting aside, ♥, and taking each of them back."""

from datetime import UTC, datetime, timedelta

import pytest

from comments_service.models import Comment
from comments_service.store import conversations, hearts
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import does, notice, page, told


@pytest.fixture
def question(house: House) -> Comment:
    asked = house.reader("Ben").says("How do you do it?")
    house.author.publishes(asked)
    return asked


def state(house: House, comment: Comment) -> str:
    found = conversations.find(house.db, comment.conversation)
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("fields", "said", "becomes"),
    [
        ({"reason": "acknowledged"}, "Closed Ben’s reply with a ♥.", "closed_no_reply"),
        ({"reason": "declined"}, "Closed Ben’s reply: you’d rather not.", "closed_no_reply"),
        ({"reason": "stale"}, "Closed Ben’s reply: too late now.", "closed_no_reply"),
        (
            {"reason": "answered_elsewhere", "channel": "mail"},
            "Noted that you answered Ben’s reply elsewhere.",
            "answered",
        ),
    ],
)
def test_a_closing_says_what_it_did_and_is_taken_back(
    house: House, ana: Visitor, question: Comment, fields: dict[str, str], said: str, becomes: str
) -> None:
    words = notice(ana, does(ana, question, "close", next="/desk/", **fields))
    assert said in words
    assert "Undo" in words
    assert state(house, question) == becomes
    assert "Open it again" in page(ana, f"/desk/comments/{question.id}")
    assert "waits for you again" in notice(ana, does(ana, question, "reopen", next="/desk/"))
    assert state(house, question) == "needs_answer"
    assert hearts.find(house.db, question.id) is None


def test_only_thanks_closes_what_came_after_an_answer(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    answer = house.author.answers(ben.says("How?"), "With bread.")
    remark = ben.says("I bake every Friday, for the whole house.", to=answer)
    assert "only thanks" in page(ana, "/desk/")
    assert "Closed Ben’s reply: only thanks." in notice(ana, does(ana, remark, "close", reason="thanks_only"))
    assert "Nobody is waiting." in page(ana, "/desk/")


def test_another_reader_s_words_can_have_answered(house: House, ana: Visitor, question: Comment) -> None:
    assert "another reader answered" not in page(ana, "/desk/")[: page(ana, "/desk/").index("<dialog")]
    other = house.reader("Cleo").says("Take a sharp knife.", to=question)
    house.author.publishes(other)
    assert f'<option value="{other.id}">' in page(ana, "/desk/")
    response = does(ana, question, "close", reason="answered_by_reader", endorses=other.id)
    assert "another reader answered" in notice(ana, response)
    assert state(house, question) == "closed_no_reply"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reason": "thanks_only"}, "nobody has answered them yet"),
        ({"reason": "answered_elsewhere"}, "say how"),
        ({"reason": "answered_elsewhere", "channel": "pigeon"}, "by mail, in a call, or in person"),
        ({"reason": "answered_by_reader"}, "name another reader's comment"),
        ({"reason": "answered_by_reader", "endorses": "nobody"}, "name another reader's comment"),
        ({"reason": "because"}, "Choose one of the reasons."),
        ({}, "Choose one of the reasons."),
    ],
)
def test_what_cannot_be_closed_is_refused_with_its_reason(
    house: House, ana: Visitor, question: Comment, fields: dict[str, str], why: str
) -> None:
    before = house.count("events")
    response = does(ana, question, "close", **fields)
    assert response.status_code in {409, 422}
    assert why in told(response)
    assert house.count("events") == before
    assert state(house, question) == "needs_answer"


def test_what_is_closed_already_is_not_closed_twice(house: House, ana: Visitor, question: Comment) -> None:
    does(ana, question, "close", reason="stale")
    response = does(ana, question, "close", reason="declined")
    assert response.status_code == 409
    assert "nothing is waiting here" in told(response)
    assert "too late now" in page(ana, f"/desk/comments/{question.id}")


def test_what_came_to_nothing_is_not_reopened(house: House, ana: Visitor, question: Comment) -> None:
    assert does(ana, question, "reopen").status_code == 409
    assert does(ana, question, "promote").status_code == 409
    for act in ("close", "reopen", "snooze", "heart", "promote"):
        assert ana.client.post(f"/desk/comments/nothing/{act}", data={"until": "now"}).status_code == 404, act


def test_a_heart_is_given_and_taken_back(house: House, ana: Visitor, question: Comment) -> None:
    words = notice(ana, does(ana, question, "heart", next="/desk/"))
    assert "Gave Ben’s reply a ♥." in words
    assert "Undo" in words
    assert 'aria-pressed="true"' in page(ana, "/desk/")
    assert "Took the ♥ back from Ben’s reply." in notice(ana, does(ana, question, "heart", next="/desk/"))
    assert state(house, question) == "needs_answer"


def test_what_is_put_aside_is_taken_back_at_once(house: House, ana: Visitor, question: Comment) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    words = notice(ana, does(ana, question, "snooze", until=tomorrow, next="/desk/"))
    assert "Put Ben’s reply aside until tomorrow." in words
    assert "Put aside until tomorrow." in page(ana, f"/desk/comments/{question.id}")
    assert "no longer put aside" in notice(ana, does(ana, question, "snooze", until="now", next="/desk/"))
    assert f'id="case-{question.id}"' in page(ana, "/desk/")


@pytest.mark.parametrize("until", ["", "2020-01-01", "tomorrow", "2999-01-01"])
def test_it_is_put_aside_until_a_day_to_come(house: House, ana: Visitor, question: Comment, until: str) -> None:
    response = does(ana, question, "snooze", day=until)
    assert response.status_code == 422
    found = conversations.find(house.db, question.conversation)
    assert found is not None
    assert found.snoozed_until == ""


def test_programs_are_told_in_json(ana: Visitor, question: Comment) -> None:
    at = f"/desk/comments/{question.id}"
    closed = ana.client.post(f"{at}/close", data={"reason": "stale", "next": "/desk/"}, headers=JSON).get_json()
    assert (closed["id"], closed["next"]) == (question.id, f"/desk/?closed={question.id}")
    again = ana.client.post(f"{at}/close", json={"reason": "stale"})
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "conflict")
    assert ana.client.post(f"{at}/reopen", headers=JSON).status_code == 200
    assert ana.client.post(f"{at}/heart", headers=JSON).get_json()["next"] == f"/desk/?heart={question.id}"


def test_what_was_withdrawn_is_closed_by_nobody(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    asked = ben.says("How?")
    ben.withdraws(asked)
    assert does(ana, asked, "close", reason="stale").status_code == 409
    assert does(ana, asked, "heart").status_code == 409
