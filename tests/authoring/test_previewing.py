"""While the author writes: drafts can be seen, what is to mend stands beside the text, and pages renew themselves."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from authoring import building, previewing, searching
from authoring.building import BuildError
from comments_service.settings import Settings
from tests.authoring.conftest import Start, essay, published
from tests.support import browser


def built(here: Settings, content: Path) -> dict[str, Any]:
    """Build with what only the author sees; returns what the pages are told."""
    previewing.build(here, content)
    told: dict[str, Any] = json.loads((here.output / "preview" / "told.json").read_text("utf-8"))
    return told


def test_drafts_and_what_is_dated_later_stand_under_an_address_of_their_own(here: Settings, content: Path) -> None:
    essay(content, "half", "Half a thought.", Status="draft")
    essay(content, "later", "Not before then.", Date="2099-01-02 08:00")
    told = built(here, content)
    assert told["drafts"] == [
        {"title": "Essay half", "address": "/drafts/half/", "why": "draft"},
        {"title": "Essay later", "address": "/drafts/later/", "why": "from 2 January 2099, 08:00"},
    ]
    assert "Half a thought." in published(here, "/drafts/half/")
    assert "Not before then." in published(here, "/drafts/later/")
    assert not (here.output / "half").exists()
    assert "Essay half" not in (here.output / "index.html").read_text("utf-8")


def test_a_preview_makes_only_pages_anew_that_changed(here: Settings, content: Path) -> None:
    built(here, content)
    before = here.output.resolve()
    essay(content, "one", "Other words.")
    built(here, content)
    assert "Other words." in published(here, "/one/")
    assert 'src="/preview/preview.js"' in published(here, "/one/")
    assert (here.output / "two" / "index.html").samefile(before / "two" / "index.html")


def test_a_search_that_cannot_be_had_keeps_no_author_from_seeing_their_words(
    here: Settings, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_site: Path, *, fresh: bool) -> None:
        raise BuildError("The index of the search could not be made: no.")

    monkeypatch.setattr(searching, "index", fails)
    assert previewing.build(here, content).warnings == ("The index of the search could not be made: no.",)
    assert "First words." in published(here, "/one/")


def test_what_is_to_mend_is_told_with_its_page_its_place_and_its_words(here: Settings, content: Path) -> None:
    essay(content, "one", "First.\n\nThis leads [nowhere](/nowhere/) at all.\n\nLast.")
    told = built(here, content)
    (found,) = [one for one in told["findings"]["/one/"] if one["rule"] == "link"]
    assert (found["where"], found["level"]) == ("content/essays/one.md:9", "fail")
    assert {"This", "leads", "all."} <= set(found["beside"].split())
    assert "/nowhere/" in found["words"]


def test_a_published_site_holds_nothing_of_it(here: Settings, content: Path) -> None:
    essay(content, "half", Status="draft")
    built(here, content)
    building.build(here, config="publishconf.py", content=content)
    assert not (here.output / "preview").exists()
    assert not (here.output / "drafts").exists()
    assert not [page for page in here.output.rglob("*.html") if "preview.js" in page.read_text("utf-8")]


def test_a_text_that_cannot_be_read_leaves_the_rest_to_be_seen(here: Settings, content: Path) -> None:
    (content / "check.toml").write_text("[check]\nlink = 'perhaps'\n", "utf-8")
    told = built(here, content)
    assert "perhaps" in told["problem"]
    assert "First words." in published(here, "/one/")


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with browser.launched() as chromium:
        page = chromium.new_page()
        yield page


def test_the_page_before_the_author_marks_its_text_and_renews_itself(content: Path, start: Start, tab: Page) -> None:
    essay(content, "one", "First words.\n\nThis leads [nowhere](/nowhere/) at all.")
    essay(content, "half", "Half a thought.", Status="draft")
    blog = start("serve", "--content", content)
    blog.line("Ready: ")
    tab.goto(f"{blog.url}/one/")
    mark = tab.locator(".prose p", has_text="This leads nowhere").locator(".preview-mark")
    expect(mark).to_contain_text("/nowhere/ is nowhere on this blog")
    tab.locator("#preview summary").click()
    expect(tab.locator("#preview")).to_contain_text("content/essays/one.md:9")
    essay(content, "one", "First words.\n\nThis leads somewhere.")
    expect(tab.locator(".prose")).to_contain_text("This leads somewhere.", timeout=20_000)
    expect(tab.locator(".preview-mark")).to_have_count(0)
    tab.locator("#preview").get_by_role("link", name="Essay half").click()
    expect(tab.locator(".prose")).to_contain_text("Half a thought.")
