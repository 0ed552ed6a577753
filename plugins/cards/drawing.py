"""Draws a card: a title in the reading serif, who says it and where in the sans, on the paper of the blog.

The type is read from the very files that readers get; Pillow's packages can. A card is kept by what it says.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SIZE = (1200, 630)  # pixels; what Open Graph's readers show whole
# Beside the other caches of this folder; `make clean` removes it, and the next build draws again.
KEPT = Path(__file__).resolve().parents[2] / ".cache" / "cards"
_FONTS = Path(__file__).resolve().parents[2] / "theme" / "static" / "fonts"
_VERSION = "1"  # told apart from what was drawn by another version of this module

# The colors of the light scheme (theme/static/css/main.css).
_PAPER, _INK, _QUIET, _ACCENT = (250, 248, 242), (29, 27, 23), (99, 93, 82), (29, 75, 120)
_SHADES = 16  # from paper to ink, and as many from paper to the quiet color
_MARGIN, _TOP, _FOOT = 96, 92, 538
_TITLE_SIZES = (88, 76, 66, 57, 50)
_MOST_LINES = 4
_LEADING = 1.13


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says: its title, and under it two short lines, each of which may be empty."""

    title: str
    line: str
    by: str


def name(words: Words) -> str:
    """The name of its file, by what it says and by how it is drawn."""
    said = repr((_VERSION, _type(), words.title, words.line, words.by))
    return f"{hashlib.sha256(said.encode()).hexdigest()[:20]}.png"


def can_say(words: Words) -> bool:
    """Whether the type has every letter."""
    return all(_has("newsreader", letter) for letter in set(words.title)) and all(
        _has("hanken-grotesk", letter) for letter in set(words.line + words.by)
    )


def drawn(words: Words, kept: Path = KEPT) -> Path:
    """The file of a card, drawn unless it was drawn before."""
    file = kept / name(words)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f".{file.name}.{os.getpid()}")
        _draw(words, aside)
        aside.replace(file)
    return file


def _draw(words: Words, file: Path) -> None:
    """Few colors, so that a card weighs 10 to 20 kB: two ramps from the paper, and one more for the accent."""
    from PIL import Image, ImageChops, ImageDraw

    ink, quiet = Image.new("L", SIZE), Image.new("L", SIZE)
    pen = ImageDraw.Draw(ink)
    font, lines = _set(words.title)
    # From the top of the page, as a title stands.
    for number, line in enumerate(lines):
        pen.text((_MARGIN, _TOP + number * font.size * _LEADING), line, font=font, fill=255, anchor="la")
    small = _font("hanken-grotesk", 34, 400)
    pen = ImageDraw.Draw(quiet)
    if words.by:
        _line(ink, words.by, _font("hanken-grotesk", 34, 600), _FOOT - (48 if words.line else 0))
    _line(quiet, words.line, small, _FOOT)
    image = ImageChops.add(
        ink.point(lambda value: value >> 4), quiet.point(lambda value: (value >> 4) and (value >> 4) + _SHADES)
    )
    accent = 2 * _SHADES
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 13), fill=accent)
    palette = [*_ramp(_INK), *_ramp(_QUIET), *_ACCENT]
    image.putpalette(palette)
    image.save(file, "PNG", compress_level=6)


def _line(image: object, text: str, font: "FreeTypeFont", baseline: int) -> None:
    from PIL import Image, ImageDraw

    ImageDraw.Draw(cast("Image.Image", image)).text(
        (_MARGIN, baseline), _cut(text, font), font=font, fill=255, anchor="ls"
    )


def _ramp(color: tuple[int, int, int]) -> list[int]:
    steps = _SHADES - 1
    return [
        round(paper + (other - paper) * step / steps)
        for step in range(_SHADES)
        for paper, other in zip(_PAPER, color, strict=True)
    ]


def _set(title: str) -> tuple["FreeTypeFont", list[str]]:
    """The largest size at which a title fits, and its lines; one that is too long at any size is cut."""
    for size in _TITLE_SIZES:
        font = _font("newsreader", size, 500)
        lines = _wrapped(title, font)
        if len(lines) <= _MOST_LINES and all(font.getlength(line) <= _width() for line in lines):
            return font, lines
    kept = lines[:_MOST_LINES]
    kept[-1] = _cut(f"{kept[-1]} …" if len(lines) > _MOST_LINES else kept[-1], font)
    return font, [_cut(line, font) for line in kept]


def _wrapped(text: str, font: "FreeTypeFont") -> list[str]:
    """Lines of even length rather than full ones with a lonely last word."""
    lines = _filled(text, font, _width())
    if len(lines) > 1:
        low, high = font.getlength(text) / len(lines), float(_width())
        for _ in range(6):
            middle = (low + high) / 2
            low, high = (low, middle) if len(_filled(text, font, middle)) == len(lines) else (middle, high)
        lines = _filled(text, font, high)
    return lines


def _filled(text: str, font: "FreeTypeFont", width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(text: str, font: "FreeTypeFont") -> str:
    if font.getlength(text) <= _width():
        return text
    while text and font.getlength(f"{text}…") > _width():
        text = text[:-1].rstrip()
    return f"{text}…"


def _width() -> int:
    return SIZE[0] - 2 * _MARGIN


@lru_cache
def _font(name_: str, size: int, weight: int) -> "FreeTypeFont":
    from PIL import ImageFont

    # The plain way of setting type: what a system's own library would do with it differs from place to place.
    font = ImageFont.truetype(_FONTS / f"{name_}.woff2", size, layout_engine=ImageFont.Layout.BASIC)
    axes: list[float] = [weight, 48] if name_ == "newsreader" else [weight]
    font.set_variation_by_axes(axes)
    return font


@lru_cache
def _has(name_: str, letter: str) -> bool:
    """Whether a face has a letter: one that it lacks is drawn as the same box as a letter that nobody has."""
    font = _font(name_, 48, 400)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


@lru_cache
def _type() -> str:
    """A digest of the two faces."""
    return hashlib.sha256(
        b"".join((_FONTS / f"{face}.woff2").read_bytes() for face in ("newsreader", "hanken-grotesk"))
    ).hexdigest()
