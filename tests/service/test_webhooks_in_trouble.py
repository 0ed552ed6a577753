"""Whatever a program that listens does, nobody else notices, nothing is lost, and it is left alone in the end."""

import threading
from typing import Any

import pytest

from comments_service import calling, ids, outbound, webhooks, worker
from comments_service.database import opened
from comments_service.notifying import author_letters
from comments_service.store import account_bounces, outbox, people
from comments_service.store import webhooks as store
from tests.support.actors import House
from tests.support.counting import sizes_of_transactions
from tests.support.listening import now_of, outcomes, telling, told
from tests.support.processes import eventually
from tests.support.receiver import receiving


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"status": 500}, "500"),
        ({"status": 404}, "404"),
        ({"drops": True}, "no answer (RemoteProtocolError)"),
        ({"status": 302, "location": "http://10.0.0.1/"}, "302: a redirect, which is not followed"),
    ],
    ids=["500", "404", "hangs up", "redirects"],
)
def test_what_was_not_taken_is_tried_again_later_and_later(house: House, how: dict[str, Any], says: str) -> None:
    with receiving(**how) as receiver:
        webhook = telling(house, receiver, "comment.held")
        house.reader().says("Hello.")
        house.work()
        house.work()
        assert len(receiver.heard) == 1, "not before its time"
        assert outcomes(house, webhook) == [says]
        for pause in (5, 30, 120):
            house.shift_clock(seconds=pause - 1)
            house.work()
            before = len(receiver.heard)
            house.shift_clock(seconds=2)
            house.work()
            assert len(receiver.heard) == before + 1
        receiver.status, receiver.drops, receiver.location = 204, False, ""
        house.shift_clock(minutes=11)
        house.work()
        house.shift_clock(days=1)
        house.work()
    assert outcomes(house, webhook) == ["204"]
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1, "it is one message"
    assert len({heard.headers["webhook-timestamp"] for heard in receiver.heard}) == len(receiver.heard)
    assert now_of(house, webhook).failing_since is None


def test_a_receiver_that_says_nothing_or_never_ends_is_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "TOTAL", 0.5)
    with receiving() as silent, receiving(chatty=True) as chatty:
        silent.open.clear()
        webhook, other = telling(house, silent), telling(house, chatty)
        house.reader().says("Hello.")
        house.work()
        assert outcomes(house, webhook) == ["no answer in time"]
        assert outcomes(house, other) == ["200"], "what it says is nobody's business"


def test_a_private_address_is_never_asked(house: House) -> None:
    """Nor where a name that was taken turns out to lead to one."""
    webhook = store.Webhook(ids.new_id(), "https://10.0.0.1/told", ("comment.held",), ids.now())
    store.add(house.db, webhook)
    house.reader().says("Hello.")
    house.work()
    assert outcomes(house, webhook) == ["not asked: a private address"]


# ── who is switched off, and who hears of it ────────────────────────────────────────────────────────────────────────


def test_a_receiver_that_is_gone_is_told_nothing_more(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with receiving(status=410) as receiver:
        webhook = telling(house, receiver)
        house.reader().says("Hello.")
        house.work()
        house.reader().says("Hello again.")
        house.work()
        assert (now_of(house, webhook).off_why, len(receiver.heard)) == (store.GONE, 1)
        assert store.failed_by_itself(house.db) == 1
    assert [one.getMessage() for one in caplog.records if one.name == "rapport.webhooks"] == [
        f"webhook {webhook.id} was switched off: gone"
    ]
    assert receiver.url not in caplog.text


def test_after_three_days_of_nothing_but_failures_it_is_switched_off(either_house: House) -> None:
    house = either_house
    with receiving(status=503) as receiver:
        webhook = telling(house, receiver, "comment.held")
        house.reader().says("Hello.")
        house.work()
        for _ in range(5):
            house.shift_clock(hours=12)
            house.work()
        assert now_of(house, webhook).off_at is None
        house.shift_clock(hours=13)
        house.work()
        assert now_of(house, webhook).off_why == store.FAILING
        heard = len(receiver.heard)
        house.reader().says("Nobody is told of this.")
        house.work()
        house.shift_clock(days=1)
        house.work()
        assert len(receiver.heard) == heard
        receiver.status = 200
        webhooks.switch(house.db, webhook.id, on=True)
        assert store.failed_by_itself(house.db) == 0
        house.reader().says("Of this it is.")
        house.work()
        assert told(receiver)[-1]["data"]["comment"]["text"] == "Of this it is."
        assert len(receiver.heard) == heard + 1


def test_one_success_among_failures_keeps_it_on(house: House) -> None:
    with receiving(status=503) as receiver:
        webhook = telling(house, receiver, "comment.held")
        for _ in range(4):
            house.reader().says(f"Hello {ids.new_id()}.")
            house.work()
            receiver.status = 200
            house.shift_clock(hours=30)
            house.work()
            receiver.status = 503
        assert now_of(house, webhook).off_at is None


def test_the_owner_is_told_by_a_letter_as_long_as_it_is_off(house: House) -> None:
    people.move(house.db, house.author.account.id, "ana@example.org")
    author_letters.choose(house.db, house.author.account, frozenset())
    with receiving(status=410) as receiver:
        webhook = telling(house, receiver)
        house.reader().says("Hello.")
        house.work()
        house.work()
        (letter,) = house.letters
        assert (letter.to, letter.subject) == ("ana@example.org", "A webhook was switched off · Rapport")
        for words in ("gone for good (410)", "127.0.0.1", f"{house.settings.url}/desk/webhooks"):
            assert words in " ".join(letter.text.split())
        assert "key=secret" not in letter.text
        webhooks.switch(house.db, webhook.id, on=True)
        house.reader().says("Hello again.")
        calls = calling.Calls()
        house.work_pages()
        while calls.step(house.db, house.settings, house.keys):
            pass
        calls.finish(house.settings)
        webhooks.remove(house.db, webhook.id)
        house.work()
        assert len(house.letters) == 1, "it is no more"


def test_no_letter_tells_of_it_where_the_owners_letters_come_back(house: House) -> None:
    owner = house.author.account.id
    people.move(house.db, owner, "ana@example.org")
    account_bounces.note(house.db, owner, "550 5.1.1", now=ids.now())
    with receiving(status=410) as receiver:
        telling(house, receiver)
        house.reader().says("Hello.")
        house.work()
        house.work()
    assert house.letters == []
    assert account_bounces.find(house.db, owner) == "550 5.1.1"


# ── nobody else waits ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_slow_receiver_keeps_nobody_waiting(house: House) -> None:
    """Neither another receiver, nor the hub, nor the worker: it is told of the next thing when it has answered."""
    with receiving() as slow, receiving() as quick, receiving() as hub:
        house.settings = house.settings.with_(websub_hub=hub.url)
        slow.open.clear()
        telling(house, slow, "comment.held")
        telling(house, quick, "comment.held")
        stop = threading.Event()
        lane = threading.Thread(target=calling.run, args=(house.settings, stop.wait))
        lane.start()
        try:
            for number in range(3):
                house.reader().says(f"Hello {number}.")
            with house.db.transaction():
                outbox.put(house.db, "essay.published", "/a/")
            house.work_pages()
            eventually(lambda: len(quick.heard) == 3 and len(hub.heard) == 2, "the others are told")
            assert len(slow.heard) == 1
            slow.open.set()
            eventually(lambda: len(slow.heard) == 3, "the slow one is told of the rest")
        finally:
            slow.open.set()
            stop.set()
            lane.join()
    with opened(house.settings) as db:
        assert db.value("SELECT count(*) FROM webhook_deliveries WHERE done_at IS NULL") == 0, "it ended what it began"


def test_one_is_told_in_vain_while_the_others_are_told(house: House) -> None:
    with receiving(status=500) as bad, receiving() as good:
        first, second = telling(house, bad), telling(house, good)
        house.reader().says("Hello.")
        house.work()
        assert (outcomes(house, first), outcomes(house, second)) == (["500"], ["200"])


def test_a_message_that_cannot_be_made_keeps_no_other(house: House) -> None:
    with receiving() as receiver:
        webhook = telling(house, receiver, "comment.held")
        for place in ("/b/", "/a/"):
            house.reader().says("Hello.", on=place)
        house.work_pages()
        house.db.execute("UPDATE pages SET facts = '{' WHERE path = '/b/'")
        house.work()
        assert outcomes(house, webhook) == ["200", "something went wrong on our side"]


def test_in_a_wave_nobody_waits_until_all_of_it_is_noted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    webhooks.register(house.db, house.settings, "https://example.org/", webhooks.FACTS)
    for n in range(5):
        house.reader(f"Reader {n}").says(f"Hello {n}.")
    monkeypatch.setattr(webhooks, "_AT_ONCE", 2)
    written = sizes_of_transactions(house, monkeypatch, "webhook_deliveries")
    worker.work_once(house.db, house.settings)
    assert written == [2, 2, 1]


def test_a_worker_that_is_killed_after_a_call_makes_it_again_with_the_same_id(house: House) -> None:
    with receiving() as receiver:
        webhook = telling(house, receiver, "comment.held")
        house.reader().says("Hello.")
        house.work_pages()
        killed = calling.Calls()
        killed.step(house.db, house.settings, house.keys)
        eventually(lambda: receiver.heard, "it was called")
        house.work()
        killed.finish(house.settings)
        assert outcomes(house, webhook) == ["200"]
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1
