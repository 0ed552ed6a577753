"""Rules about pictures: they are there, from here, light enough for a phone, and said in words."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from authoring.checking import links, markup, pixels
from authoring.checking.reading import Around, Blog, Text

HEAVIEST_KILOBYTES = 500
MOST_PIXELS = 2400  # twice what the widest column shows
LONGEST_ALT = 250

_PHOTOGRAPHS = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff"}
_GPS = 0x8825  # EXIF's tag for the place
_POSITION = {2, 4}  # GPSLatitude, GPSLongitude

_STATIC = re.compile(r"[{|](?:static|attach|filename)[}|](?P<rest>.*)")
_EMPTY_WORDS = re.compile(
    r"(?:an? )?(?:image|picture|photo|figure|graphic|img|dsc|screenshot)[\s_-]*\d*", re.IGNORECASE
)
_FILE_NAME = re.compile(r"\S+\.(?:png|gif|jpe?g|webp|avif|svg)", re.IGNORECASE)


def missing_pictures(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """A picture that is not in the content folder, that can't be read, or that another site would be asked for."""
    for line, target, path in _pictures(blog, text):
        if path is None:
            yield line, f"There is no picture at {target}: pictures stand in content/images/, as /images/…."
        elif not path.is_file():
            yield line, f"There is no picture {_shown(blog, path)}."
        else:
            try:
                pixels.size(path)
            except ValueError as wrong:
                yield line, f"{_shown(blog, path)} can’t be shown: {wrong}."
    for link in links.elsewhere(blog, text):
        if link.is_image:
            yield (
                text.line_at(link.at),
                f"{link.target} would be fetched from another site by every reader. Keep a copy in content/images/.",
            )


def big_pictures(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """A picture that a reader in a train would have to wait for."""
    for line, _, path in _pictures(blog, text):
        if path is None or not path.is_file():
            continue
        kilobytes = path.stat().st_size // 1000
        if kilobytes > HEAVIEST_KILOBYTES:
            yield line, f"{_shown(blog, path)} has {kilobytes:,} kB; more than {HEAVIEST_KILOBYTES} make readers wait."
        try:
            size = pixels.size(path)
        except ValueError:
            continue
        if size and max(size) > MOST_PIXELS:
            yield (
                line,
                f"{_shown(blog, path)} is {size[0]:,} × {size[1]:,} pixels; no page shows more than {MOST_PIXELS:,}.",
            )


def telling_pictures(blog: Blog, text: Text) -> Iterator[tuple[int, str]]:
    """A picture in whose file a camera wrote the place where it was taken: the file is published as it is."""
    for line, _, path in _pictures(blog, text):
        if path is not None and path.is_file() and _tells_its_place(path):
            words = f"{_shown(blog, path)} tells everybody where it was taken. Export it without its location, or say"
            yield line, f"{words} exiftool -gps:all= -xmp-exif:gps*= {path.name}."


def _tells_its_place(path: Path) -> bool:
    """Whether EXIF (CIPA DC-008, the GPS IFD) or XMP (its `exif:GPS…`) hold a position."""
    if path.suffix.lower() not in _PHOTOGRAPHS:
        return False
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            known = set(image.getexif().get_ifd(_GPS)) & _POSITION
            xmp = image.info.get("xmp") or b""
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return False  # what can't be read is another rule's
    return bool(known) or b"exif:GPSL" in (xmp if isinstance(xmp, bytes) else str(xmp).encode())


def unsaid_pictures(_: Around, text: Text) -> Iterator[tuple[int, str]]:
    """Whoever can't see a picture hears its alternative text. Raw HTML may say `alt=""` for mere decoration."""
    for link in text.links:
        if link.is_image and (wrong := _wrong_alt(link)):
            yield text.line_at(link.at), wrong


def _wrong_alt(link: markup.Link) -> str | None:
    words = None if link.words is None else " ".join(link.words.split())
    if words is None or (not words and not link.is_raw):
        return f"{link.target} says nothing to whoever can’t see it: ![what is to be seen]({link.target})."
    if words and (_EMPTY_WORDS.fullmatch(words) or _FILE_NAME.fullmatch(words)):
        return f"“{words}” doesn’t say what is to be seen."
    if len(words) > LONGEST_ALT:
        return f"This alternative text has {len(words)} characters; more than {LONGEST_ALT} belong in the text."
    return None


def _pictures(blog: Blog, text: Text) -> Iterator[tuple[int, str, Path | None]]:
    """Each picture that stays within the blog: its line, its target, and its file, if its address may have one."""
    for link in links.within(blog, text):
        if link.is_image:
            yield text.line_at(link.at), link.target, _file(blog, text, link.target)
    if image := text.value("image"):
        yield text.line_of("image"), image, links.static_file(blog, f"/{image.lstrip('/')}")


def _file(blog: Blog, text: Text, target: str) -> Path | None:
    if found := _STATIC.match(target):
        return links.file(blog, text, found["rest"])
    return links.static_file(blog, unquote(urlsplit(urljoin(text.source.address, target)).path))


def _shown(blog: Blog, path: Path) -> str:
    for content in (blog.content, blog.content.resolve()):
        if path.is_relative_to(content):
            return str(path.relative_to(content))
    return str(path)
