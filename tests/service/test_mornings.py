"""The mornings: at eight authors are told who waits, what they promised, and on Mondays of the week; once."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from comments_service import ids, worker
from comments_service.database import opened
from comments_service.models import Role, Undertaking
from comments_service.notifying import author_letters, mornings
from comments_service.notifying.author_letters import DIGEST, PROMISES, WAITS
from tests.support import telling
from tests.support.actors import House, furnish
from tests.support.telling import ANA, EVE, addressed, at, joined, written


@pytest.fixture
def lisbon(tmp_path: Path) -> Iterator[House]:
    """A house that promised an answer within three days, in a zone with summer time."""
    with furnish(tmp_path, timezone="Europe/Lisbon", answer_within=72) as house:
        addressed(house)
        author_letters.choose(house.db, house.author.account, frozenset({WAITS, PROMISES, DIGEST}))
        yield house


def morning(house: House) -> list[str]:
    """The subjects of the letters that two workers send at this moment, tidying twice each."""
    before = len(house.letters)
    for _ in range(2):
        worker.tidy(house.db, house.settings)
        with opened(house.settings) as other:
            mornings.fall_due(other, house.settings)
    house.work()
    new = house.letters[: len(house.letters) - before]
    return sorted(one.subject.removesuffix(" · Rapport") for one in new)


def next_monday(house: House) -> None:
    local = ids.moment().astimezone(house.settings.zone)
    at(house, 7, 30, days=7 - local.weekday())


def test_who_waits_is_told_at_eight_on_days_when_somebody_does_and_only_once(lisbon: House) -> None:
    next_monday(lisbon)
    assert morning(lisbon) == []
    at(lisbon, 8, 1, days=1)
    assert morning(lisbon) == [], "nobody waits"
    ben = lisbon.reader("Ben", trusted=True)
    comment = ben.says("How do you begin?", wants_answer="yes")
    at(lisbon, 7, 59, days=1)
    assert morning(lisbon) == []
    at(lisbon, 8, 0)
    assert morning(lisbon) == ["2 readers wait for an answer"]
    text = lisbon.letters[0].text
    assert "How do you begin?" in text
    assert "since yesterday" in text
    assert f"/desk/comments/{comment.id}" in text
    at(lisbon, 9, 0)
    assert morning(lisbon) == []
    at(lisbon, 14, 0, days=4)
    assert morning(lisbon) == ["2 readers wait for an answer"], "a server that was down sends late that day"
    assert "late" in lisbon.letters[0].text


def test_an_hour_that_comes_twice_and_one_that_never_comes_change_nothing(tmp_path: Path) -> None:
    # In 2027 clocks go back on 31 October and forward on 28 March, both at one at night in Lisbon.
    with furnish(tmp_path, timezone="Europe/Lisbon") as house:
        addressed(house)
        author_letters.choose(house.db, house.author.account, frozenset({WAITS}))
        house.reader("Ben", trusted=True)
        for day in ("2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31"):
            eight = datetime.combine(date.fromisoformat(day), time(7, 59), house.settings.zone)
            house.shift_clock(seconds=(eight - ids.moment()).total_seconds())
            assert morning(house) == [], day
            house.shift_clock(minutes=1)
            assert morning(house) == ["1 reader waits for an answer"], day


def test_an_author_is_told_of_their_own_essays_alone(lisbon: House) -> None:
    joined(lisbon, "Eve", Role.AUTHOR, EVE)
    lisbon.reader("Ben", trusted=True)
    at(lisbon, 9, days=1)
    worker.tidy(lisbon.db, lisbon.settings)
    lisbon.work()
    assert [one.to for one in lisbon.letters if "waits for an answer" in one.subject] == [ANA]


# ── promises ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_promise_is_told_the_day_before_and_not_once_it_is_kept(lisbon: House) -> None:
    next_monday(lisbon)
    ben = lisbon.reader("Ben", trusted=True)
    comment = ben.says("Do you have the list?", wants_answer="yes")
    day = date.fromordinal(ids.moment().astimezone(lisbon.settings.zone).date().toordinal() + 3)
    lisbon.author.answers(comment, "I shall send it.", Undertaking(promise="Send the list", due=day.isoformat()))
    at(lisbon, 8, 5, days=1)
    assert "A promise falls due" not in morning(lisbon)
    at(lisbon, 8, 5, days=1)
    assert "A promise falls due" in morning(lisbon)
    (letter,) = [one for one in lisbon.letters if "promise" in one.subject]
    assert "Send the list" in letter.text
    assert "Ben, on “Essay a”" in letter.text
    assert "by tomorrow" in letter.text
    at(lisbon, 8, 5, days=1)
    assert "A promise falls due" not in morning(lisbon), "it was told yesterday"


def test_a_promise_kept_before_the_letter_is_written_is_not_told(lisbon: House) -> None:
    comment = lisbon.reader("Ben", trusted=True).says("The list?", wants_answer="yes")
    day = date.fromordinal(ids.moment().astimezone(lisbon.settings.zone).date().toordinal() + 2)
    lisbon.author.answers(comment, "I shall.", Undertaking(promise="Send it", due=day.isoformat()))
    at(lisbon, 8, 5, days=1)
    worker.tidy(lisbon.db, lisbon.settings)
    assert [one for one in written(lisbon) if "promise" in one.subject]
    lisbon.db.execute("UPDATE promises SET kept_at = :now", now=ids.now())
    lisbon.work()
    assert [one for one in lisbon.letters if "promise" in one.subject] == []


# ── the week ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_week_is_told_on_monday_and_a_week_in_which_nothing_happened_is_not(lisbon: House) -> None:
    next_monday(lisbon)
    at(lisbon, 8, 1)
    assert morning(lisbon) == []
    comment = lisbon.reader("Ben", trusted=True).says("How do you begin?", wants_answer="yes")
    lisbon.author.answers(comment, "With a letter.")
    next_monday(lisbon)
    assert morning(lisbon) == []
    at(lisbon, 8, 0)
    (found,) = [one for one in morning(lisbon) if one.startswith("The week of ")]
    letter = next(one for one in lisbon.letters if one.subject.startswith(found))
    assert "Here you interacted with 1 person in the past week." in letter.text
    assert "New:\n- Ben" in letter.text
    at(lisbon, 12, 0, days=1)
    assert [one for one in morning(lisbon) if one.startswith("The week of ")] == []


def test_a_server_that_was_down_on_monday_tells_of_the_week_when_it_is_back(lisbon: House) -> None:
    lisbon.reader("Ben", trusted=True)
    next_monday(lisbon)
    at(lisbon, 11, 0, days=1)
    assert [one for one in morning(lisbon) if one.startswith("The week of ")]


def test_every_list_says_how_it_is_stopped_with_one_press(lisbon: House) -> None:
    telling.everything(lisbon)
    found = written(lisbon)
    assert len(found) == 3, "who waits, a promise, the week"
    for letter in found:
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.headers["List-Unsubscribe"].strip("<>") in letter.text
