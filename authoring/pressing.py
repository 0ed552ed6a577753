"""Pressing: a `.gz` beside each page and asset of a build, and a `.br` where the program `brotli` is installed.

What did not change since the version before is taken over from there, by a link to the same file.
"""

import shutil
import subprocess
from pathlib import Path

from authoring.building import BuildError
from comments_service.publishing import pressed

# What is not pressed already by its own format, and is not so small that it fits into one packet anyway.
_KINDS = {".atom", ".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest", ".xml"}
_LEAST = 1000  # bytes
_BROTLI = ("brotli", "--quality=9", "--force", "--keep", "--")
_AT_ONCE = 200


def press(site: Path, before: Path | None) -> int:
    """Press what is worth it in a build that nobody reads yet; returns how many files that were."""
    suffixes = pressed.SUFFIXES if shutil.which(_BROTLI[0]) else (pressed.GZIP,)
    done, by_brotli = 0, []
    for path in sorted(site.rglob("*")):
        if path.suffix not in _KINDS or path.name.startswith(".") or not path.is_file():
            continue
        data = path.read_bytes()
        if len(data) < _LEAST:
            continue
        done += 1
        same = before / path.relative_to(site) if before else path
        lacking = {suffix for suffix in suffixes if not _taken_over(path, data, same, suffix)}
        if pressed.GZIP in lacking:
            pressed.sibling(path).write_bytes(pressed.gzipped(data))
        if pressed.BROTLI in lacking:
            by_brotli.append(path)
    for start in range(0, len(by_brotli), _AT_ONCE):
        _by_brotli(by_brotli[start : start + _AT_ONCE])
    return done


def _taken_over(path: Path, data: bytes, same: Path, suffix: str) -> bool:
    """Take over the sibling of `same`, if that file holds the same bytes.

    A splice may write there meanwhile. It takes the sibling away first and brings it last, so whoever has the sibling
    and then still finds the old bytes beside it has the right one.
    """
    own = pressed.sibling(path, suffix)
    try:
        own.hardlink_to(pressed.sibling(same, suffix))
    except OSError:
        return False
    if same.read_bytes() == data:
        return True
    own.unlink()
    return False


def _by_brotli(paths: list[Path]) -> None:
    done = subprocess.run([*_BROTLI, *paths], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"brotli could not press the pages: {done.stderr.strip()}")
