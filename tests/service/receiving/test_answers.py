"""An author's letter becomes the answer: once, whole or not at all, and as public as what it answers."""

from pathlib import Path

import pytest

from comments_service import ids
from comments_service.identity import authors
from comments_service.models import Role, State
from comments_service.store import inbox, people
from tests.support import writing_in
from tests.support.actors import House, furnish
from tests.support.writing_in import (
    QUESTION,
    RECEIVES,
    answers,
    asked,
    letter,
    letters,
    noted,
    receive,
    reply_address,
    returned,
    sample,
)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_letter_becomes_the_answer_publishes_what_it_answers_and_closes_the_turn(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_database") if database == "postgresql" else ""
    with furnish(tmp_path, database=url, **RECEIVES) as house:
        question = asked(house)
        assert question.state is State.HELD
        assert receive(house, sample("gmail-web", reply_address(house, question))) == "taken"
        (answer,) = answers(house, question)
        assert answer.text == writing_in.expected("gmail-web")
        assert answer.author == house.author.account.id
        assert answer.state is State.PUBLISHED
        assert house.now_of(question).state is State.PUBLISHED
        state = house.db.value("SELECT state FROM conversations WHERE id = :id", id=question.conversation)
        assert state == "answered"
        (note,) = inbox.newest(house.db, limit=9)
        assert (note.outcome, note.comment) == ("taken", question.id)
        assert letters(house) == []
        assert "write three lines on the evening itself" in house.fragment()


def test_a_letter_that_comes_twice_answers_once(house: House) -> None:
    question = asked(house)
    raw = letter(reply_address(house, question))
    assert receive(house, raw) == "taken"
    assert receive(house, raw) == "again"
    assert receive(house, raw.replace(b"Received: from far", b"Received: from another")) == "again"
    assert len(answers(house, question)) == 1
    assert noted(house) == ["taken"]


def test_the_same_words_in_two_letters_answer_once(house: House) -> None:
    question = asked(house)
    to = reply_address(house, question)
    assert receive(house, letter(to)) == "taken"
    assert receive(house, letter(to, id_="<two@example.org>")) == "again"
    assert len(answers(house, question)) == 1


def test_an_answer_to_a_private_word_stays_private(house: House) -> None:
    question = asked(house, private=True)
    assert receive(house, letter(reply_address(house, question))) == "taken"
    (answer,) = answers(house, question)
    assert answer.private_at is not None
    assert "Three lines" not in house.fragment()


def test_an_address_in_capitals_is_the_same_address(house: House) -> None:
    question = asked(house)
    assert receive(house, letter(reply_address(house, question).upper(), sender="ANA@Example.org")) == "taken"


def test_an_account_that_may_not_read_it_answers_nothing_private(house: House) -> None:
    mo = authors.add(house.db, "Mo Lind", Role.MODERATOR)
    people.move(house.db, mo.id, "mo@example.org")
    question = asked(house, private=True)
    raw = letter(reply_address(house, question, mo), sender="mo@example.org")
    assert receive(house, raw) == "gone"
    assert answers(house, question) == []


def test_whoever_has_an_account_answers_as_that_account(house: House) -> None:
    rui = authors.add(house.db, "Rui Lima", Role.AUTHOR)
    people.move(house.db, rui.id, "rui@example.org")
    question = asked(house)
    assert receive(house, letter(reply_address(house, question, rui), sender="Rui <rui@example.org>")) == "taken"
    (answer,) = answers(house, question)
    assert answer.name == "Rui Lima"


def test_words_that_were_changed_since_are_not_published_unread(house: House) -> None:
    ben = house.reader("Ben Okri")
    question = ben.says(QUESTION)
    to = reply_address(house, question)
    house.shift_clock(minutes=5)
    ben.edits(question, "Buy my pills at evil.example!")
    assert receive(house, letter(to)) == "changed"
    assert house.now_of(question).state is State.HELD
    assert "was changed since" in returned(house)
    house.shift_clock(minutes=1)
    seen = f"In-Reply-To: <{ids.new_id()}@localhost>\n"
    assert receive(house, letter(to, id_="<two@example.org>", more=seen)) == "taken", "that letter told of the change"


def test_words_are_taken_and_what_is_attached_is_told_to_be_left(house: House) -> None:
    question = asked(house)
    assert receive(house, sample("ios-mail-with-a-picture", reply_address(house, question))) == "files_left"
    (answer,) = answers(house, question)
    assert answer.text == writing_in.expected("ios-mail-with-a-picture")
    assert "What was attached to your letter was left out" in returned(house)


@pytest.mark.parametrize("name", ["outlook-with-a-logo", "proton"])
def test_a_logo_or_a_key_that_goes_with_every_letter_is_not_worth_a_word(name: str, house: House) -> None:
    assert receive(house, sample(name, reply_address(house, asked(house)))) == "taken"
    assert letters(house) == []


def test_an_answer_and_its_note_are_kept_together_or_not_at_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(house)
    raw = letter(reply_address(house, question))

    def fails(*_given: object, **_more: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "settle", fails)
        with pytest.raises(OSError):  # noqa: PT011 -- the one above
            receive(house, raw)
    assert answers(house, question) == []
    assert noted(house) == []
    assert receive(house, raw) == "taken"
