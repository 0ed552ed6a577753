"""Placing: a file that is kept stands in a build as well, as a second name for the same bytes.

Whoever changes a file of a build replaces it therefore, and never writes into it (comments_service/publishing/files).
"""

import os
import shutil
from pathlib import Path


def place(kept: str | os.PathLike[str], at: str | os.PathLike[str]) -> None:
    """Let a kept file stand `at` a place, instead of what stands there; it is copied where it can't have two names."""
    try:
        os.link(kept, at)
    except FileExistsError:
        Path(at).unlink()
        place(kept, at)
    except OSError:
        shutil.copyfile(kept, at)


def place_all(kept: Path, at: Path) -> None:
    """Let a kept folder stand at a place, with all that is in it; the place is an empty folder, or none.

    Raises OSError where it can't be done in full.
    """
    for folder, _, files in os.walk(kept, onerror=_fail):
        there = f"{at}{folder.removeprefix(str(kept))}"
        Path(there).mkdir(exist_ok=True)
        for name in files:
            place(f"{folder}/{name}", f"{there}/{name}")


def _fail(error: OSError) -> None:
    raise error
