"""One's own reply: how it stands in people's words, and what can be said about it, by its writer alone."""

import re
from collections.abc import Callable

import pytest

from comments_service import answering, engagement, ids, posting
from comments_service.models import Comment, Undertaking
from comments_service.store import comments, conversations
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor

NOBODY_SAYS = re.compile(r"excus|declin|stale|lapsed|verdict|reach.?out|promot|thanks_only|acknowledg", re.IGNORECASE)


def asks(visitor: Visitor, words: str = "How do you do it?", **fields: str) -> tuple[str, Comment]:
    """Send a reply; returns the address of its page and what is stored."""
    own = visitor.says(words, **fields).headers["Location"].partition("?")[0]
    comment = comments.find(visitor.house.db, own.split("/")[2])
    assert comment is not None
    return own, comment


def state(house: House, comment: Comment) -> str:
    known = conversations.find(house.db, comment.conversation)
    assert known is not None
    return known.state


@pytest.fixture
def house(house: House) -> House:
    """A house in which an answer is promised."""
    house.settings = house.settings.with_(answer_within=72)
    return house


@pytest.fixture
def visitor(house: House) -> Visitor:
    return Visitor(house)


def test_a_reader_sees_until_when_they_are_meant_to_be_answered_and_that_it_passed(
    visitor: Visitor, house: House
) -> None:
    own, _ = asks(visitor)
    told = visitor.gets(own, **JSON).get_json()["standing"]
    assert (told["state"], told["can"]) == ("waiting", ["thats-it"])
    page = visitor.gets(own).get_data(as_text=True)
    assert re.search(r"Ana Ferreira has not answered yet, and means to by \w+day, \d+ \w+ \d{4}, \d\d:\d\d\.", page)
    house.shift_clock(hours=73)
    assert "meant to answer by" in visitor.gets(own).get_data(as_text=True)


def test_without_a_promise_no_time_is_named(visitor: Visitor, house: House) -> None:
    house.settings = house.settings.with_(answer_within=None)
    visitor = Visitor(house)
    own, _ = asks(visitor)
    told = visitor.gets(own, **JSON).get_json()["standing"]
    assert (told["words"], told["due"]) == ("Ana Ferreira has not answered yet.", None)


def test_an_answer_is_told_with_its_time_and_the_way_to_it(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor)
    house.shift_clock(hours=5)
    answer = house.author.answers(comment, "With a list.")
    page = visitor.gets(own).get_data(as_text=True)
    assert f'Ana Ferreira answered after 5 hours. <a href="/a/#comment-{answer.id}">Read it</a>' in page
    assert f"/comments/reply?page=/a/&amp;parent={answer.id}" in page
    assert "still waiting" not in page


@pytest.mark.parametrize(
    ("close", "words"),
    [
        (lambda house, one: engagement.close(house.db, one.id, "declined", house.author.account), "left it as it is"),
        (lambda house, one: engagement.close(house.db, one.id, "stale", house.author.account), "left it as it is"),
        (lambda house, one: engagement.close(house.db, one.id, "acknowledged", house.author.account), "left it as"),
        (
            lambda house, one: engagement.close(
                house.db, one.id, "answered_elsewhere", house.author.account, channel="mail"
            ),
            "Ana Ferreira says that this was answered by mail. Was it?",
        ),
        (
            lambda house, one: engagement.close(
                house.db, one.id, "answered_elsewhere", house.author.account, channel="in person"
            ),
            "answered in person. Was it?",
        ),
    ],
)
def test_what_was_closed_is_told_kindly_and_the_reader_may_object_once(
    visitor: Visitor, house: House, close: Callable[[House, Comment], object], words: str
) -> None:
    own, comment = asks(visitor)
    close(house, comment)
    page = visitor.gets(own).get_data(as_text=True)
    assert words in page
    assert not NOBODY_SAYS.search(page)
    done = visitor.client.post(f"{own}still-waiting")
    assert done.status_code == 303
    assert "Noted: you are waiting again, and Ana Ferreira sees it." in visitor.follows(done).get_data(as_text=True)
    assert state(house, comment) == "needs_answer"
    engagement.close(house.db, comment.id, "declined", house.author.account)
    again = visitor.client.post(f"{own}still-waiting")
    assert again.status_code == 409
    assert "You have said so once, and that was heard." in again.get_data(as_text=True)
    assert state(house, comment) == "closed_no_reply"


def test_still_waiting_before_and_after_an_answer_is_refused_with_a_sentence(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor)
    early = visitor.client.post(f"{own}still-waiting", headers=JSON)
    assert (early.status_code, early.get_json()["error"]["code"]) == (409, "conflict")
    assert "this waits for an answer already" in early.get_json()["error"]["message"]
    house.author.answers(comment, "With a list.")
    late = visitor.client.post(f"{own}still-waiting", headers=JSON)
    assert late.status_code == 409
    assert "simply reply to the answer" in late.get_json()["error"]["message"]
    assert state(house, comment) == "answered"


def test_that_something_was_an_answer_can_be_said_once_somebody_said_something(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor)
    house.author.publishes(comment)
    before = visitor.gets(own).get_data(as_text=True)
    assert "I need no answer any more" in before
    assert "That answered me" not in before
    house.reader("Cleo", trusted=True).says("I know it, from my aunt.", to=house.now_of(comment))
    after = visitor.gets(own).get_data(as_text=True)
    assert "That answered me" in after
    assert "I need no answer any more" not in after


def test_that_answered_me_ends_the_waiting_once(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor)
    told = visitor.client.post(f"{own}thats-it", headers=JSON).get_json()["standing"]
    assert (told["state"], told["words"]) == ("answered", "You said that this is settled for you.")
    assert state(house, comment) == "answered"
    assert visitor.client.post(f"{own}thats-it", headers=JSON).status_code == 409


def test_a_promise_shows_its_day_never_its_words_and_can_be_let_go(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor)
    due = ids.now(days=5)[:10]
    undertaking = Undertaking(promise="Send the zebra list", due=due)
    answering.answer_to(
        house.db, house.settings, house.keys, house.author.account, comment.id, "I’ll look.", undertaking
    )
    page = visitor.gets(own).get_data(as_text=True)
    told = visitor.gets(own, **JSON).get_json()["standing"]
    assert told["promised_by"].startswith(due)
    assert "release" in told["can"]
    assert re.search(r"More is promised by \d+ \w+ \d{4}\.", page)
    assert "zebra" not in page
    promise = re.search(r'name="promise" value="(\w+)"', page)
    assert promise
    done = visitor.client.post(f"{own}release", data={"promise": promise[1]})
    assert "need not keep this promise any more" in visitor.follows(done).get_data(as_text=True)
    assert visitor.gets(own, **JSON).get_json()["standing"]["promised_by"] is None
    assert visitor.client.post(f"{own}release", headers=JSON).status_code == 409


def test_a_promise_to_somebody_else_is_nobody_s_to_let_go(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor)
    other = house.reader("Eve", trusted=True).says("And I?")
    undertaking = Undertaking(promise="Call Eve", due=ids.now(days=5)[:10])
    for one in (comment, other):
        answering.answer_to(
            house.db, house.settings, house.keys, house.author.account, one.id, f"I’ll, {one.id}.", undertaking
        )
    eves = house.db.value("SELECT id FROM promises WHERE conversation = :one", one=other.conversation)
    assert visitor.client.post(f"{own}release", data={"promise": eves}, headers=JSON).status_code == 404
    assert house.db.value("SELECT count(*) FROM promises WHERE released_at <> ''") == 0


@pytest.mark.parametrize("act", ["still-waiting", "thats-it", "release"])
def test_only_its_writer_can_say_anything(visitor: Visitor, house: House, act: str) -> None:
    own, comment = asks(visitor)
    before = house.count("events")
    stranger = Visitor(house)
    stranger.client.set_cookie("rapport_device", "forged")
    assert stranger.client.post(f"{own}{act}", headers=JSON).status_code == 403
    assert stranger.client.post(f"/comments/{ids.new_id()}/{act}", headers=JSON).status_code == 404
    posting.withdraw(house.db, comment)
    assert visitor.client.post(f"{own}{act}", headers=JSON).status_code == 410
    assert house.count("events") == before + 1  # the withdrawal


def test_the_private_link_speaks_for_its_writer_too(visitor: Visitor, house: House) -> None:
    location = visitor.says("How?").headers["Location"]
    elsewhere = Visitor(house)
    own, _, key = location.partition("?key=")
    done = elsewhere.client.post(f"{own}thats-it", data={"key": key})
    assert done.status_code == 303
    assert "Noted: it is settled for you" in elsewhere.follows(done).get_data(as_text=True)


def test_a_private_word_has_the_same_clock_and_its_answer_stands_with_it(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor, "Between us: how?", private="yes")
    assert "means to by" in visitor.gets(own).get_data(as_text=True)
    house.shift_clock(hours=2)
    house.author.answers(comment, "Only for you.")
    page = visitor.gets(own).get_data(as_text=True)
    assert "Ana Ferreira answered after 2 hours." in page
    assert "Only for you." in page
    assert "answered-after" not in house.fragment()


def test_of_what_was_turned_down_nothing_is_said(visitor: Visitor, house: House) -> None:
    own, comment = asks(visitor)
    house.db.execute("UPDATE comments SET state = 'rejected' WHERE id = :id", id=comment.id)
    page = visitor.gets(own).get_data(as_text=True)
    assert "Your answer" not in page
    refused = visitor.client.post(f"{own}thats-it", headers=JSON)
    assert refused.status_code == 409
    assert "no longer stands" in refused.get_json()["error"]["message"]


def test_a_withdrawn_reply_is_forgotten_on_every_device_that_asks_for_it(visitor: Visitor) -> None:
    own, comment = asks(visitor)
    page = visitor.client.post(f"{own}withdraw").get_data(as_text=True)
    again = visitor.gets(own)
    assert again.status_code == 410
    for html in (page, again.get_data(as_text=True)):
        assert f'data-withdrawn="{comment.id}"' in html
        assert "/theme/js/conversation.js" in html
