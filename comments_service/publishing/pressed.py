"""Pressed siblings of the site's files, `index.html.gz` and `.br`, which a web server sends as they are."""

import gzip
from pathlib import Path

from comments_service import ids

GZIP, BROTLI = ".gz", ".br"
SUFFIXES = (GZIP, BROTLI)
_LEVEL = 6


def sibling(path: Path, suffix: str = GZIP) -> Path:
    """Where the pressed form of a file lies."""
    return path.with_name(path.name + suffix)


def gzipped(data: bytes) -> bytes:
    """The same bytes for the same bytes, whenever and wherever: no name and no time are in them."""
    return gzip.compress(data, _LEVEL, mtime=0)


def drop(path: Path) -> bool:
    """Take the siblings of a file away before it changes; returns whether it had any.

    What a reader gets then is the file itself, whatever happens next, and never words of before.
    """
    had = False
    for suffix in SUFFIXES:
        try:
            sibling(path, suffix).unlink()
            had = True
        except FileNotFoundError:
            pass
    return had


def renew(path: Path, data: bytes) -> None:
    """Press a file that has changed. Brotli is left to the next build: it takes longer than a splice may."""
    aside = path.with_name(f".{path.name}.{ids.new_id()}{GZIP}")
    try:
        aside.write_bytes(gzipped(data))
        aside.chmod(path.stat().st_mode & 0o777)
        aside.replace(sibling(path))
    finally:
        aside.unlink(missing_ok=True)
