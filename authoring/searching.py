"""The index of the search: made by Pagefind from the finished pages of a build, read by `/search/` without a server.

It holds the essays and nothing that a reader wrote: whatever is taken back has to be gone everywhere, at once. Pages
say so themselves, by `data-pagefind-body` (theme/templates/article.html).
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from authoring.building import BuildError
from authoring.kept_builds import Key
from comments_service import ids
from comments_service.publishing import files, islands
from comments_service.settings import ROOT
from plugins.placing import by_use, place_all, remove

# Pages that are indexed say so.
_MARK = b"data-pagefind-body"
# Below the site; its files are named after what they hold, so that a reader's browser may keep them.
FOLDER = "pagefind"
# Pagefind brings several surfaces of its own, of which the search page uses none.
_UNUSED = "pagefind-*ui*", "pagefind-highlight.js"
_PATIENCE_SECONDS = 600
# Beside the other caches; `make clean` removes it.
KEPT = ROOT / ".cache" / "search"
_MOST_KEPT = 3


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of the index: how many essays it holds, or a sentence that says why there is none."""

    essays: int
    lack: str = ""


def index(site: Path, *, of: Key | None = None, fresh: bool = False, kept: Path = KEPT) -> Indexed:
    """Make the index of a build that nobody reads yet. Where Pagefind can't be had, the search page says so itself.

    Its pages may be baked meanwhile: what is indexed stays as it is. `of` says of what that build is made, if anybody
    knows; of the same, the more essays are made the more of them are due. The index of the same pages, whatever readers
    said on them since, is kept and used again unless `fresh`.

    Raises BuildError when Pagefind fails, or when it left out an essay.
    """
    if importlib.util.find_spec("pagefind_bin") is None:
        return Indexed(0, "There is no search: Pagefind has no program for this kind of machine.")
    from pagefind_bin import get_executable

    shutil.rmtree(site / FOLDER, ignore_errors=True)
    indexed = [page for page in sorted(site.rglob("*.html")) if _MARK in page.read_bytes()]
    if not indexed:
        return Indexed(0)
    wanted, known = len(indexed), kept / (f"{of.name}-{len(indexed)}" if of else _digest(site, indexed))
    if not fresh and _brought(known, site / FOLDER):
        return Indexed(wanted)
    done = subprocess.run(
        [get_executable(), "--silent", "--site", site, "--output-path", site / FOLDER],
        cwd=site, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise BuildError(f"The index of the search could not be made: {done.stderr.strip() or done.stdout.strip()}")
    for pattern in _UNUSED:
        for path in (site / FOLDER).glob(pattern):
            path.unlink()
    held = sum(1 for _ in (site / FOLDER / "fragment").glob("*.pf_fragment"))
    if held != wanted:
        raise BuildError(f"The index of the search holds {held} essays of {wanted}.")
    _keep(site / FOLDER, known)
    return Indexed(held)


def _digest(site: Path, indexed: Sequence[Path]) -> str:
    """A digest of the pages that are indexed, without their islands, in which only readers speak."""
    digest = hashlib.sha256(metadata.version("pagefind_bin").encode())
    for page in indexed:
        bare = islands.fill(files.read(page), lambda _: "")
        digest.update(f"{page.relative_to(site)}\n{len(bare)}\n{bare}".encode())
    return digest.hexdigest()[:32]


def _brought(index: Path, place: Path) -> bool:
    try:
        place_all(index, place)
        os.utime(index)
    except OSError:
        shutil.rmtree(place, ignore_errors=True)
        return False
    return True


def _keep(index: Path, place: Path) -> None:
    """Keep an index, at once or not at all; those that were not used for longest go."""
    aside = place.with_name(f".{ids.new_id()}")
    with contextlib.suppress(OSError):
        aside.parent.mkdir(parents=True, exist_ok=True)
        place_all(index, aside)
        remove(place)
        aside.rename(place)
        for folder in by_use(place.parent.iterdir())[_MOST_KEPT:]:
            remove(folder)
    shutil.rmtree(aside, ignore_errors=True)
