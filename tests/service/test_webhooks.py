"""Programs are told of what they asked for, once, signed; whatever they do, nobody else notices and nothing is lost."""

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from authoring import afterwards
from comments_service import calling, ids, outbound, proofs, publishing, webhooks, worker
from comments_service.database import opened
from comments_service.errors import Problem
from comments_service.models import Job, State, Verb
from comments_service.moderation import reporting
from comments_service.notifying import wishes
from comments_service.settings import ROOT
from comments_service.store import account_bounces, outbox, people
from comments_service.store import webhooks as store
from comments_service.store.webhooks import Webhook
from tests.support.actors import House, page
from tests.support.counting import sizes_of_transactions
from tests.support.processes import eventually
from tests.support.receiver import Heard, Receiver, receiving


def told(receiver: Receiver) -> list[dict[str, Any]]:
    """What a receiver was told, in the order in which it came."""
    return [json.loads(heard.body) for heard in receiver.heard]


def types(receiver: Receiver) -> list[str]:
    return [one["type"] for one in told(receiver)]


def telling(house: House, receiver: Receiver, *facts: str) -> Webhook:
    return webhooks.register(house.db, house.settings, receiver.url, facts or webhooks.FACTS)


def outcomes(house: House, webhook: Webhook) -> list[str]:
    return [one.outcome for one in store.log(house.db, webhook.id, limit=50)]


def now_of(house: House, webhook: Webhook) -> Webhook:
    found = store.find(house.db, webhook.id)
    assert found
    return found


def test_in_a_wave_nobody_waits_until_all_of_it_is_noted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    webhooks.register(house.db, house.settings, "https://example.org/", webhooks.FACTS)
    for n in range(5):
        house.reader(f"Reader {n}").says(f"Hello {n}.")
    monkeypatch.setattr(webhooks, "_AT_ONCE", 2)
    written = sizes_of_transactions(house, monkeypatch, "webhook_deliveries")
    worker.work_once(house.db, house.settings)
    assert written == [2, 2, 1]


# ── what is told ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_thing_that_happens_is_told_once_to_whoever_wants_to_know(either_house: House) -> None:
    house = either_house
    with receiving() as every, receiving() as few:
        telling(house, every)
        telling(house, few, "answer.published", "essay.published")
        ben = house.reader("Ben")
        said = ben.says("Do you?")
        house.work()
        house.author.publishes(said)
        house.work()
        ben.edits(said, "Do you, really?")
        house.author.answers(said, "I do.")
        other = house.reader("Eve", trusted=True).says("Lamps!")
        reporting.report(house.db, house.settings, ben.speaker, other.id, "spam", "It sells lamps.")
        house.work()
        house.author.decides(other, Verb.SPAM)
        ben.withdraws(said)
        house.work()
        publishing.register(house.db, [page("/a/", facts={"print": "new"}), page("/b/"), page("/c/")])
        afterwards.note(house.db)
        afterwards.act(house.db, house.settings)
        house.work()
    assert sorted(types(every)) == [
        "answer.published", "comment.edited", "comment.held", "comment.held", "comment.hidden",
        "comment.published", "comment.published", "comment.published", "comment.reported", "comment.withdrawn",
        "essay.published", "essay.published", "essay.published",
    ]  # fmt: skip
    assert types(few) == ["answer.published", *["essay.published"] * 3]


def test_a_changed_essay_is_told_of(house: House) -> None:
    with receiving() as receiver:
        telling(house, receiver, "essay.changed")
        for words in ("first", "second", "second"):
            publishing.register(house.db, [page("/a/", facts={"print": words}), page("/b/", facts={"print": "b"})])
            afterwards.note(house.db)
            afterwards.act(house.db, house.settings)
            house.work()
    (one,) = told(receiver)
    assert one["data"]["essay"]["url"] == f"{house.settings.url}/a/"
    assert "comment" not in one["data"]


def test_a_fact_that_a_listener_gets_twice_is_told_once(either_house: House) -> None:
    """One answer that stands on two pages is one fact, and a worker that was killed reads it again."""
    house = either_house
    with receiving() as receiver:
        telling(house, receiver, "comment.published")
        house.author.publishes(house.reader().says("Hello."))
        (job,) = [one for one in outbox.due(house.db, now=ids.now(), limit=9) if one.fact == "comment.published"]
        for _ in range(2):
            webhooks.fan_out(house.db, house.settings, [job, job])
        elsewhere = Job(ids.new_id(), job.fact, job.subject, dict(job.data) | {"page": "/b/"}, 0)
        webhooks.fan_out(house.db, house.settings, [elsewhere])
        house.work()
        webhooks.fan_out(house.db, house.settings, [job])
        house.work()
    assert types(receiver) == ["comment.published"]


def test_no_address_no_network_and_no_private_word_is_told(house: House) -> None:
    house.settings = house.settings.with_(author_email="ana@mail.example")
    with receiving() as receiver:
        telling(house, receiver)
        ben = house.reader("Ben")
        said = ben.says("In public.", email="ben@mail.example", website="https://ben.example/")
        private = ben.says("Quetzal words.", private=True, name="Zebulon", email="zeb@mail.example")
        house.author.answers(private, "A quetzal answer.")
        house.work()
        house.author.decides(house.author.publishes(said), Verb.REMOVE)
        house.work()
    everything = json.dumps(told(receiver)).casefold()
    for secret in ("mail.example", "ben.example", "quetzal", "zebulon", house.now_of(said).network, "203.0."):
        assert secret.casefold() not in everything, secret
    of_private = [one["data"]["comment"] for one in told(receiver) if one["data"]["comment"]["id"] == private.id]
    assert of_private
    assert all(one["private"] and not {"text", "html", "name", "author"} & set(one) for one in of_private)
    (held,) = [one for one in told(receiver) if one["type"] == "comment.held" and not one["data"]["comment"]["private"]]
    assert (held["data"]["comment"]["text"], held["data"]["comment"]["name"]) == ("In public.", "Ben")
    last = told(receiver)[-1]["data"]["comment"]
    assert (last["state"], last["url"], "text" in last) == ("removed", None, False)


def test_what_was_withdrawn_meanwhile_is_told_without_a_word(house: House) -> None:
    with receiving() as receiver:
        telling(house, receiver, "comment.held", "comment.withdrawn")
        ben = house.reader("Ben")
        said = ben.says("Hello.")
        while worker.work_once(house.db, house.settings):
            pass
        ben.withdraws(said)
        house.work()
    assert types(receiver) == ["comment.held", "comment.withdrawn"]
    assert {one["data"]["comment"]["state"] for one in told(receiver)} == {State.WITHDRAWN}
    assert b"Hello" not in b"".join(heard.body for heard in receiver.heard)


def test_the_log_holds_no_word_and_no_name_and_ends_after_thirty_days(house: House) -> None:
    with receiving() as receiver:
        webhook = telling(house, receiver)
        house.reader("Zebulon").says("Quetzal words.")
        house.work()
        kept = json.dumps(house.db.rows("SELECT * FROM webhook_deliveries"))
        assert "uetzal" not in kept
        assert "Zebulon" not in kept
        assert outcomes(house, webhook) == ["200"]
        house.shift_clock(days=29)
        worker.tidy(house.db, house.settings)
        assert outcomes(house, webhook) == ["200"]
        house.shift_clock(days=2)
        worker.tidy(house.db, house.settings)
        assert outcomes(house, webhook) == []


# ── how it is signed ────────────────────────────────────────────────────────────────────────────────────────────────


OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")


def checked(secret: str, heard: Heard) -> bool:
    """What docs/operating.md tells a receiver to do, done by its own lines."""
    (block,) = re.findall(r"```python\n(import base64.*?)```", OPERATING, re.DOTALL)
    told: dict[str, Any] = {}
    exec(block, told)  # noqa: S102 -- our own document
    return bool(told["is_from_the_blog"](secret, heard.headers, heard.body))


def test_a_message_is_signed_as_the_specification_says(house: House) -> None:
    with receiving() as receiver, receiving() as other:
        webhook, second = telling(house, receiver), telling(house, other)
        house.reader().says("Grüße, *Ben*.")
        house.work()
    secret = webhooks.secret(house.keys, webhook.id)
    (heard,) = receiver.heard
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert checked(secret, heard)
    assert not checked(webhooks.secret(house.keys, second.id), heard)
    heard.body = heard.body.replace(b"Ben", b"Eve")
    assert not checked(secret, heard)
    assert heard.headers["content-type"] == "application/json"
    assert abs(int(heard.headers["webhook-timestamp"]) - ids.moment().timestamp()) < 60
    kept = json.dumps([house.db.rows(f"SELECT * FROM {table}") for table in ("webhooks", "webhook_deliveries")])
    assert secret.removeprefix("whsec_") not in kept
    assert proofs.webhook_secret(house.keys, webhook.id).hex() not in kept


def test_the_specifications_own_example_is_signed_alike() -> None:
    """From the reference implementations' tests: this key, id, time and body have this signature."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = webhooks.signing.headers(
        key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "2021-02-25T10:04:24.000Z", b'{"test": 2432232314}'
    )
    expected = hmac.new(key, b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614247464.{"test": 2432232314}', hashlib.sha256).digest()
    assert made["webhook-timestamp"] == "1614247464"
    assert made["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"


# ── what can go wrong ───────────────────────────────────────────────────────────────────────────────────────────────


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


def test_the_owner_is_told_by_a_letter_as_long_as_it_is_off(house: House) -> None:
    people.move(house.db, house.author.account.id, "ana@example.org")
    wishes.choose(house.db, house.author.account, frozenset())
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
        while worker.work_once(house.db, house.settings):
            pass
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
            while worker.work_once(house.db, house.settings):
                pass
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


def test_a_worker_that_is_killed_after_a_call_makes_it_again_with_the_same_id(house: House) -> None:
    with receiving() as receiver:
        webhook = telling(house, receiver, "comment.held")
        house.reader().says("Hello.")
        while worker.work_once(house.db, house.settings):
            pass
        killed = calling.Calls()
        killed.step(house.db, house.settings, house.keys)
        eventually(lambda: receiver.heard, "it was called")
        house.work()
        killed.finish(house.settings)
        assert outcomes(house, webhook) == ["200"]
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1


def test_a_message_that_cannot_be_made_keeps_no_other(house: House) -> None:
    with receiving() as receiver:
        webhook = telling(house, receiver, "comment.held")
        for place in ("/b/", "/a/"):
            house.reader().says("Hello.", on=place)
        while worker.work_once(house.db, house.settings):
            pass
        house.db.execute("UPDATE pages SET facts = '{' WHERE path = '/b/'")
        house.work()
        assert outcomes(house, webhook) == ["200", "something went wrong on our side"]


def test_one_is_told_in_vain_while_the_others_are_told(house: House) -> None:
    with receiving(status=500) as bad, receiving() as good:
        first, second = telling(house, bad), telling(house, good)
        house.reader().says("Hello.")
        house.work()
        assert (outcomes(house, first), outcomes(house, second)) == (["500"], ["200"])


def test_a_private_address_is_never_asked(house: House) -> None:
    webhook = webhooks.register(house.db, house.settings, "https://10.0.0.1/told", ["comment.held"])
    house.reader().says("Hello.")
    house.work()
    assert outcomes(house, webhook) == ["not asked: a private address"]


# ── who is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url", ["", "x", "http://example.org/", "https://me:you@example.org/", "ftp://example.org/", "https://exämple.org/",
            "https://example.org/" + "x" * 2000, "https://example.org/a b\n", "http://10.0.0.1/", "javascript:x"],
)  # fmt: skip
def test_only_a_whole_address_with_tls_is_taken(house: House, url: str) -> None:
    with pytest.raises(Problem) as raised:
        webhooks.register(house.db, house.settings, url, ["comment.held", "nonsense"])
    assert set(raised.value.fields) == {"url"}


def test_a_public_blog_tells_nobody_on_its_own_machine(house: House) -> None:
    public = house.settings.with_(url="https://blog.example.org", clock_file=None)
    with pytest.raises(Problem):
        webhooks.register(house.db, public, "http://127.0.0.1:1/", ["comment.held"])


def test_only_facts_of_the_list_are_chosen_and_an_address_is_told_once(house: House) -> None:
    made = webhooks.register(house.db, house.settings, "https://a.example/", ["comment.held", "conversation.changed"])
    assert now_of(house, made).facts == ("comment.held",)
    for url, facts, wrong in (("https://a.example/", ["comment.held"], "url"), ("https://b.example/", ["x"], "facts")):
        with pytest.raises(Problem) as raised:
            webhooks.register(house.db, house.settings, url, facts)
        assert set(raised.value.fields) == {wrong}
    for number in range(webhooks.MOST - 1):
        webhooks.register(house.db, house.settings, f"https://{number}.example/", ["comment.held"])
    with pytest.raises(Problem, match="Remove one first"):
        webhooks.register(house.db, house.settings, "https://last.example/", ["comment.held"])


@pytest.mark.parametrize(
    "act",
    [lambda db, id_: webhooks.switch(db, id_, on=False), webhooks.remove],
    ids=["off", "removed"],
)
def test_what_waits_for_one_that_is_off_or_removed_is_dropped(house: House, act: Callable[..., None]) -> None:
    with receiving(status=500) as receiver:
        webhook = telling(house, receiver)
        house.reader().says("Hello.")
        house.work()
        act(house.db, webhook.id)
        receiver.status = 200
        house.shift_clock(days=1)
        house.reader().says("Hello again.")
        house.work()
        assert len(receiver.heard) == 1
        assert store.failed_by_itself(house.db) == 0


def test_it_can_be_tried_out_once_also_while_it_is_off(house: House) -> None:
    with receiving(status=500) as receiver:
        webhook = telling(house, receiver, "essay.published")
        webhooks.switch(house.db, webhook.id, on=False)
        webhooks.try_out(house.db, webhook.id)
        house.work()
        house.shift_clock(days=1)
        house.work()
        assert types(receiver) == ["webhook.test"]
        assert now_of(house, webhook).failing_since is None
        assert checked(webhooks.secret(house.keys, webhook.id), receiver.heard[0])


def test_the_documents_tell_of_every_fact_and_show_a_message_as_it_is(house: House) -> None:
    section = OPERATING.partition("### Webhooks")[2].partition("### Logs")[0]
    assert set(re.findall(r"`((?:comment|answer|essay)\.\w+)`", section)) == set(webhooks.FACTS)
    (shown,) = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL))
    with receiving() as receiver:
        telling(house, receiver, "comment.held")
        house.reader().says("Is it *so*?")
        house.work()
    (sent,) = told(receiver)
    assert sent.keys() == shown.keys()
    assert {part: sent["data"][part].keys() for part in sent["data"]} == {
        part: shown["data"][part].keys() for part in shown["data"]
    }


def test_a_renamed_essay_is_told_of_by_its_present_address(house: House) -> None:
    with receiving() as receiver:
        telling(house, receiver, "essay.published")
        with house.db.transaction():
            outbox.put(house.db, "essay.published", "/a/")
        while worker.work_once(house.db, house.settings):
            pass
        publishing.register(house.db, [page("/new/", facts={"former": ["/a/"]}), page("/b/")])
        house.work()
    assert told(receiver)[0]["data"]["essay"]["path"] == "/new/"
