"""Feeds are what strict readers take, say the same until something changes, and hold what is everybody's."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import pytest

from comments_service import create_app, feeds, publishing
from comments_service.feeds import Channel
from comments_service.models import PublicComment, State, Verb
from tests.support.actors import furnish, page
from tests.support.feeds import ATOM, THREAD, atom, invalid_atom, json_feed, links, titles

ALL, ANSWERS, OF_ONE = "/comments/feed", "/comments/answers", f"/comments/feed.{{}}?page={quote('/a/', safe='')}"
OURS, THEIRS = "Ana Ferreira (author) on “Essay a”", "Ben on “Essay a”"


@pytest.fixture
def client(house):
    return create_app(house.settings).test_client()


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return atom(response.data)


def exchange(house):
    ben, eve = house.reader("Ben", trusted=True), house.reader("Eve")
    said = ben.says("Do you *really* think so?", website="https://ben.example/?a=1&b=2")
    house.author.answers(said, "I do.")
    house.author.answers(ben.says("Between us: no.", private=True), "Then we agree, between us.")
    eve.says("Nobody has looked at this yet.")
    return said


def test_all_three_feeds_hold_exactly_what_they_promise(house, client):
    exchange(house)
    for ending, told in (
        ("atom", lambda body: titles(atom(body))),
        ("json", lambda body: [item["title"] for item in json_feed(body)["items"]]),
    ):
        assert told(client.get(f"{ALL}.{ending}").data) == [OURS, THEIRS, "Ben on “Essay b”"]
        assert told(client.get(OF_ONE.format(ending)).data) == [OURS, THEIRS]
        assert told(client.get(f"{ANSWERS}.{ending}").data) == [OURS]


def test_every_feed_is_valid_with_something_in_it_and_with_nothing(tmp_path):
    with furnish(tmp_path, websub_hub="https://hub.example/?a=1&b=2", language="en") as house:
        client, files = create_app(house.settings).test_client(), []
        for number in range(2):
            for name, address in (("all", f"{ALL}.atom"), ("one", OF_ONE.format("atom")), ("ours", f"{ANSWERS}.atom")):
                files.append(tmp_path / f"{name}-{number}.atom")
                files[-1].write_bytes(client.get(address).data)
            assert json_feed(client.get(f"{ALL}.json").data)["hubs"] == [
                {"type": "WebSub", "url": house.settings.websub_hub}
            ]
            exchange(house)
        for words in HOSTILE:
            files.append(tmp_path / f"hostile-{len(files)}.atom")
            files[-1].write_text(feeds.atom(house.settings, hostile(house, words)), "utf-8")
        spoiled = tmp_path / "spoiled.atom"
        spoiled.write_text(files[3].read_text("utf-8").replace("<updated>", "<updated>soon", 1), "utf-8")
        found = invalid_atom([*files, spoiled])
        assert found
        assert all(line.startswith(str(spoiled)) for line in found), found


def test_a_feed_with_nothing_in_it_is_always_the_same(client):
    first, second = client.get(f"{ALL}.atom"), client.get(f"{ALL}.atom")
    assert atom(first.data).find(f"{ATOM}entry") is None
    assert first.data == second.data


def test_every_feed_names_itself_its_page_its_other_form_and_no_hub_unless_there_is_one(house, client):
    for address, shown in ((f"{ALL}.atom", "/conversations/"), (OF_ONE.format("atom"), "/a/")):
        feed = read(client, address + ("&" if "?" in address else "?") + "utm_source=%ff&x=1")
        url = house.settings.url
        assert links(feed, "self") == [feed.findtext(f"{ATOM}id")] == [url + address]
        assert links(feed, "alternate") == [url + shown, url + address.replace(".atom", ".json")]
        assert links(feed, "hub") == []
        assert client.get(address).headers.getlist("Link") == [f'<{url}{address}>; rel="self"']


def test_who_has_the_present_feed_is_told_so_and_gets_it_again_when_it_changed(house, client):
    said = exchange(house)
    for ending in ("atom", "json"):
        for address in (f"{ALL}.{ending}", OF_ONE.format(ending), f"{ANSWERS}.{ending}"):
            etag = client.get(address).headers["ETag"]
            again = client.get(address, headers={"If-None-Match": etag})
            assert (again.status_code, again.data) == (304, b"")
    etag = client.get(f"{ALL}.atom").headers["ETag"]
    house.author.answers(said, "And I will say it again.")
    assert client.get(f"{ALL}.atom", headers={"If-None-Match": etag}).status_code == 200


def since(client, at, address=f"{ALL}.atom"):
    return client.get(address, headers={"If-Modified-Since": at}).status_code


def test_last_modified_tells_of_what_went_as_well_as_of_what_came(house, client):
    said = exchange(house)
    assert "Last-Modified" not in client.get(f"{ALL}.atom").headers, "more may come within this second"
    for went in (
        lambda: house.author.decides(said, Verb.REMOVE),
        lambda: house.author.decides(said, Verb.UNDO),
        lambda: house.reader().withdraws(said),
        lambda: publishing.register(house.db, [page("/b/")]),
        lambda: publishing.register(house.db, [page("/a/"), page("/b/", title="Another title")]),
    ):
        house.shift_clock(minutes=5)
        at = client.get(f"{ALL}.atom").headers["Last-Modified"]
        assert since(client, at) == 304
        went()
        assert since(client, at) == 200
    house.shift_clock(minutes=5)
    at = client.get(OF_ONE.format("atom")).headers["Last-Modified"]
    house.reader("Eve", trusted=True).says("Elsewhere.", on="/b/")
    assert since(client, at, OF_ONE.format("atom")) == 304, "another conversation changed"


def test_what_is_hidden_withdrawn_or_gone_is_in_no_feed(house, client):
    said = exchange(house)
    held = house.author.publishes(house.reader("Cleo").says("Hide me."))
    house.author.decides(held, Verb.SPAM)
    house.reader().withdraws(said)
    publishing.register(house.db, [page("/a/")])
    for address in (f"{ALL}.atom", f"{ALL}.json", OF_ONE.format("atom"), f"{ANSWERS}.json"):
        told = client.get(address).get_data(as_text=True)
        for words in ("Hide me.", "really", "I was here before", "Between us", "between us", "Nobody has looked"):
            assert words not in told
    assert titles(read(client, f"{ALL}.atom")) == [OURS]


def test_an_entry_keeps_its_id_when_the_site_and_the_essay_get_other_addresses(house):
    said = house.now_of(exchange(house))
    moved, settings = public(said, page="/elsewhere/"), house.settings.with_(url="https://new.example")
    here = atom(feeds.atom(house.settings, channel([public(said)])))
    there = atom(feeds.atom(settings, channel([moved])))
    assert here.findtext(f".//{ATOM}entry/{ATOM}id") == there.findtext(f".//{ATOM}entry/{ATOM}id")


def test_from_a_former_address_readers_are_led_to_the_feed_which_keeps_its_id(house, client):
    exchange(house)
    before = read(client, OF_ONE.format("atom"))
    publishing.register(house.db, [page("/new/", facts={"former": ["/a/"]}), page("/b/")])
    for ending in ("atom", "json"):
        led = client.get(OF_ONE.format(ending))
        assert (led.status_code, led.headers["Cache-Control"]) == (301, "no-cache")
        assert led.headers["Location"] == f"/comments/feed.{ending}?page=%2Fnew%2F"
    after = read(client, client.get(OF_ONE.format("atom")).headers["Location"])
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert len(titles(after)) == 2


def test_an_entry_says_what_it_answers(house, client):
    said = exchange(house)
    answer, question = read(client, OF_ONE.format("atom")).findall(f"{ATOM}entry")
    told = answer.find(f"{THREAD}in-reply-to")
    assert told is not None
    assert told.get("ref") == question.findtext(f"{ATOM}id")
    assert told.get("href") == f"{house.settings.url}/a/#comment-{said.id}"
    of_essay = question.find(f"{THREAD}in-reply-to")
    assert of_essay is not None
    assert of_essay.get("ref") == "tag:localhost,2026-01-02:/a/"
    item = json_feed(client.get(OF_ONE.format("json")).data)["items"][0]
    assert item["_rapport"]["in_reply_to"] == {"id": told.get("ref"), "url": told.get("href")}
    assert item["_rapport"]["by_author"] is True


def test_an_essay_in_another_language_has_replies_in_it(tmp_path):
    with furnish(tmp_path, essays=(page("/a/", language="pt-BR"),), hold_first=False) as house:
        house.reader().says("Olá.")
        client = create_app(house.settings).test_client()
        entry = read(client, f"{ALL}.atom").find(f"{ATOM}entry")
        assert entry is not None
        assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "pt-BR"
        assert json_feed(client.get(f"{ALL}.json").data)["items"][0]["language"] == "pt-BR"


def test_what_was_edited_says_when(house, client):
    house.settings = house.settings.with_(hold_first=False)
    said = house.reader().says("A first thougt.")
    before = read(client, f"{ALL}.atom").findtext(f"{ATOM}updated")
    house.shift_clock(minutes=5)
    house.reader().edits(said, "A first thought.")
    feed = read(client, f"{ALL}.atom")
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == before
    assert entry.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated") > before


HOSTILE = ["<script>alert(1)</script>", "]]><x/>", "A & B", "\x00\x1f name \ufffe\uffff", "\ud800 half", "'\"&lt;"]


def hostile(house, words):
    said = public(house.reader().says("Hello."), name=words, html=f"<p>{words}</p>")
    return channel([said], title=words, essays={"/a/": page("/a/", title=words)})


@pytest.mark.parametrize("words", HOSTILE)
def test_no_word_of_anybody_breaks_a_feed(house, words):
    settings = house.settings.with_(title=words, author=words)
    feed = atom(feeds.atom(settings, hostile(house, words)))
    shown = "".join(letter for letter in words if letter > "\x1f" and letter not in "\ufffe\uffff").replace(
        "\ud800", "\ufffd"
    )
    assert feed.findtext(f".//{ATOM}entry/{ATOM}author/{ATOM}name") == shown
    assert feed.findtext(f".//{ATOM}entry/{ATOM}content") == f"<p>{shown}</p>"
    (item,) = json_feed(feeds.as_json(settings, hostile(house, words)).encode())["items"]
    assert (item["authors"][0]["name"], item["content_html"]) == (shown, f"<p>{shown}</p>")


@pytest.mark.parametrize("ending", ["atom", "json"])
def test_an_essay_that_is_not_here_has_no_feed(client, ending):
    assert client.get(f"/comments/feed.{ending}?page=/nowhere/").status_code == 404


def test_an_essay_with_letters_of_any_script_has_a_feed(tmp_path):
    with furnish(tmp_path, essays=(page("/über-uns/"),), hold_first=False) as house:
        house.reader().says("Hello.", on="/über-uns/")
        client = create_app(house.settings).test_client()
        feed = read(client, f"/comments/feed.atom?page={quote('/über-uns/')}")
    assert len(titles(feed)) == 1


def test_a_moment_before_the_last_change_is_answered_with_the_feed(house, client):
    exchange(house)
    house.shift_clock(minutes=5)
    at = datetime.strptime(client.get(f"{ALL}.atom").headers["Last-Modified"], "%a, %d %b %Y %H:%M:%S %Z")  # noqa: DTZ007
    earlier = format_datetime(at - timedelta(seconds=1)).replace("-0000", "GMT")
    assert since(client, earlier) == 200


def channel(comments, *, title="All", essays=None):
    return Channel(title, "/f", comments, essays or {})


def public(comment, **changes):
    known = {name: getattr(comment, name) for name in PublicComment.__slots__}
    return PublicComment(**known | {"state": State.PUBLISHED} | changes)
