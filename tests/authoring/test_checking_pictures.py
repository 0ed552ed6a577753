"""`make check` on pictures: they are there, from here, light, and said in words."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from authoring.checking import pixels
from comments_service.settings import Settings
from tests.authoring.conftest import essay
from tests.authoring.proofs import found, page

QUAY = "A quay in fog"
ELSEWHERE = "would be fetched from another site by every reader. Keep a copy in content/images/."
TOO_LONG = "This alternative text has 251 characters; more than 250 belong in the text."
UNSAID = "/images/a.png says nothing to whoever can’t see it: ![what is to be seen](/images/a.png)."


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def jpeg(width: int, height: int) -> bytes:
    camera = b"\xff\xe1" + struct.pack(">H", 2 + 500) + b"\xff\xc0" * 250
    return b"\xff\xd8" + camera + b"\xff\xc2" + struct.pack(">HBHH", 17, 8, height, width) + bytes(10)


def webp(kind: bytes, inside: bytes) -> bytes:
    return b"RIFF" + bytes(4) + b"WEBP" + kind + bytes(4) + inside


PICTURES = {
    "a.png": png(640, 480),
    "a.gif": b"GIF89a" + struct.pack("<HH", 640, 480),
    "a.jpg": jpeg(640, 480),
    "a.JPEG": jpeg(640, 480),
    "lossy.webp": webp(b"VP8 ", b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 480)),
    "lossless.webp": webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)),
    "extended.webp": webp(b"VP8X", bytes(4) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")),
}


@pytest.fixture
def images(content: Path) -> Path:
    """The folder of pictures, with one of each kind."""
    folder = content / "images"
    folder.mkdir()
    for name, head in PICTURES.items():
        (folder / name).write_bytes(head)
    (folder / "quay.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return folder


@pytest.mark.parametrize("name", PICTURES)
def test_the_size_of_a_picture_stands_in_its_head(images: Path, name: str) -> None:
    assert pixels.size(images / name) == (640, 480)


def test_a_drawing_has_no_pixels(images: Path) -> None:
    assert pixels.size(images / "quay.svg") is None


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("head", [b"", b"<html>Not found</html>", b"\xff\xd8", b"\xff\xd8\xff", b"RIFF1234WEBPVP9 "])
def test_a_file_that_is_no_picture_is_told(here: Settings, content: Path, images: Path, name: str, head: bytes) -> None:
    (images / name).write_bytes(head)
    essay(content, "one", f"![{QUAY}](/images/{name})")
    (said,) = found(here, content, "image")
    assert said.startswith(f"essays/one.md:7: images/{name} can’t be shown: it")


@pytest.mark.parametrize(
    "words",
    [
        f"![{QUAY}](/images/a.png)", f"![{QUAY}]({{static}}/images/a.png)",
        f"![{QUAY}]({{static}}../images/a.png 'Title')",
        f"![{QUAY}][one]\n\n[one]: /images/a.png", f"<img src='/images/quay.svg' alt='{QUAY}'>",
        f"![{QUAY}](http://localhost:8000/images/a.png)", f"![{QUAY}](../images/a.png)",
    ],
)  # fmt: skip
def test_a_picture_that_is_there_passes(here: Settings, content: Path, images: Path, words: str) -> None:
    essay(content, "one", words)
    assert [found(here, content, rule) for rule in ("image", "image-alt", "image-size", "link")] == [[], [], [], []]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (f"![{QUAY}](/images/b.png)", "There is no picture images/b.png."),
        (f"![{QUAY}]({{static}}/images/b.png)", "There is no picture images/b.png."),
        (f"![{QUAY}](b.png)", "There is no picture at b.png: pictures stand in content/images/, as /images/…."),
        (f"<img alt='{QUAY}' src=/images/b.png>", "There is no picture images/b.png."),
        (
            f"![{QUAY}](https://example.org/b.png)",
            f"https://example.org/b.png {ELSEWHERE}",
        ),
    ],
)
def test_a_picture_that_is_not_there_is_told(
    here: Settings, content: Path, images: Path, words: str, sentence: str
) -> None:
    essay(content, "one", f"Words.\n\n{words}")
    assert found(here, content, "image") == [f"essays/one.md:9: {sentence}"]


@pytest.mark.parametrize("value", ["images/a.png", "/images/a.png"])
def test_the_picture_for_previews_is_looked_for(here: Settings, content: Path, images: Path, value: str) -> None:
    essay(content, "one", Image=value)
    essay(content, "two", Image=value.replace("a.png", "b.png"))
    assert found(here, content, "image") == ["essays/two.md:6: There is no picture images/b.png."]


def test_a_heavy_or_wide_picture_is_told(here: Settings, content: Path, images: Path) -> None:
    (images / "a.png").write_bytes(png(2401, 10))
    (images / "a.jpg").write_bytes(jpeg(2400, 2400) + bytes(501_000))
    essay(content, "one", f"![{QUAY}](/images/a.png)\n\n![{QUAY}](/images/a.jpg)")
    assert found(here, content, "image-size") == [
        "essays/one.md:7: images/a.png is 2,401 × 10 pixels; no page shows more than 2,400.",
        "essays/one.md:9: images/a.jpg has 501 kB; more than 500 make readers wait.",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("![](/images/a.png)", UNSAID),
        ("<img src='/images/a.png'>", UNSAID),
        ("![image](/images/a.png)", "“image” doesn’t say what is to be seen."),
        ("![IMG_2034](/images/a.png)", "“IMG_2034” doesn’t say what is to be seen."),
        ("![quay-2.jpg](/images/a.png)", "“quay-2.jpg” doesn’t say what is to be seen."),
        (f"![{'x' * 251}](/images/a.png)", TOO_LONG),
        ("<img src='/images/a.png' alt=''>", None),
        ("![Image of the quay](/images/a.png)", None),
    ],
)  # fmt: skip
def test_a_picture_that_is_said_badly_is_told(
    here: Settings, content: Path, images: Path, words: str, sentence: str | None
) -> None:
    page(content, "essays/one.md", f"Title: One\nDate: 2026-01-02\n\n{words}\n")
    assert found(here, content, "image-alt") == ([f"essays/one.md:4: {sentence}"] if sentence else [])


def _photograph(path: Path, *, place: bool, xmp: bytes = b"") -> None:
    picture = Image.new("RGB", (64, 48), "gray")
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 8.0, 30.0), 3: "W", 4: (8.0, 36.0, 45.0)})
    picture.save(path, exif=exif, xmp=xmp)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_a_picture_that_tells_where_it_was_taken_fails(here: Settings, content: Path, name: str) -> None:
    (content / "images").mkdir()
    _photograph(content / "images" / name, place=True)
    _photograph(content / "images" / f"without-{name}", place=False)
    essay(content, "one", f"![{QUAY}](/images/{name})\n\n![{QUAY}](/images/without-{name})")
    (said,) = found(here, content, "image-place")
    assert f"images/{name} tells everybody where it was taken." in said


def test_a_place_in_xmp_is_found_too(here: Settings, content: Path) -> None:
    (content / "images").mkdir()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d exif:GPSLatitude="41,8.5N"/></x:xmpmeta>'
    _photograph(content / "images" / "a.jpg", place=False, xmp=xmp)
    essay(content, "one", f"![{QUAY}](/images/a.jpg)")
    assert len(found(here, content, "image-place")) == 1
