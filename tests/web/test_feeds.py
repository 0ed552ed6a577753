"""The feeds are Atom that a strict reader takes, and say the same until something changes."""

import re
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from comments_service import create_app, feeds
from comments_service.models import PublicComment, State
from tests.support.actors import furnish, page

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 4287, 4.1: what a feed and an entry must, and may, hold of what we send.
MUST = {"feed": {"id", "title", "updated", "author"}, "entry": {"id", "title", "updated", "author", "content"}}
MAY = {"feed": {"link", "subtitle", "entry"}, "entry": {"link", "published"}}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
IRI = re.compile(r"(https?://[^\s<>\"{}|\\^`]+|urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@pytest.fixture
def client(house):
    return create_app(house.settings).test_client()


def strictly_read(body):
    """The feed, after every rule of RFC 4287 that its kind must keep has been checked."""
    feed = ET.fromstring(body)  # noqa: S314 -- our own output
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        check_element(element, element.tag.removeprefix(ATOM))
    (own,) = (link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert IRI.fullmatch(own.get("href", ""))
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    return feed


def check_element(element, kind):
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= MUST[kind] | MAY[kind]
    assert all(names.count(name) == 1 for name in MUST[kind])
    assert IRI.fullmatch(element.findtext(f"{ATOM}id", ""))
    for name in ("updated", "published"):
        assert all(RFC_3339.fullmatch(at.text) for at in element.findall(f"{ATOM}{name}"))
    assert len([link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) == 1
    assert all(IRI.fullmatch(link.get("href")) for link in element.findall(f"{ATOM}link"))
    assert element.findtext(f"{ATOM}author/{ATOM}name").strip()
    assert all(IRI.fullmatch(uri.text) for uri in element.findall(f"{ATOM}author/{ATOM}uri"))
    assert element.findtext(f"{ATOM}title").strip()
    assert all(content.get("type") == "html" for content in element.findall(f"{ATOM}content"))


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return strictly_read(response.data)


def titles(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


def exchange(house):
    ben, eve = house.reader("Ben", trusted=True), house.reader("Eve")
    said = ben.says("Do you *really* think so?", website="https://ben.example/?a=1&b=2")
    house.author.answers(said, "I do.")
    house.author.answers(ben.says("Between us: no.", private=True), "Then we agree, between us.")
    eve.says("Nobody has looked at this yet.")
    return said


def test_all_three_feeds_hold_exactly_what_they_promise(house, client):
    exchange(house)
    ours, theirs = "Ana Ferreira (author) on “Essay a”", "Ben on “Essay a”"
    assert titles(read(client, "/comments/feed.atom")) == [ours, theirs, "Ben on “Essay b”"]
    assert titles(read(client, "/comments/feed.atom?page=/a/")) == [ours, theirs]
    assert titles(read(client, "/comments/answers.atom")) == [ours]


def test_a_feed_with_nothing_in_it_is_valid_and_always_the_same(client):
    first, second = client.get("/comments/feed.atom"), client.get("/comments/feed.atom")
    assert strictly_read(first.data).find(f"{ATOM}entry") is None
    assert first.data == second.data


def test_every_feed_names_itself_and_no_other(house, client):
    addresses = ["/comments/feed.atom", f"/comments/feed.atom?page={quote('/a/', safe='')}", "/comments/answers.atom"]
    for address in addresses:
        feed = read(client, address + ("&" if "?" in address else "?") + "utm_source=%ff&x=1")
        (own,) = (link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self")
        assert own == feed.findtext(f"{ATOM}id") == house.settings.url + address


def test_who_has_the_present_feed_is_told_so_and_gets_it_again_when_it_changed(house, client):
    said = exchange(house)
    for address in ("/comments/feed.atom", "/comments/feed.atom?page=/a/", "/comments/answers.atom"):
        etag = client.get(address).headers["ETag"]
        again = client.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
    etag = client.get("/comments/feed.atom").headers["ETag"]
    house.author.answers(said, "And I will say it again.")
    assert client.get("/comments/feed.atom", headers={"If-None-Match": etag}).status_code == 200


def test_an_entry_keeps_its_id_when_the_site_and_the_essay_get_other_addresses(house):
    said = house.now_of(exchange(house))
    moved, settings = public(said, page="/elsewhere/"), house.settings.with_(url="https://new.example")
    here = strictly_read(feeds.atom(house.settings, "All", "/f", [public(said)], {}))
    there = strictly_read(feeds.atom(settings, "All", "/f", [moved], {}))
    assert here.findtext(f".//{ATOM}entry/{ATOM}id") == there.findtext(f".//{ATOM}entry/{ATOM}id")


def test_what_was_edited_says_when(house, client):
    house.settings = house.settings.with_(hold_first=False)
    said = house.reader().says("A first thougt.")
    before = read(client, "/comments/feed.atom").findtext(f"{ATOM}updated")
    house.shift_clock(minutes=5)
    house.reader().edits(said, "A first thought.")
    feed = read(client, "/comments/feed.atom")
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == before
    assert entry.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated") > before


HOSTILE = ["<script>alert(1)</script>", "]]><x/>", "A & B", "\x00\x1f name \ufffe\uffff", "\ud800 half", "'\"&lt;"]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_word_of_anybody_breaks_the_xml(house, words):
    said = public(house.reader().says("Hello."), name=words, html=f"<p>{words}</p>")
    feed = strictly_read(
        feeds.atom(house.settings.with_(title=words, author=words), words, "/f", [said], {"/a/": words})
    )
    shown = "".join(letter for letter in words if letter > "\x1f" and letter not in "\ufffe\uffff").replace(
        "\ud800", "\ufffd"
    )
    assert feed.findtext(f".//{ATOM}entry/{ATOM}author/{ATOM}name") == shown
    assert feed.findtext(f".//{ATOM}entry/{ATOM}content") == f"<p>{shown}</p>"


def test_an_essay_that_is_not_here_has_no_feed(client):
    assert client.get("/comments/feed.atom?page=/nowhere/").status_code == 404


def test_an_essay_with_letters_of_any_script_has_a_feed(tmp_path):
    with furnish(tmp_path, essays=(page("/über-uns/"),), hold_first=False) as house:
        house.reader().says("Hello.", on="/über-uns/")
        feed = read(create_app(house.settings).test_client(), f"/comments/feed.atom?page={quote('/über-uns/')}")
    assert len(titles(feed)) == 1


def public(comment, **changes):
    known = {name: getattr(comment, name) for name in PublicComment.__slots__}
    return PublicComment(**known | {"state": State.PUBLISHED} | changes)
