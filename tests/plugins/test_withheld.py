"""What is not meant for readers yet is nowhere in a published site."""

from pathlib import Path

import pytest

from tests.plugins.building import build

PUBLISHED = "Title: A\nDate: 2026-01-01\nSlug: a\n\nText.\n"
SECRET = "the word that nobody may read yet"


def found_in(site: Path) -> list[str]:
    files = (path for path in site.rglob("*") if path.is_file())
    return [str(path.relative_to(site)) for path in files if SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize("kind", ["essays", "pages", "editions"])
@pytest.mark.parametrize(
    "front",
    [
        "Date: 2026-01-02\nStatus: draft\n",
        "Date: 2026-01-02\nStatus: draft\nSave_as: secret/index.html\nUrl: secret/\n",
        "Date: 2999-01-01\n",
        "Date: 2999-01-01\nStatus: hidden\n",
        "Date: 2999-01-01\nSave_as: secret/index.html\nUrl: secret/\n",
    ],
)
def test_drafts_and_what_is_dated_in_the_future_are_not_published(tmp_path: Path, kind: str, front: str) -> None:
    text = f"Title: {SECRET}\nSlug: secret\nTags: rare\n{front}\n{SECRET}\n"
    site = build(tmp_path, {"essays/a.md": PUBLISHED, f"{kind}/secret.md": text})
    assert found_in(site) == []
    assert not (site / "tags/rare").exists()
    assert not (site / "secret").exists()


def test_what_is_published_is_there(tmp_path: Path) -> None:
    page = f"Title: About\nDate: 2026-01-02\nSlug: about\n\n{SECRET}\n"
    hidden = f"Title: By link only\nSlug: by-link\nStatus: hidden\n\n{SECRET}\n"
    site = build(tmp_path, {"essays/a.md": PUBLISHED, "pages/about.md": page, "pages/by-link.md": hidden})
    assert sorted(found_in(site)) == ["about/index.html", "by-link/index.html"]


def test_a_hidden_essay_is_reached_by_its_link_alone(tmp_path: Path) -> None:
    hidden = f"Title: Hidden\nDate: 2026-01-02\nSlug: hidden\nStatus: hidden\n\n{SECRET}\n"
    assert found_in(build(tmp_path, {"essays/a.md": PUBLISHED, "essays/hidden.md": hidden})) == ["hidden/index.html"]


def test_a_site_without_essays_says_so_kindly(tmp_path: Path) -> None:
    site = build(tmp_path, {"pages/about.md": "Title: About\nSlug: about\n\nWords.\n"})
    assert "No essay is published yet" in (site / "archive/index.html").read_text("utf-8")
    assert "No essay carries a tag yet" in (site / "tags/index.html").read_text("utf-8")
