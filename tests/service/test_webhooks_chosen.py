"""Which programs are told, and of what: chosen, tried out, switched off and removed by the owner."""

from collections.abc import Callable

import pytest

from comments_service import webhooks
from comments_service.errors import Problem
from comments_service.store import webhooks as store
from tests.support.actors import House
from tests.support.listening import checked, now_of, telling, types
from tests.support.receiver import receiving


@pytest.mark.parametrize(
    "url", ["", "x", "http://example.org/", "https://me:you@example.org/", "ftp://example.org/", "https://exämple.org/",
            "https://example.org/" + "x" * 2000, "https://example.org/a b\n", "http://10.0.0.1/", "javascript:x"],
)  # fmt: skip
def test_only_a_whole_address_with_tls_is_taken(house: House, url: str) -> None:
    with pytest.raises(Problem) as raised:
        webhooks.register(house.db, house.settings, url, ["comment.held", "nonsense"])
    assert set(raised.value.fields) == {"url"}


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.4:8443", "169.254.169.254", "[fd00::1]", "[::ffff:10.0.0.1]"])
def test_an_address_that_would_never_be_asked_is_refused_at_once(house: House, host: str) -> None:
    with pytest.raises(Problem) as raised:
        webhooks.register(house.db, house.settings, f"https://{host}/x", ["comment.held"])
    assert "such are never asked" in raised.value.fields["url"]
    webhooks.register(house.db, house.settings, "https://93.184.215.14/x", ["comment.held"])


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
