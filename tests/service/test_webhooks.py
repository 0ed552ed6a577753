"""Programs are told of what they asked for, once and signed, and of nothing that is not everybody's to know."""

import base64
import json
import re

from authoring import afterwards
from comments_service import ids, proofs, publishing, webhooks, worker
from comments_service.models import Job, State, Verb
from comments_service.moderation import reporting
from comments_service.store import outbox
from tests.support.actors import House, page
from tests.support.listening import OPERATING, checked, outcomes, telling, told, types
from tests.support.receiver import receiving


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


def test_a_renamed_essay_is_told_of_by_its_present_address(house: House) -> None:
    with receiving() as receiver:
        telling(house, receiver, "essay.published")
        with house.db.transaction():
            outbox.put(house.db, "essay.published", "/a/")
        house.work_pages()
        publishing.register(house.db, [page("/new/", facts={"former": ["/a/"]}), page("/b/")])
        house.work()
    assert told(receiver)[0]["data"]["essay"]["path"] == "/new/"


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


# ── what is nobody's to know ────────────────────────────────────────────────────────────────────────────────────────


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
        house.work_pages()
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
        key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "2021-02-25T15:02:10.000Z", b'{"test": 2432232314}'
    )
    assert made["webhook-timestamp"] == "1614265330"
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
