"""Feeds of essays: whole texts with whole addresses, ids that outlive a renaming, the time of the last change."""

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from comments_service.feeds import essay_id
from tests.plugins.building import build
from tests.support import feeds

SITE = "http://localhost:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
FRONT = "Title: A & B\nDate: 2026-01-01\nTags: water\nAuthors: Ana\n"


def atom(path: Path) -> ET.Element:
    return ET.parse(path).getroot()  # noqa: S314 -- our own build


def entry(site: Path, name: str = "feed.atom") -> ET.Element:
    found = atom(site / name).find(f"{ATOM}entry")
    assert found is not None
    return found


def told(site: Path, name: str = "feed.json") -> dict[str, object]:
    data = json.loads((site / name).read_text("utf-8"))
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    item: dict[str, object] = data["items"][0]
    return item


def test_an_essay_is_there_whole_and_its_addresses_lead_home_from_anywhere(tmp_path: Path) -> None:
    text = '[Rain](/rain/), [below](#on-rain).[^1]\n\n## Rain\n\n![Q](/images/q.svg "C")\n\n[^1]: One.\n\n    Two.\n'
    site = build(tmp_path, {"essays/a.md": f"{FRONT}Slug: a\n\n{text}"})
    html = entry(site).findtext(f"{ATOM}content") or ""
    assert html == told(site)["content_html"]
    for address in ("/rain/", "/a/#on-rain", "/images/q.svg", "/a/#fn:1"):
        assert f'"{SITE}{address}"' in html
    assert 'href="/' not in html
    assert 'href="#' not in html


def test_a_renamed_essay_is_not_shown_as_new(tmp_path: Path) -> None:
    before = build(tmp_path / "one", {"essays/a.md": f"{FRONT}Slug: first\n\nText."})
    after = build(tmp_path / "two", {"essays/a.md": f"{FRONT}Slug: second\nAliases: first\n\nText."})
    assert entry(before).findtext(f"{ATOM}id") == entry(after).findtext(f"{ATOM}id") == told(after)["id"]
    assert told(after)["url"] == f"{SITE}/second/"


def test_updated_is_when_the_essay_was_changed_last(tmp_path: Path) -> None:
    plain = build(tmp_path / "one", {"essays/a.md": f"{FRONT}Slug: a\n\nText."})
    revised = build(tmp_path / "two", {"essays/a.md": f"{FRONT}Modified: 2026-03-01\nSlug: a\n\nText."})
    assert (entry(plain).findtext(f"{ATOM}updated") or "").startswith("2026-01-01")
    assert (entry(revised).findtext(f"{ATOM}updated") or "").startswith("2026-03-01")
    assert (entry(revised).findtext(f"{ATOM}published") or "").startswith("2026-01-01")
    assert str(told(revised)["date_modified"]).startswith("2026-03-01")


def test_each_tag_has_a_feed_in_both_forms(tmp_path: Path) -> None:
    site = build(tmp_path, {"essays/a.md": f"{FRONT}Slug: a\n\nText."})
    assert entry(site, "tags/water/feed.atom").findtext(f"{ATOM}title") == "A & B"
    assert told(site, "tags/water/feed.json")["tags"] == ["water"]
    assert 'href="/tags/water/feed.atom"' in (site / "tags/water/index.html").read_text("utf-8")


def test_feeds_are_valid_name_their_parts_and_announce_the_hub_where_it_is_told(tmp_path: Path) -> None:
    hub = "https://hub.example/"
    front = "Title: Os cais\nDate: 2026-01-02\nTags: water\nAuthors: Ana; Ben\nLang: pt\nSlug: cais\n"
    files = {"essays/a.md": f"{FRONT}Slug: a\n\nText.", "essays/b.md": f"{front}\nTexto."}
    site = build(tmp_path, files, WEBSUB_HUB=hub, DEFAULT_LANG="en", AUTHOR="Ana Ferreira")
    tag = "tags/water/feed"
    assert feeds.invalid_atom([site / "feed.atom", site / f"{tag}.atom"]) == []
    whole, of_tag = (feeds.atom((site / f"{name}.atom").read_bytes()) for name in ("feed", tag))
    assert feeds.links(whole, "self") == [f"{SITE}/feed.atom"]
    assert feeds.links(whole, "alternate") == [f"{SITE}/", f"{SITE}/feed.json"]
    assert feeds.links(whole, "hub") == [hub]
    assert feeds.links(of_tag, "hub") == [], "nobody tells it of a tag"
    assert whole.findtext(f"{ATOM}id") != of_tag.findtext(f"{ATOM}id")
    newest, _ = whole.findall(f"{ATOM}entry")
    assert feeds.links(newest, "replies") == [f"{SITE}/comments/feed.atom?page=%2Fcais%2F"]
    assert [name.text for name in newest.iterfind(f"{ATOM}author/{ATOM}name")] == ["Ana", "Ben"]
    assert [one.get("term") for one in newest.iterfind(f"{ATOM}category")] == ["water"]
    assert newest.get("{http://www.w3.org/XML/1998/namespace}lang") == "pt"
    assert feeds.json_feed((site / "feed.json").read_text("utf-8"))["hubs"] == [{"type": "WebSub", "url": hub}]
    assert "hubs" not in feeds.json_feed((site / f"{tag}.json").read_text("utf-8"))
    replied = datetime(2026, 1, 2, tzinfo=UTC)
    assert newest.findtext(f"{ATOM}id") == essay_id(SITE, "/cais/", [], replied), "replies to it name it so"


def test_a_blog_without_an_essay_has_the_same_feed_every_time(tmp_path: Path) -> None:
    site = build(tmp_path, {"pages/about.md": "Title: About\nSlug: about\n\nText."})
    assert feeds.links(feeds.atom((site / "feed.atom").read_bytes()), "hub") == []
    feeds.json_feed((site / "feed.json").read_text("utf-8"))
    updated = atom(site / "feed.atom").findtext(f"{ATOM}updated") or ""
    assert updated.startswith("1970")
    assert json.loads((site / "feed.json").read_text("utf-8"))["items"] == []
