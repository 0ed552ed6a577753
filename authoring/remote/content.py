"""What of `content/` travels, and the fingerprint by which two folders are known to hold the same words."""

import fnmatch
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

# Whatever begins with a dot belongs to the machine or to git, and editors leave copies behind.
_STAYS = (".*", "*~", "#*#", "__pycache__")
# The stamp is kept, so that what did not change is not built anew; what a link leads to goes in its place.
RSYNC = (
    "--recursive", "--copy-links", "--times", "--chmod=D755,F644", "--checksum", "--compress", "--delete",
    "--delete-excluded", "--prune-empty-dirs", *(f"--exclude={pattern}" for pattern in _STAYS),
)  # fmt: skip
# The same between two folders here, where what does not travel is not taken away either.
RSYNC_HERE = tuple(option for option in RSYNC if option not in {"--delete-excluded", "--compress"})


def fingerprint(folder: Path) -> str:
    """A SHA-256 over the names and the bytes of all files that travel; the same on every machine."""
    digest = hashlib.sha256()
    for path in sorted(_files(folder), key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix().encode()
        held = hashlib.sha256(path.read_bytes()).digest()
        digest.update(len(name).to_bytes(4, "big") + name + held)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if _travels(name)]
        for name in names:
            path = Path(place) / name
            if _travels(name) and path.is_file():
                yield path


def _travels(name: str) -> bool:
    return not any(fnmatch.fnmatchcase(name, pattern) for pattern in _STAYS)
