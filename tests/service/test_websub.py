"""A hub is told when feeds change, by the feeds' own addresses, and finds there what is new; without one nobody is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import urlopen

import pytest
from werkzeug.serving import make_server

from authoring import afterwards
from comments_service import create_app, ids, outbound, publishing, websub
from comments_service.settings import SettingsError, load
from comments_service.store import outbox
from tests.support.actors import House, furnish, page
from tests.support.feeds import atom, json_feed, links, titles
from tests.support.processes import free_port
from tests.support.receiver import Heard, Receiver, receiving

GATHER = {"seconds": 61}


def topics(hub: Receiver) -> list[str]:
    """The feeds that the hub was told of, as paths, sorted."""
    forms = [parse_qs(heard.body.decode()) for heard in hub.heard]
    assert all(form["hub.mode"] == ["publish"] and form["hub.topic"] == form["hub.url"] for form in forms)
    return sorted(form["hub.url"][0].split("/", 3)[3] for form in forms)


@contextmanager
def served(folder: Path, hub: str) -> Iterator[House]:
    """A house whose feeds are had over HTTP."""
    port = free_port()
    with furnish(folder, url=f"http://127.0.0.1:{port}", hold_first=False, websub_hub=hub) as house:
        server = make_server("127.0.0.1", port, create_app(house.settings), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield house
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def test_a_hub_that_is_told_finds_the_news_and_itself_at_the_feeds_address(tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    hubs: list[object] = []

    def look(heard: Heard) -> None:
        """What a hub does: fetch the feed, see that it names this hub, hand on what is new."""
        topic = parse_qs(heard.body.decode())["hub.topic"][0]
        with urlopen(topic) as answer:
            body, link = answer.read(), answer.headers.get_all("Link")
        if topic.partition("?")[0].endswith(".atom"):
            feed = atom(body)
            assert links(feed, "self") == [topic]
            hubs.extend(links(feed, "hub"))
            found[topic] = titles(feed)
        else:
            data = json_feed(body)
            hubs.extend(one["url"] for one in data["hubs"])
            found[topic] = [item["title"] for item in data["items"]]
        assert f'<{topic}>; rel="self"' in link
        assert any('rel="hub"' in one for one in link)

    with receiving(then=look) as hub, served(tmp_path, hub.url) as house:
        house.author.answers(house.reader("Ben").says("Hello."), "Hello, Ben.")
        house.work()
        assert hub.heard == []
        house.shift_clock(**GATHER)
        house.work()
        assert topics(hub) == [
            "comments/answers.atom", "comments/answers.json", "comments/feed.atom", "comments/feed.atom?page=%2Fa%2F",
            "comments/feed.json", "comments/feed.json?page=%2Fa%2F",
        ]  # fmt: skip
        assert len(found) == 6
        assert set(hubs) == {hub.url}
        assert all(len(told) == (1 if "answers" in topic else 2) for topic, told in found.items())


def test_what_changes_within_a_minute_is_told_once_and_what_comes_later_again(either_house: House) -> None:
    house = either_house
    with receiving() as hub:
        house.settings = house.settings.with_(websub_hub=hub.url, hold_first=False)
        for number in range(3):
            house.reader().says(f"Hello {number}.")
            house.work()
        house.shift_clock(**GATHER)
        house.work()
        assert len(hub.heard) == 4
        house.reader().says("One more.")
        house.work()
        house.shift_clock(**GATHER)
        house.work()
        assert len(hub.heard) == 8


def test_what_changes_while_the_hub_is_being_told_is_told_as_well(house: House) -> None:
    house.settings = house.settings.with_(websub_hub="https://hub.example/", hold_first=False)
    for number in range(2):
        house.reader().says(f"Hello {number}.")
        house.work_pages()
        house.shift_clock(**GATHER)
    assert len(outbox.due(house.db, now=ids.now(), limit=50, lane=outbox.HUB)) == 8


def test_what_never_stood_is_told_to_nobody(house: House) -> None:
    with receiving() as hub:
        house.settings = house.settings.with_(websub_hub=hub.url)
        ben = house.reader("Ben")
        ben.withdraws(ben.says("I wait."))
        house.author.answers(ben.says("Between us.", private=True), "Between us.")
        house.work()
        house.shift_clock(**GATHER)
        house.work()
        assert hub.heard == []


def test_without_a_hub_nobody_is_asked_anything(house: House) -> None:
    house.reader("Ben", trusted=True).says("Hello.")
    afterwards.note(house.db)
    afterwards.act(house.db, house.settings)
    house.work_pages()
    assert house.db.value("SELECT count(*) FROM jobs") == 0


def test_a_published_and_a_changed_essay_are_told_at_once(house: House) -> None:
    with receiving() as hub:
        house.settings = house.settings.with_(websub_hub=hub.url)
        for words, told in (("first", 2), ("first", 2), ("second", 4)):
            publishing.register(house.db, [page("/a/", facts={"print": words}), page("/b/", facts={"print": "b"})])
            afterwards.note(house.db)
            afterwards.act(house.db, house.settings)
            house.work()
            assert len(hub.heard) == told
        assert set(topics(hub)) == {"feed.atom", "feed.json"}


@pytest.mark.parametrize("status", [302, 404, 503])
def test_a_hub_in_trouble_is_told_later(house: House, status: int) -> None:
    with receiving(status=status) as hub:
        house.settings = house.settings.with_(websub_hub=hub.url)
        websub.essays_changed(house.db, house.settings, [])
        house.work()
        (undone, _) = outbox.undone(house.db, outbox.HUB, limit=5)
        assert str(status) in undone.error
        assert len(hub.heard) == 2
        hub.status = 204
        house.shift_clock(seconds=2)
        house.work()
        assert len(hub.heard) == 4
        assert outbox.undone(house.db, outbox.HUB, limit=5) == []


def test_a_hub_that_was_taken_out_of_the_settings_is_told_nothing_more(house: House) -> None:
    with receiving() as hub:
        websub.essays_changed(house.db, house.settings.with_(websub_hub=hub.url), [])
        house.work()
        assert hub.heard == []
    assert house.db.value("SELECT count(*) FROM jobs") == 0


def test_a_public_blog_asks_no_hub_on_its_own_machine(house: House) -> None:
    public = house.settings.with_(url="https://blog.example.org", websub_hub="http://127.0.0.1:1/", clock_file=None)
    with pytest.raises(outbound.Refused):
        websub.ping(public, "/feed.atom")


@pytest.mark.parametrize(
    "value", ["hub.example", "http://hub.example/", "ftp://x/", "https://", "https://a b/", "https://x:y/"]
)
def test_a_hub_is_a_whole_address(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="websub_hub"):
        load({"RAPPORT_WEBSUB_HUB": value, "RAPPORT_DATA": str(tmp_path)}, tmp_path / "none.toml")


def test_the_static_feeds_name_the_hub_in_their_headers_too(house: House) -> None:
    site = house.settings.output
    site.mkdir(parents=True, exist_ok=True)
    for name in ("feed.atom", "feed.json", "other.json"):
        (site / name).write_text("{}")
    client = create_app(house.settings.with_(websub_hub="https://hub.example/")).test_client()
    hub = '<https://hub.example/>; rel="hub"'
    for asking, name, told in (
        (client, "feed.atom", [f'<{house.settings.url}/feed.atom>; rel="self"', hub]),
        (client, "feed.json", [f'<{house.settings.url}/feed.json>; rel="self"', hub]),
        (client, "other.json", []),
        (create_app(house.settings).test_client(), "feed.atom", []),
    ):
        with asking.get(f"/{name}") as answer:
            assert answer.headers.getlist("Link") == told
