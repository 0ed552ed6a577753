"""Essays that belong together: series, relations by tags, authors; the same from the same essays, in any order."""

import re
from pathlib import Path

from tests.plugins.building import build


def essay(slug: str, day: int, **lines: str) -> dict[str, str]:
    front = "".join(f"{name.capitalize()}: {value}\n" for name, value in lines.items())
    return {f"essays/{slug}.md": f"Title: {slug.upper()}\nDate: 2026-01-{day:02}\nSlug: {slug}\n{front}\nText.\n"}


def links(page: Path, class_: str) -> list[str]:
    """The addresses in one navigation of a page."""
    found = re.search(rf'<nav class="{class_}".*?</nav>', (page / "index.html").read_text("utf-8"), re.DOTALL)
    return re.findall(r'<a href="(/[^"#]*)"', found[0]) if found else []


def test_a_series_is_told_in_the_order_of_its_days(tmp_path: Path) -> None:
    site = build(
        tmp_path,
        essay("b", 2, series="Water") | essay("a", 3, series="Water") | essay("c", 1, series="Water") | essay("d", 4),
    )
    page = (site / "b/index.html").read_text("utf-8")
    assert "Part 2 of 3 of <cite>Water</cite>" in page
    assert '<span aria-current="page">B</span>' in page
    assert links(site / "b", "series") == ["/c/", "/a/"]
    assert links(site / "d", "series") == []


def test_a_series_of_one_is_none_yet(tmp_path: Path) -> None:
    site = build(tmp_path, essay("a", 1, series="Water"))
    assert "Water" not in (site / "a/index.html").read_text("utf-8")


def test_a_draft_is_no_part_of_a_series_yet(tmp_path: Path) -> None:
    site = build(tmp_path, essay("a", 1, series="Water") | essay("b", 2, series="Water", status="draft"))
    assert "Water" not in (site / "a/index.html").read_text("utf-8")


def test_near_are_those_that_share_the_rarest_tags(tmp_path: Path) -> None:
    many: dict[str, str] = {}
    for number in range(5):
        many |= essay(f"m{number}", number + 10, tags="common")
    site = build(tmp_path, essay("a", 1, tags="common, rare") | essay("z", 28, tags="rare") | many)
    # First by the rare tag, however far away in time; then by the common one, the nearest in time first.
    assert links(site / "a", "related") == ["/z/", "/m0/", "/m1/"]


def test_what_stands_in_the_same_series_is_not_named_twice(tmp_path: Path) -> None:
    site = build(
        tmp_path, essay("a", 1, tags="t", series="S") | essay("b", 2, tags="t", series="S") | essay("c", 3, tags="t")
    )
    assert links(site / "a", "related") == ["/c/"]


def test_an_essay_without_a_tag_is_near_to_none(tmp_path: Path) -> None:
    site = build(tmp_path, essay("a", 1) | essay("b", 2))
    assert links(site / "a", "related") == []
    assert re.findall(r'rel="(next|prev)" href="([^"]*)"', (site / "a/index.html").read_text("utf-8")) == [
        ("next", "/b/")
    ]


def test_authors_have_pages_where_there_is_more_than_one(tmp_path: Path) -> None:
    site = build(tmp_path, essay("a", 1, authors="Ana Ferreira; Ben Ito") | essay("b", 2, authors="Ben Ito"))
    assert "Essays by Ben Ito" in (site / "authors/ben-ito/index.html").read_text("utf-8")
    assert '"/authors/ana-ferreira/"' in (site / "a/index.html").read_text("utf-8")
    assert "/authors/ben-ito/" in (site / "authors/index.html").read_text("utf-8")
    assert "/authors/ben-ito/</loc>" in (site / "sitemap.xml").read_text("utf-8")


def test_a_single_author_has_none(tmp_path: Path) -> None:
    site = build(tmp_path, essay("a", 1, authors="Ana Ferreira"))
    assert not (site / "authors").exists()
    assert "/authors/" not in (site / "a/index.html").read_text("utf-8") + (site / "sitemap.xml").read_text("utf-8")
