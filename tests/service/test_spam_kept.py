"""Spam is kept for thirty days, counted, and can be rescued; then its words are deleted, and nothing disagrees."""

import json

import pytest

from comments_service import worker
from comments_service.engagement import doctor
from comments_service.errors import Problem
from comments_service.models import Comment, State, Verb
from comments_service.moderation import spam
from comments_service.moderation.spam import KEPT_DAYS
from comments_service.store import comments, lessons
from tests.support.actors import House, Reader

WORDS = "Xylophones for sale, the best there are."


@pytest.fixture
def caught(either_house: House) -> tuple[House, Reader, Comment]:
    """A reply that filled the trap."""
    house = either_house
    reader = house.reader("Zebulon")
    return house, reader, reader.says(WORDS, email="zeb@example.org", trap="x")


def test_what_is_taken_for_spam_is_stored_with_its_reason_and_told(caught: tuple[House, Reader, Comment]) -> None:
    house, _, comment = caught
    assert comment.state is State.SPAM
    assert comment.signals == "The field that no person sees was filled in."
    assert house.db.value("SELECT fact FROM jobs WHERE subject = :id", id=comment.id) == "comment.filtered"
    event = json.loads(house.db.value("SELECT data FROM events WHERE comment = :id", id=comment.id))
    assert event["filtered"] is True
    assert house.db.rows("SELECT caught, marked, rescued, expired FROM spam_days") == [
        {"caught": 1, "marked": 0, "rescued": 0, "expired": 0}
    ]


def test_after_its_time_nothing_of_it_is_left_and_the_ledger_agrees(caught: tuple[House, Reader, Comment]) -> None:
    house, _, comment = caught
    house.shift_clock(days=KEPT_DAYS, seconds=-60)
    assert spam.expire(house.db) == 0
    assert house.now_of(comment).text == WORDS
    house.shift_clock(seconds=120)
    worker.tidy(house.db, house.settings)
    gone = house.now_of(comment)
    assert gone.state is State.WITHDRAWN
    assert gone.expired_at
    assert {getattr(gone, column) for column in comments.WRITERS_OWN} == {""}
    assert gone.person is None
    assert house.count("devices") == 0, "a guest of whom nothing is left"
    assert house.db.value("SELECT sum(expired) FROM spam_days") == 1
    assert doctor.examine(house.db).differing == {}
    assert spam.expire(house.db) == 0


def test_what_was_marked_by_hand_is_kept_from_then_on_and_stays_learned(either_house: House) -> None:
    house = either_house
    comment = house.reader("Zebulon").says(WORDS)
    house.shift_clock(days=20)
    house.author.decides(comment, Verb.SPAM)
    house.shift_clock(days=20)
    assert spam.expire(house.db) == 0
    house.shift_clock(days=11)
    before = house.db.rows("SELECT token, spam, wanted FROM filter_tokens ORDER BY token")
    assert spam.expire(house.db) == 1
    assert (lessons.totals(house.db).spam, house.count("lessons")) == (1, 0)
    assert house.db.rows("SELECT token, spam, wanted FROM filter_tokens ORDER BY token") == before
    spam.retrain(house.db)
    assert lessons.totals(house.db).spam == 1, "what came from deleted spam stays"
    assert doctor.examine(house.db).differing == {}


def test_a_place_stays_while_an_answer_stands_under_it(house: House) -> None:
    comment = house.author.publishes(house.reader("Zebulon").says(WORDS))
    house.author.answers(comment, "No, thank you.")
    house.author.decides(comment, Verb.SPAM)
    house.shift_clock(days=KEPT_DAYS + 1)
    assert spam.expire(house.db) == 1
    house.work()
    assert "No, thank you." in house.fragment()
    assert "Xylophones" not in house.fragment()


def test_what_is_rescued_is_never_deleted(caught: tuple[House, Reader, Comment]) -> None:
    house, _, comment = caught
    assert house.author.publishes(comment).state is State.PUBLISHED
    house.shift_clock(days=KEPT_DAYS + 1)
    assert spam.expire(house.db) == 0
    assert house.now_of(comment).text == WORDS


def test_a_writer_can_take_spam_back_at_once(caught: tuple[House, Reader, Comment]) -> None:
    house, reader, comment = caught
    reader.withdraws(comment)
    assert house.now_of(comment).expired_at is None
    assert house.now_of(comment).text == ""


# ── floods ──────────────────────────────────────────────────────────────────────────────────────────────────────────

LONG = "We make the finest garden sheds in the whole county, look at them number {}."


def test_the_same_words_from_others_are_held_and_then_spam(either_house: House) -> None:
    house = either_house
    house.settings = house.settings.with_(hold_first=False)
    states = [house.reader(f"Shed {number}").says(LONG.format(number)).state for number in range(5)]
    assert states == [State.PUBLISHED, State.HELD, State.HELD, State.SPAM, State.SPAM]


def test_the_same_words_as_spam_are_spam(house: House) -> None:
    trusted = house.reader("Shed", trusted=True)
    house.author.decides(house.reader("Shed").says(LONG.format(1)), Verb.SPAM)
    assert house.reader("Shed again").says(LONG.format(2)).state is State.SPAM
    assert trusted.says(LONG.format(3)).state is State.PUBLISHED


def test_the_same_words_under_several_essays_are_held(house: House) -> None:
    house.settings = house.settings.with_(hold_first=False)
    reader = house.reader("Shed")
    assert reader.says(LONG.format(1)).state is State.PUBLISHED
    assert reader.says(LONG.format(2)).state is State.PUBLISHED, "somebody corrects themselves where they are"
    assert reader.says(LONG.format(3), on="/b/").state is State.HELD


def test_short_words_are_everybodys(house: House) -> None:
    house.settings = house.settings.with_(hold_first=False)
    assert {house.reader(f"R{number}").says("Thank you so much!").state for number in range(5)} == {State.PUBLISHED}


def test_a_wave_of_strangers_is_held_and_nobody_is_refused(either_house: House) -> None:
    house = either_house
    trusted = house.reader("Amy", trusted=True)
    house.settings = house.settings.with_(hold_first=False)
    states = [house.reader(f"R{number}").says(f"Wave {number}.").state for number in range(34)]
    assert states == [State.PUBLISHED] * 30 + [State.HELD] * 4
    assert trusted.says("I am here, too.").state is State.PUBLISHED
    house.shift_clock(minutes=1, seconds=1)
    assert house.reader("Late").says("After the wave.").state is State.PUBLISHED


def test_a_person_is_asked_to_slow_down_wherever_they_are(house: House) -> None:
    reader = house.reader("Amy", trusted=True)
    for number in range(29):
        reader.address = f"203.{number}.113.7"
        reader.says(f"Number {number}.")
    reader.address = "192.0.2.7"
    with pytest.raises(Problem) as refused:
        reader.says("And one more.")
    assert refused.value.status == 429
    house.shift_clock(hours=1, seconds=1)
    assert reader.says("Later.").state is State.PUBLISHED
