"""Placing: a file that is kept stands in a build as well, as a second name for the same bytes.

Whoever changes a file of a build replaces it therefore, and never writes into it (comments_service/publishing/files).
Paths are text here where there are thousands of them.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Thread


def place(kept: str | os.PathLike[str], at: str | os.PathLike[str]) -> None:
    """Let a kept file stand `at` a place, instead of what stands there; it is copied where it can't have two names."""
    try:
        os.link(kept, at)
    except FileExistsError:
        Path(at).unlink()
        place(kept, at)
    except OSError:
        shutil.copyfile(kept, at)


def folders_of(files: Iterable[str]) -> list[str]:
    """All folders of a site in which these of its files lie, each after the one that it lies in."""
    found: set[str] = set()
    for file in files:
        folder = os.path.dirname(file)  # noqa: PTH120
        while folder and folder not in found:
            found.add(folder)
            folder = os.path.dirname(folder)  # noqa: PTH120
    return sorted(found)


def make_folders(at: Path, folders: Sequence[str]) -> None:
    """Make folders below a place, as `folders_of` tells them."""
    for folder in folders:
        with contextlib.suppress(FileExistsError):
            os.mkdir(f"{at}/{folder}")  # noqa: PTH102


def drop_empty(at: Path, folders: Sequence[str]) -> None:
    """Take those of these folders away that nothing lies in."""
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            os.rmdir(f"{at}/{folder}")  # noqa: PTH106


def place_all(kept: Path, at: Path) -> None:
    """Let a kept folder stand at a place, with all that is in it; the place is an empty folder, or none.

    Raises OSError where it can't be done in full.
    """
    for folder, _, files in os.walk(kept, onerror=_fail):
        there = f"{at}{folder.removeprefix(str(kept))}"
        Path(there).mkdir(exist_ok=True)
        for name in files:
            place(f"{folder}/{name}", f"{there}/{name}")


def remove(kept: Path) -> None:
    """Take a kept folder away at once, so that whoever places it just now fails, and misses no file unawares.

    Its files go while other things are done; a program ends when they are gone.
    """
    aside = kept.with_name(f".{kept.name}.{os.getpid()}.{time.monotonic_ns()}")
    with contextlib.suppress(OSError):
        kept.rename(aside)
        Thread(target=shutil.rmtree, args=(aside,), kwargs={"ignore_errors": True}).start()


def by_use(kept: Iterable[Path]) -> list[Path]:
    """Kept folders, the one that was used last first; one that somebody else takes away meanwhile may be left out."""
    found = []
    for path in kept:
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def _fail(error: OSError) -> None:
    raise error
