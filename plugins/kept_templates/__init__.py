"""What Jinja made of a template is kept, so that only templates that changed are compiled again.

Jinja itself compares it with what the template says now. It is kept apart for each way in which templates are read.
"""

import contextlib
import hashlib
import os
import shutil
from importlib import metadata
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from pelican import Pelican, signals

from plugins.kept_texts import FRESH
from plugins.placing import by_use

# Beside the other caches; `make clean` removes it, and the next build compiles all templates.
KEPT = Path(__file__).resolve().parents[2] / ".cache" / "templates"
_MOST = 3


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(remember)


def remember(pelican: Pelican) -> None:
    """Let the templates of this build be compiled by what was kept, and kept."""
    how = pelican.settings["JINJA_ENVIRONMENT"]
    if pelican.settings.get(FRESH) or "bytecode_cache" in how:
        return
    read = repr((sorted(how.items(), key=str), pelican.settings["PLUGINS"], metadata.version("jinja2")))
    folder = KEPT / hashlib.sha256(read.encode()).hexdigest()[:24]
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        for other in by_use(KEPT.iterdir())[_MOST:]:
            shutil.rmtree(other)  # here and now: processes that read texts begin as copies of this one, without threads
        pelican.settings["JINJA_ENVIRONMENT"] = how | {"bytecode_cache": _Kept(str(folder))}


class _Kept(FileSystemBytecodeCache):
    """Jinja's cache on a disk; what can't be kept, on one that is full or read-only, can still be used."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)
