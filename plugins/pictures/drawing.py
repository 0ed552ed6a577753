"""Draws a picture anew, smaller and as WebP, once for each original, and tells how large the original is."""

import hashlib
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

# Beside the other caches of this folder; `make clean` removes it, and the next build draws again.
KEPT = Path(__file__).resolve().parents[2] / ".cache" / "pictures"
# In pixels: phones, and the measure on screens of one, one and a half and two dots a pixel; the last for wide figures.
WIDTHS = (480, 840, 1120, 1680)
_QUALITY = 80
# Told apart from what was drawn by another version of this module.
_VERSION = "1"
_DRAWN_FROM = {".jpg", ".jpeg", ".png", ".webp"}
_LENGTH = re.compile(r"\s(?P<name>width|height|viewBox)\s*=\s*[\"'](?P<value>[^\"']+)[\"']")
# What would need escaping in a `srcset`.
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
_HEAD = re.compile(r"<svg\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture: its size in pixels, and what was drawn of it: by width in pixels, a name and the file that is kept."""

    width: int
    height: int
    files: dict[int, tuple[str, Path]] = field(default_factory=dict)


def drawn(path: Path, kept: Path = KEPT) -> Drawn | None:
    """What there is of a picture; None if it can't be read, or has no size. What moves is not drawn anew."""
    stamp = path.stat()
    return _drawn(path, kept, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4096)
def _drawn(path: Path, kept: Path, _changed: int, _size: int) -> Drawn | None:
    if path.suffix.lower() == ".svg":
        return _of_svg(path)
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            width, height = image.size
            if image.getexif().get(0x0112, 1) >= 5:  # noqa: PLR2004 -- EXIF: from there on it lies on its side
                width, height = height, width
            if path.suffix.lower() not in _DRAWN_FROM or getattr(image, "n_frames", 1) > 1:
                return Drawn(width, height)
            name = (
                f"{_ODD.sub('-', path.stem)}-{hashlib.sha256(path.read_bytes() + _VERSION.encode()).hexdigest()[:12]}"
            )
            wanted = {one for one in WIDTHS if one < width} | ({width} if width <= WIDTHS[-1] else set())
            files = {one: (f"{name}-{one}.webp", kept / f"{name}-{one}.webp") for one in sorted(wanted)}
            if missing := [one for one, (_, file) in files.items() if not file.exists()]:
                whole = ImageOps.exif_transpose(image)
                whole = whole.convert("RGBA" if whole.has_transparency_data else "RGB")
                for one in missing:
                    _keep(
                        whole.resize((one, max(1, round(height * one / width))), Image.Resampling.LANCZOS),
                        files[one][1],
                    )
            return Drawn(width, height, files)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None


def _keep(image: "Image.Image", file: Path) -> None:
    """Write by rename: two builds may draw the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    image.save(aside, "WEBP", quality=_QUALITY, method=4)
    aside.replace(file)


def _of_svg(path: Path) -> Drawn | None:
    """The size that a drawing gives itself, in its own units."""
    head = _HEAD.search(path.read_text("utf-8", errors="replace"))
    said = {found["name"]: found["value"] for found in _LENGTH.finditer(head[0])} if head else {}
    try:
        _, _, *box = (float(number) for number in said.get("viewBox", "0 0 0 0").replace(",", " ").split())
        width, height = (
            round(float(said.get(name, "").removesuffix("px") or side))
            for name, side in zip(("width", "height"), box, strict=True)
        )
    except ValueError:
        return None
    return Drawn(width, height) if width > 0 and height > 0 else None
