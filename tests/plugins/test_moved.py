"""A text with another address than before: the old one leads on, servers get rules, feed readers see no new essay."""

import re
from pathlib import Path

import pytest

from authoring import building
from comments_service import settings as settings_
from tests.support import vnu

ESSAY = "Title: The quay\nDate: 2026-01-02 08:00\nSlug: {slug}\n{more}\nWords.\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "essays").mkdir(parents=True)
    (folder / "editions").mkdir()
    (folder / "pages").mkdir()
    return folder


def test_a_former_address_leads_to_the_present_one(tmp_path: Path, content: Path) -> None:
    here = settings_.load({}, tmp_path / "none.toml").with_(
        data=tmp_path / "data", output=tmp_path / "output", url="https://ana.example"
    )
    essay, page = content / "essays" / "quay.md", content / "pages" / "me.md"
    edition = content / "editions" / "quay-1.md"
    edition.write_text(ESSAY.format(slug="quay-1", more="Status: hidden\nEdition: 1\nEdition_of: quay\n"))
    essay.write_text(ESSAY.format(slug="quay", more="Edition: 2\n"))
    building.build(here, content=content)
    identity = re.search(r"<id>(tag:[^<]+)</id>", (here.output / "feed.atom").read_text())
    assert (here.output / "_redirects").read_text() == ""

    essay.write_text(ESSAY.format(slug="the-quay", more="Edition: 2\nAliases: quay, harbour\n"))
    edition.write_text(edition.read_text().replace("Edition_of: quay", "Edition_of: the-quay"))
    page.write_text("Title: Me\nSlug: me\nAliases: old/me.html\n\nHello.\n")
    building.build(here, content=content)
    site = here.output
    moved = (site / "quay" / "index.html").read_text()
    assert '<noscript><meta http-equiv="refresh" content="0; url=/the-quay/"></noscript>' in moved
    assert '<a id="moved-to" href="/the-quay/">The quay</a>' in moved
    assert '<link rel="canonical" href="https://ana.example/the-quay/">' in moved
    assert (site / "_redirects").read_text().splitlines() == [
        "/harbour/ /the-quay/ 301",
        "/harbour/editions/1/ /the-quay/editions/1/ 301",
        "/old/me.html /me/ 301",
        "/quay/ /the-quay/ 301",
        "/quay/editions/1/ /the-quay/editions/1/ 301",
    ]
    assert "/quay/ /the-quay/;\n" in (site / "_redirects.map").read_text()
    feed = (site / "feed.atom").read_text()
    assert identity is not None
    assert identity[0] in feed, "who has read it is not told of it again"
    assert 'href="https://ana.example/the-quay/"' in feed
    assert "quay/</loc>" in (site / "sitemap.xml").read_text()
    assert "/quay/</loc>" not in (site / "sitemap.xml").read_text().replace("/the-quay/", "/")
    assert vnu.check([site / "quay" / "index.html"]) == []
