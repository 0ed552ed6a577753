"""The index of the search: made by Pagefind from the finished pages of a build, read by `/search/` without a server.

It holds the essays and nothing that a reader wrote: whatever is taken back has to be gone everywhere, at once. Pages
say so themselves, by `data-pagefind-body` (theme/templates/article.html).
"""

import importlib.util
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from authoring.building import BuildError

# Below the site; its files are named after what they hold, so that a reader's browser may keep them.
FOLDER = "pagefind"
# Pagefind brings several surfaces of its own, of which the search page uses none.
_UNUSED = "pagefind-*ui*", "pagefind-highlight.js"
_PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of the index: how many essays it holds, or a sentence that says why there is none."""

    essays: int
    lack: str = ""


def index(site: Path) -> Indexed:
    """Make the index of a build that nobody reads yet. Where Pagefind can't be had, the search page says so itself.

    Raises BuildError when Pagefind fails, or when it left out an essay.
    """
    if importlib.util.find_spec("pagefind_bin") is None:
        return Indexed(0, "There is no search: Pagefind has no program for this kind of machine.")
    from pagefind_bin import get_executable

    shutil.rmtree(site / FOLDER, ignore_errors=True)
    wanted = sum("data-pagefind-body" in page.read_text("utf-8") for page in site.rglob("*.html"))
    if not wanted:
        return Indexed(0)
    done = subprocess.run(
        [get_executable(), "--silent", "--site", site, "--output-subdir", FOLDER],
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
    return Indexed(held)
