"""The Monday digest: a week as it stood at its end, in words, or nothing at all."""

from datetime import date, timedelta

import pytest

from comments_service import answering, ids
from comments_service.engagement import digesting, people
from comments_service.errors import Problem
from comments_service.models import Comment, Undertaking
from tests.support.actors import House
from tests.support.claims import github, proves

MONDAY = date(2026, 11, 16)


def at(house: House, day: date, hour: int = 12) -> None:
    """Let it be that hour, in UTC."""
    file = house.settings.data / "clock"
    file.write_text("0")
    ids.use_clock(file)
    wanted = ids.as_moment(f"{day.isoformat()}T{hour:02}:00:00.000Z")
    house.shift_clock(seconds=(wanted - ids.moment()).total_seconds())


def weekday(number: int, *, weeks: int = 0) -> date:
    return MONDAY + timedelta(days=number, weeks=weeks)


def promises(house: House, comment: Comment, what: str, due: date) -> Comment:
    undertaking = Undertaking(promise=what, due=due.isoformat())
    return answering.answer_to(
        house.db, house.settings, house.keys, house.author.account, comment.id, "I'll see.", undertaking
    ).accepted.comment


def told(house: House, week: str = "") -> digesting.Letter:
    return digesting.letter(house.db, house.settings, digesting.week_of(house.settings, week))


def line(letter: digesting.Letter, label: str) -> list[tuple[str, str]]:
    return [(one.name, one.more) for found in letter.lines if found.label == label for one in found.people]


def test_a_week_is_told_in_people(either_house: House) -> None:
    house = either_house
    at(house, weekday(0, weeks=-2))
    eve, gil = house.reader("Eve"), house.reader("Gil")
    house.author.answers(gil.says("Hello."), "Welcome, Gil.")
    old = eve.says("Will anybody *answer*?\n\nI wonder.")
    at(house, weekday(1))
    ben, cleo = house.reader("Ben"), house.reader("Cleo")
    house.author.answers(ben.says("May I ask?"), "You may.")
    cleo.says("And may I?")
    house.shift_clock(minutes=1)
    gil.says("Once more, then: how?")
    at(house, weekday(0, weeks=1), 9)
    letter = told(house)
    assert letter.monday == MONDAY
    assert (
        letter.headline == "Here you interacted with 1 person in the past week. 3 people wrote; you answered 1 of them."
    )
    assert line(letter, "Waiting") == [
        ("Eve", "since 2 November 2026, late"),
        ("Cleo", "since 17 November 2026, late"),
        ("Gil", "since 17 November 2026, late"),
    ]
    assert line(letter, "New") == [("Ben", ""), ("Cleo", "")]
    assert line(letter, "Wrote again after you answered") == [("Gil", "")]
    assert letter.question is not None
    assert letter.question.id == old.id
    text = digesting.text(house.settings, letter)
    assert text.startswith("The week of 16 November 2026\n\nHere you interacted with 1 person")
    assert "Waiting: Eve (since 2 November 2026, late), Cleo" in text
    assert text.endswith("    Will anybody *answer*?\n    \n    I wonder.")


def test_a_week_is_told_as_it_stood_at_its_end_whatever_came_later(either_house: House) -> None:
    house = either_house
    at(house, weekday(2))
    eve = house.reader("Eve")
    question = eve.says("Will you answer?")
    at(house, weekday(6), 23)
    at(house, weekday(0, weeks=1), 1)
    before = told(house)
    text = digesting.text(house.settings, before)
    house.author.answers(question, "Yes, on Monday.")
    at(house, weekday(1, weeks=1))
    eve.says("Thank you. And one more thing?")
    assert digesting.text(house.settings, told(house)) == text
    assert line(before, "Waiting") == [("Eve", "since 18 November 2026, late")]
    at(house, weekday(0, weeks=2))
    assert told(house).headline.startswith("Here you interacted with 1 person in the past week. 1 person wrote;")
    assert told(house, MONDAY.isoformat()).headline == before.headline.replace("the past week", "that week")


def test_promises_are_told_by_their_day(either_house: House) -> None:
    house = either_house
    at(house, weekday(1))
    hal, ben, kim = (house.reader(name) for name in ("Hal", "Ben", "Kim"))
    promises(house, hal.says("Could you?"), "a list", weekday(4))
    promises(house, ben.says("Could you as well?"), "a name", weekday(2, weeks=1))
    kept = promises(house, kim.says("And for me?"), "a book", weekday(5))
    (promise,) = house.db.rows("SELECT id FROM promises WHERE comment = :comment", comment=kept.id)
    answering.answer_to(
        house.db,
        house.settings,
        house.keys,
        house.author.account,
        kept.parent or "",
        "Here is the book.",
        Undertaking(keeps=promise["id"]),
    )
    at(house, weekday(0, weeks=1))
    letter = told(house)
    assert line(letter, "Promises kept") == [("Kim", "for 21 November 2026")]
    assert line(letter, "Promises not kept") == [("Hal", "for 20 November 2026")]
    assert line(letter, "Promises due in the week after") == [("Ben", "for 25 November 2026")]
    assert "a list" not in digesting.text(house.settings, letter), "what was promised is read at the desk"


def test_a_week_in_which_nothing_happened_says_nothing(either_house: House) -> None:
    house = either_house
    at(house, weekday(0))
    assert told(house).silent
    ben = house.reader("Ben").says("Hello.")
    house.author.answers(ben, "Hello, Ben.")
    at(house, weekday(0, weeks=1))
    assert not told(house).silent
    at(house, weekday(0, weeks=2))
    assert told(house).silent


def test_at_most_three_proven_people_are_named_with_whom_one_has_not_spoken_for_a_while(either_house: House) -> None:
    house = either_house
    at(house, weekday(0, weeks=-12))
    readers = {name: house.reader(name) for name in ("Ann", "Bea", "Cid", "Dan", "Una")}
    for name, reader in readers.items():
        if name != "Una":
            proves(reader, github(name.lower()))
        for number in range(2):
            house.shift_clock(hours=1)
            house.author.answers(reader.says(f"{name} says {number}."), f"Yes, {name}, {number}.")
    refused = readers["Dan"].speaker.person
    assert refused is not None
    house.db.execute("UPDATE people SET history_refused_at = created WHERE id = :id", id=refused.id)
    at(house, weekday(3))
    house.author.answers(house.reader("Zoe").says("Hello."), "Hello, Zoe.")
    at(house, weekday(0, weeks=1))
    assert line(told(house), "You haven’t spoken for a while with") == [("Cid", ""), ("Bea", ""), ("Ann", "")]
    at(house, weekday(0, weeks=1), 13)
    readers["Cid"].says("I am back.")
    at(house, weekday(0, weeks=2))
    assert line(told(house), "You haven’t spoken for a while with") == [("Bea", ""), ("Ann", "")]


def test_joined_people_are_one_in_the_digest(either_house: House) -> None:
    house = either_house
    at(house, weekday(1))
    one, two = house.reader("Ben").says("From here."), house.reader("Ben").says("From there.")
    people.join(house.db, one.person or "", two.person or "", house.author.account)
    at(house, weekday(0, weeks=1))
    letter = told(house)
    assert letter.headline.endswith("1 person wrote; you have not answered them.")
    assert [name for name, _ in line(letter, "Waiting")] == ["Ben"]


def test_the_week_is_one_of_the_local_calendar(house: House) -> None:
    here = house.settings.with_(timezone="Europe/Lisbon")
    at(house, date(2026, 10, 26))
    week = digesting.last_week(here)
    assert (week.end - week.start) // 3600 == 169


@pytest.mark.parametrize("week", ["tomorrow", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11-22"])
def test_a_week_that_cannot_be_told_is_refused(house: House, week: str) -> None:
    at(house, weekday(3))
    with pytest.raises(Problem) as refused:
        digesting.week_of(house.settings, week)
    assert "week" in refused.value.fields
