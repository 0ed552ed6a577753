"""Promises at the desk: kept elsewhere, and that taken back; moved once, and only if the reader was told."""

from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from comments_service.models import Comment
from comments_service.store import comments, promises
from comments_service.store.promises import Promise
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import answers, notice, page, told


def day(days: int) -> str:
    """A day from today on, as forms give it, by the clock of the machine."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def kept(house: House) -> Promise:
    """The one promise, as it stands now."""
    found = promises.find(house.db, house.db.value("SELECT id FROM promises"))
    assert found is not None
    return found


@pytest.fixture
def question(house: House, ana: Visitor) -> Comment:
    asked = house.reader("Ben").says("Will you?")
    answers(ana, asked, "I shall.", promise="send the book", due=day(2))
    return asked


def does(ana: Visitor, promise: Promise, act: str, **fields: str) -> TestResponse:
    return ana.client.post(f"/desk/promises/{promise.id}/{act}", data={"next": "/desk/"} | fields)


def test_a_promise_kept_elsewhere_leaves_the_desk_and_comes_back_if_it_was_not(
    house: House, ana: Visitor, question: Comment
) -> None:
    words = notice(ana, does(ana, kept(house), "kept"))
    assert "Noted: you kept “send the book”." in words
    assert "Undo" in words
    assert "What you promised" not in page(ana, "/desk/")
    assert "Take that back" in page(ana, f"/desk/comments/{question.id}")
    assert "open again" in notice(ana, does(ana, kept(house), "unkept"))
    assert "send the book" in page(ana, "/desk/")


def test_a_promise_is_moved_with_an_answer_that_tells_the_reader(house: House, ana: Visitor, question: Comment) -> None:
    response = does(ana, kept(house), "move", text="It takes until Friday week, I am sorry.", due=day(9))
    assert "Moved “send the book”: by" in notice(ana, response)
    assert kept(house).due_at.startswith(day(9))
    last = comments.children(house.db, question.id)[-1]
    assert (last.by_author, last.text) == (True, "It takes until Friday week, I am sorry.")
    assert "Answer and move" not in page(ana, f"/desk/comments/{question.id}")


def test_an_answer_that_told_them_already_can_be_named(house: House, ana: Visitor, question: Comment) -> None:
    answers(ana, question, "It takes a week longer, I am sorry.")
    told_ = comments.children(house.db, question.id)[-1]
    assert f'name="told" value="{told_.id}"' in page(ana, f"/desk/comments/{question.id}")
    does(ana, kept(house), "move", told=told_.id, due=day(9))
    assert kept(house).due_at.startswith(day(9))
    assert len(comments.children(house.db, question.id)) == 2


@pytest.mark.parametrize(
    ("text", "due", "why"),
    [
        ("I am sorry.", "2020-01-01", "a promise needs a date that is still to come"),
        ("I am sorry.", "soon", "Please give a day"),
        ("", "2999-01-01", "There are no words in this reply yet."),
    ],
)
def test_what_cannot_be_moved_is_refused_nothing_is_sent_and_the_words_are_kept(
    house: House, ana: Visitor, question: Comment, text: str, due: str, why: str
) -> None:
    before = kept(house), house.count("comments"), house.count("events")
    response = does(ana, kept(house), "move", text=text, due=due)
    assert response.status_code in {409, 422}
    assert why in told(response)
    assert f"{text}</textarea>" in told(response)
    assert (kept(house), house.count("comments"), house.count("events")) == before


def test_a_promise_is_moved_once_and_before_its_day(house: House, ana: Visitor, question: Comment) -> None:
    does(ana, kept(house), "move", text="A week longer.", due=day(9))
    again = does(ana, kept(house), "move", text="And another one.", due=day(19))
    assert again.status_code == 409
    assert "it was moved once already" in told(again)
    other = house.reader("Cleo").says("And for me?")
    answers(ana, other, "With joy.", promise="a cake", due=day(1))
    house.shift_clock(days=3)
    late = house.db.value("SELECT id FROM promises WHERE what = 'a cake'")
    response = ana.client.post(f"/desk/promises/{late}/move", data={"text": "Still baking.", "due": day(9)})
    assert "its date has passed" in told(response)
    assert "Still baking.</textarea>" not in told(response) or response.status_code == 409


def test_after_a_reader_took_everything_back_only_the_promise_is_left(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    asked = ben.says("Will you?")
    answers(ana, asked, "I shall.", promise="send the book", due=day(2))
    ben.withdraws(asked)
    assert "Somebody who took their words back" in page(ana, "/desk/")
    assert does(ana, kept(house), "move", text="Later.", due=day(9)).status_code == 422


def test_programs_are_told_in_json(house: House, ana: Visitor, question: Comment) -> None:
    at = f"/desk/promises/{kept(house).id}"
    answer = ana.client.post(f"{at}/kept", headers=JSON).get_json()
    assert answer["kept"]
    assert answer["next"] == f"/desk/?kept={kept(house).id}"
    assert ana.client.post(f"{at}/kept", headers=JSON).status_code == 409
    assert ana.client.post(f"{at}/move", json={"due": day(9), "text": "Later."}).status_code == 409
    assert ana.client.post("/desk/promises/nothing/kept", headers=JSON).status_code == 404
