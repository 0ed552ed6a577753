"""The small files that programs ask a site for: manifest, icons, security.txt, sitemap, structured data."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from tests.plugins.building import build

SITE = "http://localhost:8000"
FILES = {
    "essays/a.md": "Title: “A” & <b>B</b>\nDate: 2026-01-01\nModified: 2026-02-01\nSlug: a\nTags: t\n\nText.\n",
    "essays/b.md": "Title: B\nDate: 2025-01-01\nSlug: b\n\nText.\n",
    "pages/about.md": "Title: About\nSlug: about\n\nText.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site"), FILES, PROFILES=["https://mastodon.social/@ana"])


def told(site: Path, page: str) -> dict[str, dict[str, object]]:
    """The structured data of a page, by type."""
    text = (site / page / "index.html").read_text("utf-8")
    found = [json.loads(data) for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)]
    return {one["@type"]: one for one in found}


def test_the_manifest_names_icons_that_are_there_in_the_sizes_that_it_says(site: Path) -> None:
    manifest = json.loads((site / "site.webmanifest").read_text("utf-8"))
    assert manifest["start_url"] == "/"
    assert {icon.get("purpose") for icon in manifest["icons"]} == {None, "maskable"}
    for icon in manifest["icons"]:
        file = site / icon["src"].lstrip("/")
        if file.suffix == ".png":
            with Image.open(file) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]
        assert file.exists()
    assert (site / "theme/icons/icon-180.png").exists()


def test_security_txt_says_where_to_write_and_how_long_that_holds(site: Path) -> None:
    text = (site / ".well-known/security.txt").read_text("utf-8")
    said = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    left = datetime.fromisoformat(said["Expires"]) - datetime.now(UTC)
    assert 300 < left.days <= 366
    assert said["Contact"] == f"{SITE}/about/"
    assert said["Canonical"] == f"{SITE}/.well-known/security.txt"


def test_the_sitemap_says_when_each_essay_and_each_list_changed(site: Path) -> None:
    text = (site / "sitemap.xml").read_text("utf-8")
    changed = dict(re.findall(r"<loc>([^<]*)</loc><lastmod>([^<]*)</lastmod>", text))
    assert changed[f"{SITE}/a/"].startswith("2026-02-01")
    assert changed[f"{SITE}/b/"].startswith("2025-01-01")
    assert changed[f"{SITE}/archive/"] == changed[f"{SITE}/tags/t/"] == changed[f"{SITE}/a/"]


def test_machines_are_told_the_way_to_an_essay_and_who_writes(site: Path) -> None:
    way = told(site, "a")["BreadcrumbList"]["itemListElement"]
    assert [step["item"] for step in way] == [f"{SITE}/", f"{SITE}/archive/", f"{SITE}/a/"]  # type: ignore[attr-defined]
    person = told(site, "about")["ProfilePage"]["mainEntity"]
    assert person["sameAs"] == ["https://mastodon.social/@ana"]  # type: ignore[index]
    assert told(site, "")["WebSite"]["url"] == f"{SITE}/"


def test_profiles_elsewhere_are_linked_as_ones_own(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    assert '<a rel="me" href="https://mastodon.social/@ana">mastodon.social/@ana</a>' in page
