"""Pictures: a figure from plain Markdown, a size so that nothing moves, WebP in a few widths, the original kept."""

import io
import re
from pathlib import Path

from PIL import Image

from plugins.pictures import drawing
from tests.plugins.building import build

FRONT = "Title: A\nDate: 2026-01-01\nSlug: a\n\n"


def photo(width: int, height: int, kind: str = "JPEG", **more: object) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, kind, **more)
    return file.getvalue()


def built(folder: Path, text: str, **pictures: bytes) -> tuple[str, Path]:
    """An essay's page, and the site."""
    files = {f"images/{name.replace('_', '.')}": data for name, data in pictures.items()}
    site = build(folder, {"essays/a.md": FRONT + text, **files})
    return (site / "a/index.html").read_text("utf-8"), site


def test_a_picture_alone_in_its_paragraph_is_a_figure_with_its_title_as_caption(tmp_path: Path) -> None:
    page, _ = built(tmp_path, '![The quay](/images/quay.jpg "In *fog*.")', quay_jpg=photo(300, 200))
    assert re.search(r'<figure><picture>.*<img alt="The quay" src="/images/quay.jpg".*</picture>', page)
    assert "<figcaption>In <em>fog</em>.</figcaption></figure>" in page
    assert "title=" not in page.partition("<figure>")[2].partition("</figure>")[0]


def test_a_picture_among_words_stays_there(tmp_path: Path) -> None:
    page, _ = built(tmp_path, "See ![the quay](/images/quay.jpg) there.", quay_jpg=photo(300, 200))
    assert "<figure" not in page
    assert 'width="300" height="200"' in page


def test_a_picture_is_offered_as_webp_in_the_widths_that_screens_have(tmp_path: Path) -> None:
    page, site = built(tmp_path, "![The quay](/images/quay.jpg)", quay_jpg=photo(1000, 500))
    offered = re.findall(r"(/images/made/quay-\w+-(\d+)\.webp) \d+w", page)
    assert [int(width) for _, width in offered] == [480, 840, 1000]
    for address, width in offered:
        with Image.open(site / address.lstrip("/")) as image:
            assert image.format == "WEBP"
            assert image.size == (int(width), int(width) // 2)
    assert (site / "images/quay.jpg").exists()
    assert 'sizes="' in page


def test_only_the_first_picture_is_fetched_at_once(tmp_path: Path) -> None:
    page, _ = built(
        tmp_path,
        "![One](/images/one.jpg)\n\n![Two](/images/two.png)\n",
        one_jpg=photo(90, 60),
        two_png=photo(90, 60, "PNG"),
    )
    one, two = re.findall(r"<img[^>]*>", page)
    assert "loading" not in one
    assert 'loading="lazy"' in two


def test_a_picture_that_lies_on_its_side_is_set_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page, site = built(tmp_path, "![Up](/images/up.jpg)", up_jpg=photo(400, 200, exif=exif))
    assert 'width="200" height="400"' in page
    (webp,) = (site / "images/made").glob("up-*.webp")
    with Image.open(webp) as image:
        assert image.size == (200, 400)
        assert not image.getexif()


def test_what_was_drawn_once_is_not_drawn_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(photo(600, 400))
    first = drawing.drawn(path, tmp_path / "kept")
    assert first
    stamps = {file: file.stat().st_mtime_ns for _, file in first.files.values()}
    again = tmp_path / "the same elsewhere" / "a.jpg"
    again.parent.mkdir()
    again.write_bytes(path.read_bytes())
    assert drawing.drawn(again, tmp_path / "kept") == first
    assert {file: file.stat().st_mtime_ns for file in stamps} == stamps


def test_a_drawing_is_told_its_size_and_nothing_more(tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"></svg>'
    page, site = built(tmp_path, "![A line](/images/line.svg)", line_svg=svg)
    assert '<img alt="A line" src="/images/line.svg" width="40" height="30">' in page
    assert not (site / "images/made").exists()


def test_what_cannot_be_read_and_what_stands_elsewhere_is_left_as_it_is(tmp_path: Path) -> None:
    page, _ = built(tmp_path, "![No](/images/no.jpg) ![Far](https://example.org/a.jpg)", no_jpg=b"no picture")
    assert '<img alt="No" src="/images/no.jpg">' in page
    assert "<picture" not in page


def test_a_wide_figure_says_how_wide_it_is(tmp_path: Path) -> None:
    page, _ = built(tmp_path, "![The quay](/images/quay.jpg){.wide}", quay_jpg=photo(600, 400))
    assert '<figure class="wide">' in page
    assert "966px" in page


def test_a_picture_of_an_earlier_edition_and_of_a_page_has_its_size_too(tmp_path: Path) -> None:
    site = build(
        tmp_path,
        {
            "essays/a.md": f"{FRONT}Text.",
            "editions/a-1.md": "Title: A\nDate: 2025-01-01\nSlug: a-1\nStatus: hidden\nEdition: 1\nEdition_of: a\n\n"
            "![The quay]({static}/images/quay.jpg)",
            "pages/about.md": "Title: About\nSlug: about\n\n![The quay](../images/quay.jpg)",
            "images/quay.jpg": photo(300, 200),
        },
    )
    for name in ("about", "a/editions/1"):
        assert 'width="300" height="200"' in (site / name / "index.html").read_text("utf-8")
