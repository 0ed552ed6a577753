"""Builds are kept before they are baked, so that one of which nothing changed need not be made again.

A build is known by a digest of everything that it is made of: every file of the content, of the theme, of the plugins
and of the engine, the settings, the time zone, the versions of all packages; and it counts until the next date that
would change it (a scheduled text, a new month). What readers said is baked in afresh each time, whatever is kept.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from authoring import children
from comments_service import ids
from comments_service.publishing import Page
from comments_service.settings import ROOT, Settings

# Beside the other caches; `make clean` removes it, and the next build makes everything.
KEPT = ROOT / ".cache" / "builds"
# The one that readers see and that of `make serve`, and one more to go back to.
_MOST = 3
_ENGINE = ("authoring", "comments_service", "plugins", "theme")
_SITE, _TOLD = "site", "told.json"
# What a process finds around it and Python or Pelican heed, beside our own settings.
_AROUND = ("TZ", "LANG", "LC_ALL", "LC_TIME", "PYTHONPATH", "SOURCE_DATE_EPOCH")


@dataclass(frozen=True, slots=True)
class Unbaked:
    """What is to be known of a build beside its files: its essays, what Pelican found odd, until when it counts."""

    essays: tuple[Page, ...]
    warnings: tuple[str, ...]
    until: str


def key(settings: Settings, config: str, content: Path) -> str:
    """A digest of everything that a build is made of."""
    around = {name: value for name, value in children.environment(settings).items() if name.startswith("RAPPORT_")}
    around |= {name: os.environ.get(name, "") for name in _AROUND}
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    digest = hashlib.sha256(repr((sorted(around.items()), config, str(content), sys.version, packages)).encode())
    for file in (
        *sorted(ROOT.glob("*conf.py")),
        *_files(content),
        *(f for name in _ENGINE for f in _files(ROOT / name)),
    ):
        digest.update(f"\n{file}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:32]


def bring(known: str, stage: Path, kept: Path = KEPT) -> Unbaked | None:
    """Put a kept build into the empty folder `stage`; None where there is none that counts, and `stage` is empty."""
    folder = kept / known
    try:
        told = json.loads((folder / _TOLD).read_text("utf-8"))
        unbaked = Unbaked(tuple(Page(**page) for page in told["essays"]), tuple(told["warnings"]), str(told["until"]))
        if not told["since"] <= ids.now() < unbaked.until:
            return None
        shutil.copytree(folder / _SITE, stage, dirs_exist_ok=True, copy_function=shutil.copyfile)
        os.utime(folder)
    except (OSError, ValueError, TypeError, KeyError):
        # It is half gone, or was made otherwise: whatever came of it is no build.
        shutil.rmtree(folder, ignore_errors=True)
        for path in stage.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return None
    return unbaked


def keep(known: str, stage: Path, unbaked: Unbaked, kept: Path = KEPT) -> None:
    """Keep a build that is not baked yet, at once or not at all; those that were not used for longest go."""
    kept.mkdir(parents=True, exist_ok=True)
    aside = kept / f".{ids.new_id()}"
    # What can't be kept, on a disk that is full or read-only, can still be published.
    with contextlib.suppress(OSError):
        shutil.copytree(stage, aside / _SITE, copy_function=shutil.copyfile)
        (aside / _TOLD).write_text(json.dumps(asdict(unbaked) | {"since": ids.now()}), "utf-8")
        shutil.rmtree(kept / known, ignore_errors=True)
        aside.rename(kept / known)
    shutil.rmtree(aside, ignore_errors=True)
    builds = sorted((path for path in kept.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime_ns)
    for folder in builds[_MOST:]:
        shutil.rmtree(folder, ignore_errors=True)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, as Pelican goes through it: links are followed."""
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(place, name) for name in sorted(names) if Path(place, name).is_file())
