"""What can be said of a text by itself is kept, so that only texts that changed are looked at again.

It is kept by the digest of the file's path and words, in one file for everything else that such a rule may look at: the
settings, the blog's own words, the day, the engine and the versions of all packages. Whatever depends on other texts or
on files (whether a link leads somewhere) is found out afresh each time.
"""

import contextlib
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from authoring import kept_builds
from comments_service import ids
from comments_service.settings import ROOT, Settings
from plugins.placing import by_use

# Beside the other caches; `make clean` removes it, and the next check looks at everything.
KEPT = ROOT / ".cache" / "checked"
# The blog's own words, which are never misspelt.
WORDS = "words.txt"
# That of the day, of `make check`, `make serve` and `make publish`.
_MOST = 4


class Memory:
    """What is known of texts, by the digests of their paths and words, and the file in which it is kept."""

    def __init__(self, file: Path, known: dict[str, dict[str, Any]]) -> None:
        self._file = file
        self._known = known
        self._used: dict[str, dict[str, Any]] = {}

    def of(self, path: Path, words: str) -> dict[str, Any]:
        """What is known of a text; what is found out of it is to be added to it."""
        digest = hashlib.sha256(f"{path}\n{words}".encode()).hexdigest()
        return self._used.setdefault(digest, self._known.get(digest, {}))

    def keep(self) -> None:
        """Keep what was used, and nothing else. On a disk that is full or read-only nothing is kept."""
        aside = self._file.with_name(f".{ids.new_id()}")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(self._used), "utf-8")
            aside.replace(self._file)
            for file in by_use(self._file.parent.iterdir())[_MOST:]:
                file.unlink(missing_ok=True)


def read(settings: Settings, content: Path, day: date, *, fresh: bool = False) -> Memory:
    """What is known of the texts of a blog on a day; nothing where it is to be found out `fresh`."""
    words = content / WORDS
    made_with = kept_builds.made_with(settings, ""), str(content), day, words.read_bytes() if words.is_file() else None
    file = KEPT / f"{hashlib.sha256(repr(made_with).encode()).hexdigest()[:24]}.json"
    known: Any = {}
    if not fresh:
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(file.read_text("utf-8"))
    return Memory(file, known if isinstance(known, dict) else {})
