"""Cards for previews: drawn in the blog's own type, light, kept, and only where nobody chose a picture."""

from pathlib import Path

import pytest
from PIL import Image

from plugins.cards import drawing
from plugins.cards.drawing import Words
from tests.plugins.building import build

ESSAY = "Title: The week after\nDate: 2026-01-01\nSlug: a\nAuthors: Ana\n{more}\n\nText.\n"


def metas(page: str) -> dict[str, str]:
    from html.parser import HTMLParser

    found: dict[str, str] = {}

    class Metas(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            said = {name: value or "" for name, value in attrs}
            if tag == "meta":
                found[said.get("property") or said.get("name", "")] = said.get("content", "")

    Metas().feed(page)
    return found


def essay(folder: Path, more: str = "") -> tuple[dict[str, str], Path]:
    site = build(folder, {"essays/a.md": ESSAY.format(more=more)})
    return metas((site / "a/index.html").read_text("utf-8")), site


def test_an_essay_is_announced_by_a_card_of_its_title(tmp_path: Path) -> None:
    said, site = essay(tmp_path)
    address = said["og:image"].removeprefix("http://localhost:8000/")
    with Image.open(site / address) as image:
        assert image.size == (1200, 630)
        assert len(image.convert("RGB").getcolors(100_000) or []) > 10  # something is written there
    assert (site / address).stat().st_size < 40_000
    assert said["twitter:card"] == "summary_large_image"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")


def test_a_picture_that_the_author_chose_wins(tmp_path: Path) -> None:
    said, _ = essay(tmp_path, "Image: /images/quay.jpg")
    assert said["og:image"] == "http://localhost:8000/images/quay.jpg"


def test_every_other_page_has_the_card_of_the_blog(tmp_path: Path) -> None:
    _, site = essay(tmp_path)
    said = [metas((site / name / "index.html").read_text("utf-8"))["og:image"] for name in ("", "archive", "tags")]
    assert len(set(said)) == 1
    assert (site / said[0].removeprefix("http://localhost:8000/")).exists()


@pytest.mark.parametrize("title", ["Łódź", "雨", "Ελλάς"])
def test_a_title_in_letters_that_the_type_lacks_is_not_drawn_as_boxes(title: str) -> None:
    assert not drawing.can_say(Words(title, "", ""))
    assert drawing.can_say(Words("Façade – “naïve” … Œuvre €", "", ""))


@pytest.mark.parametrize("title", ["A", "Word " * 200, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 3])
def test_no_title_runs_off_its_card(tmp_path: Path, title: str) -> None:
    with Image.open(drawing.drawn(Words(title, "Rapport", "Ana"), tmp_path)) as image:
        drawn = image.convert("RGB")
        paper = drawn.getpixel((5, 300))
        margin = drawing.SIZE[0] - 60
        assert {drawn.getpixel((x, y)) for x in range(margin, drawing.SIZE[0], 3) for y in range(20, 630, 3)} == {paper}


def test_a_card_is_drawn_once_and_the_same_from_the_same_words(tmp_path: Path) -> None:
    words = Words("The week after", "Rapport", "Ana")
    first = drawing.drawn(words, tmp_path / "one")
    stamp = first.stat().st_mtime_ns
    assert drawing.drawn(words, tmp_path / "one").stat().st_mtime_ns == stamp
    assert drawing.drawn(words, tmp_path / "two").read_bytes() == first.read_bytes()
    assert drawing.name(words) != drawing.name(Words("The week after", "Rapport", "Ben"))
