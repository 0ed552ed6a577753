"""An essay's earlier editions stay readable under it, and know it."""

from pathlib import Path

import pytest

from tests.plugins.building import build

ESSAY = """Title: Collecting contacts
Date: 2026-09-15
Slug: contacts
Edition: {number}
Edition_note: Two channels became seven.

The essay as it is now.
"""
EARLIER = """Title: Collecting contacts, {which}
Date: {date}
Slug: contacts-{which}
Status: hidden
Edition: {which}
Edition_of: contacts

The essay as edition {which} had it.
"""
FIRST = EARLIER.format(which=1, date="2024-03-18")
SECOND = EARLIER.format(which=2, date="2025-03-18")


def test_an_earlier_edition_is_read_at_an_address_under_its_essay(tmp_path: Path) -> None:
    site = build(tmp_path, {"essays/now.md": ESSAY.format(number=2), "editions/then.md": FIRST})
    page = (site / "contacts/editions/1/index.html").read_text("utf-8")
    assert "The essay as edition 1 had it." in page
    assert "This is the first edition" in page
    assert '<a href="/contacts/">Collecting contacts</a>' in page
    assert not (site / "contacts-1").exists()


def test_both_editions_have_one_conversation_and_one_canonical_address(tmp_path: Path) -> None:
    site = build(tmp_path, {"essays/now.md": ESSAY.format(number=2), "editions/then.md": FIRST})
    page = (site / "contacts/editions/1/index.html").read_text("utf-8")
    assert 'rel="canonical" href="http://localhost:8000/contacts/"' in page
    assert 'href="/contacts/#conversation"' in page
    assert "rapport:conversation" not in page


def test_an_essay_links_its_earlier_editions_newest_first_and_says_what_changed(tmp_path: Path) -> None:
    files = {"essays/now.md": ESSAY.format(number=3), "editions/a.md": SECOND, "editions/b.md": FIRST}
    page = (build(tmp_path, files) / "contacts/index.html").read_text("utf-8")
    assert "Third edition." in page
    assert "Two channels became seven." in page
    assert 0 < page.index('href="/contacts/editions/2/"') < page.index('href="/contacts/editions/1/"')


def test_an_essay_of_one_edition_does_not_speak_of_editions(tmp_path: Path) -> None:
    site = build(tmp_path, {"essays/now.md": "Title: A\nDate: 2026-01-01\nSlug: a\n\nText.\n"})
    assert "edition" not in (site / "a/index.html").read_text("utf-8")


def test_earlier_editions_are_in_no_list_no_feed_and_not_in_the_sitemap(tmp_path: Path) -> None:
    site = build(tmp_path, {"essays/now.md": ESSAY.format(number=2), "editions/then.md": FIRST})
    for name in ("index.html", "archive/index.html", "feed.atom", "sitemap.xml"):
        text = (site / name).read_text("utf-8")
        assert "/contacts/" in text
        assert "editions" not in text


@pytest.mark.parametrize("withheld", ["Date: 2026-09-15\nStatus: draft", "Date: 2999-01-01"])
def test_the_editions_of_an_essay_that_is_not_published_are_not_published_either(tmp_path: Path, withheld: str) -> None:
    essay = ESSAY.format(number=2).replace("Date: 2026-09-15", withheld)
    site = build(tmp_path, {"essays/now.md": essay, "editions/then.md": FIRST})
    assert not (site / "contacts").exists()
    assert not (site / "contacts-1").exists()


@pytest.mark.parametrize(
    ("earlier", "sentence"),
    [
        (FIRST.replace("Edition_of: contacts", "Edition_of: contact"), "no essay has that slug"),
        (FIRST.replace("Edition: 1", "Edition: first"), "it is a number"),
        (FIRST.replace("Edition: 1", "Edition: 2"), "are both number 2"),
    ],
)
def test_a_mistake_in_an_editions_front_matter_is_named(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    earlier: str,
    sentence: str,
) -> None:
    build(tmp_path, {"essays/now.md": ESSAY.format(number=2), "editions/then.md": earlier})
    assert [record for record in caplog.records if record.levelname == "ERROR" and sentence in record.getMessage()]
