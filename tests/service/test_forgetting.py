"""Who asks to be forgotten is forgotten: words, history, promises, notes. What was decided stays, of nobody."""

import json

import pytest

from comments_service import engagement
from comments_service.engagement import doctor, figures, forgetting
from comments_service.models import Comment, State, Undertaking
from comments_service.store import conversations, notes, people, snapshots, subjects
from tests.support.actors import House, Reader

# All that may hold a person, or a word of theirs.
TABLES = (
    "people", "devices", "conversations", "comments", "events", "answers", "sayings", "promises", "notes", "joins",
    "hearts", "likes", "snapshots", "tallies", "decisions", "jobs", "rendered",
)  # fmt: skip


def everything(house: House) -> str:
    """All rows of all tables that may tell of somebody, as text."""
    house.work()
    return json.dumps({table: house.db.rows(f"SELECT * FROM {table}") for table in TABLES}, default=str)


def person_of(comment: Comment) -> str:
    assert comment.person is not None
    return comment.person


@pytest.fixture
def known(either_house: House) -> tuple[House, Reader, Comment]:
    """Zebulon asks, is promised something, noted about, hearted and liked."""
    house = either_house
    zeb = house.reader("Zebulon", trusted=True)
    question = zeb.says("Xylophones or zithers?", email="zeb@example.org", website="https://zeb.example")
    house.author.answers(question, "Both, Zebulon.", Undertaking(promise="send the zither list", due="2099-01-01"))
    engagement.heart(house.db, question.id, house.author.account)
    notes.add(
        house.db,
        notes.Note("n1", person_of(question), "Plays the zither.", house.author.account.id, "2026-01-01T00:00:00.000Z"),
    )
    return house, zeb, question


def test_an_erasure_leaves_nothing_of_them(known: tuple[House, Reader, Comment]) -> None:
    house, _, question = known
    person = person_of(question)
    answer = house.db.value("SELECT id FROM comments WHERE parent = :id", id=question.id)
    assert forgetting.erase(house.db, subjects.of_person(house.db, person)) == 2
    left = everything(house)
    for secret in (person, "Xylophones", "zeb@example.org", "zeb.example", "zither list", "Plays the zither"):
        assert secret not in left
    assert house.now_of(question).state is State.WITHDRAWN
    assert house.db.value("SELECT parent FROM comments WHERE id = :id", id=answer) == question.id
    assert doctor.examine(house.db).differing == {}
    assert not house.author.account.id.startswith(person)


@pytest.mark.parametrize(("hours", "unanswered"), [(71, 0), (73, 1)])
def test_before_the_due_time_it_is_as_if_they_had_never_asked(either_house: House, hours: int, unanswered: int) -> None:
    house = either_house
    question = house.author.publishes(house.reader("Zebulon").says("Will anybody answer?"))
    house.shift_clock(hours=hours)
    forgetting.erase(house.db, subjects.of_person(house.db, person_of(question)))
    house.shift_clock(hours=30)
    figures.take_site(house.db, house.settings)
    taken = snapshots.find(house.db, figures.SITE)
    assert taken is not None
    assert (taken.data["site"]["n"], taken.data["site"]["unanswered"]) == (unanswered, unanswered)
    assert taken.data["site"]["people"] == 0


def test_a_tally_tells_no_wait(either_house: House) -> None:
    house = either_house
    question = house.author.publishes(house.reader("Zebulon").says("Will anybody answer?"))
    house.shift_clock(hours=5)
    house.author.answers(question, "I do.")
    house.shift_clock(hours=80)
    forgetting.erase(house.db, subjects.of_person(house.db, person_of(question)))
    (row,) = house.db.rows("SELECT data FROM tallies")
    data = json.loads(row["data"])
    assert data["opened_at"] == data["done_at"] == data["due_at"]
    assert not {"comment", "answer", "by"} & {name for name, value in data.items() if value}


def test_who_objects_keeps_the_words_and_has_no_history(known: tuple[House, Reader, Comment]) -> None:
    house, _, question = known
    person = person_of(question)
    assert forgetting.object_to_history(house.db, [person])
    assert not forgetting.object_to_history(house.db, [person])
    assert notes.of_people(house.db, [person]) == []
    assert house.now_of(question).text == "Xylophones or zithers?"
    assert conversations.of_person(house.db, person)[-1].state == "promised"


def test_two_years_of_silence_end_a_history_and_no_word(known: tuple[House, Reader, Comment]) -> None:
    house, zeb, question = known
    house.shift_clock(days=729)
    assert forgetting.forget_the_silent(house.db) == 0
    house.shift_clock(days=2)
    assert forgetting.forget_the_silent(house.db) == 1
    assert forgetting.forget_the_silent(house.db) == 0
    person = person_of(question)
    assert conversations.of_person(house.db, person) == []
    assert notes.of_people(house.db, [person]) == []
    assert house.now_of(question).text == "Xylophones or zithers?"
    # Their device still knows them, and what they say now begins anew.
    again = zeb.says("I am back.", to=question)
    assert again.person == person
    assert [found.state for found in conversations.of_person(house.db, person)] == ["needs_answer"]
    assert doctor.examine(house.db).differing == {}


def test_an_account_is_not_forgotten_by_silence(house: House) -> None:
    house.author.says("A thread of my own.")
    house.shift_clock(days=2000)
    assert forgetting.forget_the_silent(house.db) == 0
    assert people.find(house.db, house.author.account.id) is not None
