"""Alerts: what a chat service is told, when, how often, and what never; with a real receiver on this machine."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comments_service import alerting, chat, ids, worker
from comments_service.models import Job, Verb
from comments_service.notifying import alerts
from comments_service.settings import Settings
from comments_service.store import outbox
from tests.support.actors import House, furnish
from tests.support.chat import SECRET, Chat, open_chat


@pytest.fixture
def chat_() -> Iterator[Chat]:
    with open_chat() as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path, chat_: Chat) -> Iterator[House]:
    with furnish(tmp_path, alerts=chat_.address, answer_within=72, title="The quay") as made:
        yield made


def alerted(house: House) -> None:
    """The worker acts upon what was said, and tells what is due."""
    house.work_pages()
    while alerting.alert_once(house.db, house.settings):
        pass


def test_a_reply_that_needs_a_look_is_told_at_once_with_a_name_its_first_words_and_a_link(
    house: House, chat_: Chat
) -> None:
    words = "Would this work in winter? Write to ben@example.net. " + "And so on. " * 60
    comment = house.reader("Ben").says(words, email="ben@example.net")
    alerted(house)
    (told,) = chat_.told
    assert told["title"] == "The quay: 1 reply needs a look"
    message = told["message"]
    assert "Ben on “Essay a”: “Would this work in winter? Write to …" in message
    assert f"{house.settings.url}/desk/comments/{comment.id}" in message
    assert len(message) < 400
    assert "ben@example.net" not in json.dumps(told)
    alerted(house)
    assert len(chat_.told) == 1
    assert house.db.value("SELECT told_at FROM news WHERE kind = 'alert'") is not None


def test_a_readers_words_and_name_call_nobody_in_the_chat_and_lead_nowhere(house: House, chat_: Chat) -> None:
    words = (
        "@everyone &lt;!channel&gt; &lt;@U123&gt; \\[Approve\\](https\\://evil.example/x) and https://evil.example/y"
    )
    house.reader("@here [Ana](x) <!here>").says(words)
    alerted(house)
    (told,) = chat_.told
    said = told["message"].partition("\n")[0]
    assert "everyone" in said
    assert "evil.example/y" in said
    assert not set(said) & set("@<>[]")
    assert "://" not in said


def test_private_words_are_never_told(house: House, chat_: Chat) -> None:
    house.reader("Ben").says("Nobody may know this.", private=True)
    alerted(house)
    (told,) = chat_.told
    assert "Ben on “Essay a”: wrote for you alone" in told["message"]
    assert "Nobody" not in json.dumps(told)


def test_a_storm_makes_one_alert_a_minute(house: House, chat_: Chat) -> None:
    house.reader("First").says("Hello, first.")
    alerted(house)
    for number in range(9):
        house.reader(f"Reader {number}").says(f"Hello, {number}.")
        alerted(house)
    assert chat_.titles == ["The quay: 1 reply needs a look"]
    house.shift_clock(seconds=61)
    alerted(house)
    assert chat_.titles[1:] == ["The quay: 9 replies need a look"]
    assert "And 4 more" in chat_.told[1]["message"]


def test_what_was_decided_meanwhile_is_not_told(house: House, chat_: Chat) -> None:
    comment = house.reader().says("Hello.")
    worker.work_once(house.db, house.settings)
    house.author.decides(comment, Verb.REJECT)
    alerted(house)
    assert chat_.told == []
    assert house.db.value("SELECT count(*) FROM jobs WHERE lane = 'alerts'") == 0


def test_somebody_who_waits_longer_than_promised_is_told_once(house: House, chat_: Chat) -> None:
    ben = house.reader("Ben", trusted=True)
    ben.says("How do you begin?", wants_answer="yes")
    alerted(house)
    for hours in (71, 2, 1):
        house.shift_clock(hours=hours)
        worker.tidy(house.db, house.settings)
        alerted(house)
    (told,) = chat_.told
    assert told["title"] == "The quay: 2 readers wait for an answer, longer than promised"
    assert "Ben waits since" in told["message"]
    assert "How do you begin" not in told["message"]


def test_letters_that_were_given_up_are_told(house: House, chat_: Chat) -> None:
    outbox.put(house.db, "letter.code", "x", lane=outbox.LETTERS)
    (job,) = outbox.due(house.db, now=ids.now(), limit=1, lane=outbox.LETTERS)
    outbox.give_up(house.db, job, "The mail server refused this address (550).")
    for _ in range(2):
        worker.tidy(house.db, house.settings)
        alerted(house)
    (told,) = chat_.told
    assert told["title"] == "The quay: 1 letter or other job was given up"
    assert f"{house.settings.url}/desk/letters" in told["message"]


def test_a_service_that_takes_nothing_is_tried_again_and_keeps_no_other(
    tmp_path: Path, chat_: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with open_chat() as other, furnish(tmp_path, alerts=f"{chat_.address} {other.address}") as house:
        chat_.takes = False
        house.reader("Ben").says("Hello.")
        alerted(house)
        assert (len(chat_.told), len(other.told)) == (0, 1)
        (job,) = undone(house)
        assert job.attempts == 1
        chat_.takes = True
        house.shift_clock(seconds=61)
        alerted(house)
        assert (len(chat_.told), len(other.told)) == (1, 1)
        assert undone(house) == []
        kept = json.dumps([*house.db.rows("SELECT * FROM jobs"), *house.db.rows("SELECT * FROM news")])
    assert "an alert has to wait: The chat service json://… did not take it." in caplog.text
    assert SECRET not in caplog.text + kept
    assert "Hello." not in caplog.text


def undone(house: House) -> list[Job]:
    return [one.job for one in outbox.undone(house.db, outbox.ALERTS, limit=10)]


def test_quiet_hours_end_with_one_alert(tmp_path: Path, chat_: Chat) -> None:
    with furnish(tmp_path, alerts=chat_.address, quiet_hours="22-7", timezone="Europe/Lisbon") as house:
        evening = datetime.combine(ids.moment().date(), datetime.min.time(), house.settings.zone).replace(hour=23)
        house.shift_clock(seconds=(evening - ids.moment()).total_seconds())
        for number in range(3):
            house.reader(f"Reader {number}").says(f"Hello, {number}.")
            house.shift_clock(minutes=2)
            alerted(house)
        assert chat_.told == []
        assert outbox.waiting(house.db, now=ids.now()) == 0, "nothing is late"
        house.shift_clock(hours=7, minutes=50)
        alerted(house)
        assert chat_.titles == []
        house.shift_clock(minutes=10)
        alerted(house)
        assert chat_.titles == ["Rapport: 3 replies need a look"]


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        ("22-7", "2026-11-27T21:59Z", ""),
        ("22-7", "2026-11-27T22:00Z", "2026-11-28T07:00"),
        ("22-7", "2026-11-28T06:59Z", "2026-11-28T07:00"),
        ("22-7", "2026-11-28T07:00Z", ""),
        ("1-5", "2026-11-28T03:00Z", "2026-11-28T05:00"),
        ("1-5", "2026-11-28T05:00Z", ""),
        ("1-5", "2026-11-28T00:59Z", ""),
        ("", "2026-11-28T03:00Z", ""),
    ],
)
def test_quiet_hours_are_those_of_the_clock(quiet: str, at: str, until: str) -> None:
    found = alerts.quiet_until(Settings(quiet_hours=quiet), datetime.fromisoformat(at).astimezone(UTC))
    assert (f"{found:%Y-%m-%dT%H:%M}" if found else "") == until


def test_quiet_hours_end_by_the_new_clock_in_the_night_in_which_it_changes() -> None:
    settings = Settings(quiet_hours="22-7", timezone="Europe/Lisbon")
    end = alerts.quiet_until(settings, datetime(2027, 3, 27, 23, tzinfo=UTC))
    assert end is not None
    assert end.astimezone(UTC) == datetime(2027, 3, 28, 6, tzinfo=UTC)


def test_alerts_that_are_switched_off_leave_nothing_that_waits(house: House) -> None:
    house.reader().says("Hello.")
    house.work_pages()
    assert undone(house)
    worker.tidy(house.db, house.settings.with_(alerts=""))
    assert undone(house) == []


def test_a_blog_without_alerts_writes_nothing_down_for_them(tmp_path: Path) -> None:
    with furnish(tmp_path) as house:
        house.reader().says("Hello.")
        worker.work_once(house.db, house.settings)
        worker.tidy(house.db, house.settings)
        assert house.count("news") == 0


def test_an_address_that_apprise_does_not_know_is_told_apart_without_being_shown() -> None:
    assert chat.understood(f"json://127.0.0.1:1/{SECRET}")
    assert not chat.understood(f"nonsense://{SECRET}")
    torn = f"jsons://ana:{SECRET}@[torn"  # which is no address at all, not even to be taken apart
    assert not chat.understood(torn)
    assert chat.name(torn) == "jsons"
    with pytest.raises(chat.NotTold) as raised:
        chat.send(Settings(), f"nonsense://{SECRET}", "a", "b")
    assert SECRET not in str(raised.value)
    assert SECRET not in repr(Settings(alerts=f"json://127.0.0.1/{SECRET}"))
