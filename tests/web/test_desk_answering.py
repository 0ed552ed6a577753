"""Answers from the desk: what they publish, undertake and keep, and what comes back."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from comments_service.models import Comment, Role, State
from comments_service.store import comments
from tests.support.actors import House
from tests.support.browserless import JSON, Visitor
from tests.support.desk import account, answers, decides, notice, page, told


def test_answering_a_held_reply_publishes_it_and_says_so(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    assert "Answering publishes Ben’s reply as well." in page(ana, "/desk/moderation")
    told = notice(ana, answers(ana, held, "Because."))
    assert "Published Ben’s reply with your answer." in told
    assert "Take the answer back" in told
    stored = comments.children(house.db, held.id)[0]
    assert (stored.by_author, stored.state, stored.text) == (True, State.PUBLISHED, "Because.")
    assert house.now_of(held).state is State.PUBLISHED


def test_an_answer_that_fails_keeps_what_was_typed_and_publishes_nothing(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    response = answers(ana, held, "Because. " * 2000, next="/desk/moderation?state=held")
    told = html.unescape(response.get_data(as_text=True))
    assert response.status_code == 422
    assert "Because. Because." in told
    assert 'aria-invalid="true"' in told
    assert 'name="next" value="/desk/moderation?state=held"' in told
    assert house.now_of(held).state is State.HELD
    assert house.count("comments") == 1


def test_an_answer_to_a_reply_withdrawn_meanwhile_gives_the_words_back(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    said = ben.says("Why?")
    ben.withdraws(said)
    response = answers(ana, said, "Because of *this*.")
    assert response.status_code == 409
    assert "Because of *this*." in html.unescape(response.get_data(as_text=True))


def test_private_words_are_marked_and_answered_privately(house: House, ana: Visitor) -> None:
    held = house.reader("Grace").says("Between us.", private=True)
    queue = page(ana, "/desk/moderation")
    assert "for you only" in queue
    assert "Only Grace will see it." in queue
    assert "Answered Grace’s reply, for them alone." in notice(ana, answers(ana, held, "Thank you."))
    assert "Between us" not in house.fragment()
    assert "Thank you" not in house.fragment()


def test_private_words_can_be_marked_as_read_and_stay_private(house: House, ana: Visitor) -> None:
    held = house.reader("Grace").says("Between us.", private=True)
    assert "Marked Grace’s reply as read." in notice(ana, decides(ana, held, "approve"))
    assert "Between us" not in house.fragment()


def test_a_program_is_told_where_it_went_on(house: House, ana: Visitor) -> None:
    held = house.reader("Ben").says("Why?")
    response = ana.client.post(
        f"/desk/comments/{held.id}/answer", data={"text": "Because.", "next": "/a/"}, headers=JSON
    )
    told = response.get_json()
    assert (told["state"], told["author"], told["next"]) == ("published", True, f"/a/?published={told['id']}")
    late = ana.client.post(f"/desk/comments/{held.id}/decide", data={"verb": "reject"}, headers=JSON)
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "conflict")


# ── what is undertaken with an answer ───────────────────────────────────────────────────────────────────────────────


def day(days: int) -> str:
    """A day from today on, as forms give it, by the clock of the machine."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def asked(house: House, name: str = "Ben", words: str = "Will you?", **more: object) -> Comment:
    question = house.reader(name).says(words, **more)  # type: ignore[arg-type]
    house.author.publishes(question)
    return question


def test_a_promise_is_made_with_an_answer_and_its_words_stay_private(house: House, ana: Visitor) -> None:
    question = asked(house)
    answers(ana, question, "I shall.", promise="send  the book", due=day(2))
    (made,) = house.db.rows("SELECT what, due_at FROM promises")
    assert made["what"] == "send the book"
    assert made["due_at"].startswith(day(2))
    assert "send the book" in page(ana, f"/desk/comments/{question.id}")
    assert "send the book" not in house.fragment()


@pytest.mark.parametrize(
    ("promise", "due", "why"),
    [
        ("send the book", "2020-01-01", "This day has passed."),
        ("send the book", "", "Please give the day"),
        ("send the book", "soon", "Please give the day"),
        ("", "2999-01-01", "Please note what you promise"),
        ("b" * 301, "2999-01-01", "at most 300 characters"),
    ],
)
def test_a_promise_that_cannot_be_made_sends_nothing_and_keeps_what_was_typed(
    house: House, ana: Visitor, promise: str, due: str, why: str
) -> None:
    question = asked(house)
    response = answers(ana, question, "I shall, *surely*.", promise=promise, due=due)
    said = told(response)
    assert response.status_code == 422
    assert why in said
    assert "I shall, *surely*.</textarea>" in said
    assert f'value="{promise}"' in said
    assert f'value="{due}"' in said
    assert (house.count("comments"), house.count("promises")) == (1, 0)


def test_one_answer_for_several_readers(house: House, ana: Visitor) -> None:
    ben, cleo, dan = (asked(house, name) for name in ("Ben", "Cleo", "Dan"))
    form = page(ana, f"/desk/comments/{ben.id}")
    assert re.findall(r'name="also" value="(\w+)"', form) == [cleo.id, dan.id]
    answers(ana, ben, "All of you.", also=[cleo.id])
    waiting = {row["comment"] for row in house.db.rows("SELECT comment FROM conversations WHERE due_at <> ''")}
    assert waiting == {dan.id}


def test_more_than_five_are_not_answered_at_once(house: House, ana: Visitor) -> None:
    first, *others = (asked(house, f"Reader {number}") for number in range(8))
    form = page(ana, f"/desk/comments/{first.id}")
    assert len(re.findall(r'name="also"', form)) == 5
    response = answers(ana, first, "All of you.", also=[one.id for one in others])
    assert response.status_code == 422
    assert "at most 5" in told(response)
    assert told(response).count(" checked") >= 5
    assert answers(ana, first, "All of you.", also=["nobody"]).status_code == 422


def test_an_answer_keeps_a_promise_until_it_is_taken_back(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    question = ben.says("Will you?")
    answers(ana, question, "I shall.", promise="send the book", due=day(2))
    promise = house.db.value("SELECT id FROM promises")
    again = ben.says("Has it left?", to=comments.children(house.db, question.id)[0])
    form = page(ana, "/desk/")
    assert "This keeps my promise" in form
    assert f'name="keeps" value="{promise}"' in form
    answers(ana, again, "This morning.", keeps=promise)
    assert house.db.value("SELECT kept_at FROM promises") != ""
    assert "kept today" in page(ana, f"/desk/comments/{again.id}")
    answer = comments.children(house.db, again.id)[0]
    ana.client.post(f"/desk/comments/{answer.id}/decide", data={"verb": "remove"})
    assert house.db.value("SELECT kept_at FROM promises") == ""


@pytest.mark.parametrize("promise", ["nothing", "0" * 26])
def test_a_promise_that_never_was_is_not_kept(house: House, ana: Visitor, promise: str) -> None:
    response = answers(ana, asked(house), "This morning.", keeps=promise)
    assert response.status_code == 422
    assert "This morning.</textarea>" in told(response)
    assert house.count("comments") == 1


# ── the same words, and a quicker author ────────────────────────────────────────────────────────────────────────────

LETTER = "Thank you for writing, {}. I read every word of it twice."


def test_a_form_letter_is_told_once_and_sent_if_it_is_meant(house: House, ana: Visitor) -> None:
    answers(ana, asked(house, "Ben"), LETTER.format("Ben"))
    cleo = asked(house, "Cleo")
    response = answers(ana, cleo, LETTER.format("Cleo"), next="/desk/")
    said = told(response)
    assert response.status_code == 422
    assert "You sent these words to Ben. Make them Cleo’s." in said
    assert LETTER.format("Cleo") + "</textarea>" in said
    assert 'name="as_it_is" value="yes">Send it as it is' in said
    assert comments.children(house.db, cleo.id) == []
    sent = answers(ana, cleo, LETTER.format("Cleo"), next="/desk/", as_it_is="yes")
    assert sent.status_code == 303
    assert len(comments.children(house.db, cleo.id)) == 1


def test_words_of_their_own_are_sent_at_once(house: House, ana: Visitor) -> None:
    answers(ana, asked(house, "Ben"), LETTER.format("Ben"))
    cleo = asked(house, "Cleo")
    assert answers(ana, cleo, LETTER.format("Cleo")).status_code == 422
    assert answers(ana, cleo, LETTER.format("Cleo") + " The second time on a train.").status_code == 303


def test_a_short_thank_you_may_repeat_where_nothing_was_asked(house: House, ana: Visitor) -> None:
    answers(ana, asked(house, "Ben", "A fine essay."), "Thank you, Ben!")
    assert answers(ana, asked(house, "Cleo", "A very fine essay."), "Thank you, Cleo!").status_code == 303
    assert answers(ana, asked(house, "Dan", "Is it a fine essay?"), "Thank you, Dan!").status_code == 422


def test_the_same_words_after_a_month_are_no_form_letter(house: House, ana: Visitor) -> None:
    answers(ana, asked(house, "Ben"), LETTER.format("Ben"))
    cleo = asked(house, "Cleo")
    house.shift_clock(days=29)
    ana.signs_in()
    assert answers(ana, cleo, LETTER.format("Cleo")).status_code == 422
    house.shift_clock(days=2)
    ana.signs_in()
    assert answers(ana, cleo, LETTER.format("Cleo")).status_code == 303


def test_the_same_words_twice_to_the_same_reader_are_told_by_nobody(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    first = ben.says("Will you?")
    answers(ana, first, LETTER.format("Ben"))
    second = ben.says("Will you now?", to=comments.children(house.db, first.id)[0])
    assert answers(ana, second, LETTER.format("Ben")).status_code == 303


def test_two_authors_who_answer_at_once_are_told_before_they_send(house: House, ana: Visitor) -> None:
    question = asked(house)
    seen = re.findall(r'name="seen" value="(\d+)"', page(ana, "/desk/"))[0]
    account(house, "Bo Lind", Role.OWNER).answers(question, "Bo was here first.")
    response = answers(ana, question, "And here is what I think.", seen=seen, promise="a book", due=day(2))
    said = told(response)
    assert response.status_code == 409
    assert "Bo Lind has answered Ben while you were writing: “Bo was here first.”" in said
    assert "And here is what I think.</textarea>" in said
    assert 'value="a book"' in said
    renewed = re.findall(r'name="seen" value="(\d+)"', said)[0]
    assert int(renewed) > int(seen)
    assert answers(ana, question, "And here is what I think.", seen=renewed).status_code == 303


def test_an_answer_publishes_no_words_that_were_changed_while_it_was_written(house: House, ana: Visitor) -> None:
    ben = house.reader("Ben")
    held = ben.says("As read.")
    seen = house.db.value("SELECT last_seq FROM conversations WHERE id = :id", id=held.conversation)
    ben.edits(held, "Something else.")
    data = {"text": "Welcome.", "seen": str(seen)}
    told = ana.client.post(f"/desk/comments/{held.id}/answer", data=data)
    assert told.status_code == 409
    said = html.unescape(told.text)
    assert "Ben changed these words while you were writing." in said
    assert "Something else." in said
    assert ">\nWelcome.</textarea>" in said
    assert house.now_of(held).state is State.HELD
    again = {"text": "Welcome.", "seen": str(seen + 1)}
    assert ana.client.post(f"/desk/comments/{held.id}/answer", data=again).status_code == 303
    assert house.now_of(held).state is State.PUBLISHED


def test_a_program_is_told_of_a_form_letter_and_of_a_quicker_author(house: House, ana: Visitor) -> None:
    answers(ana, asked(house, "Ben"), LETTER.format("Ben"))
    cleo = asked(house, "Cleo")
    address = f"/desk/comments/{cleo.id}/answer"
    letter = ana.client.post(address, json={"text": LETTER.format("Cleo")})
    assert (letter.status_code, letter.get_json()["error"]["code"]) == (422, "form_letter")
    account(house, "Bo Lind", Role.OWNER).answers(cleo, "Bo was here first.")
    late = ana.client.post(address, json={"text": "My own words.", "seen": "1"})
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "conflict")
    dan = asked(house, "Dan")
    sent = ana.client.post(address, json={"text": "For both of you.", "also": dan.id})
    assert sent.status_code == 200
