"""Feeds of essays: whole texts with whole addresses, ids that outlive a renaming, the time of the last change."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.plugins.building import build

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


def test_a_blog_without_an_essay_has_the_same_feed_every_time(tmp_path: Path) -> None:
    site = build(tmp_path, {"pages/about.md": "Title: About\nSlug: about\n\nText."})
    updated = atom(site / "feed.atom").findtext(f"{ATOM}updated") or ""
    assert updated.startswith("1970")
    assert json.loads((site / "feed.json").read_text("utf-8"))["items"] == []
