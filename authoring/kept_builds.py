"""Builds are kept before they are baked, so that one of which nothing changed need not be made again.

A build is known by two digests: that of what all builds are made with (every file of the theme, of the plugins and of
the engine, the settings, the time zone, the versions of all packages), and that of the content, every file of it. It
counts until the next date that would change it (a scheduled text, a new month). Of one that was made with the same, but
of other content, single pages may still be right (plugins/kept_pages). What readers said is baked in afresh each time,
whatever is kept.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from authoring import children
from comments_service import ids
from comments_service.models import Page
from comments_service.records import shallow
from comments_service.settings import ROOT, Settings
from plugins.placing import by_use, place_all, remove

# Beside the other caches; `make clean` removes it, and the next build makes everything.
KEPT = ROOT / ".cache" / "builds"
# The one that readers see and that of `make serve`, and one more to go back to.
_MOST = 3
_ENGINE = ("authoring", "comments_service", "plugins", "theme")
# Beside a build, as `files.SHOWN` is: what it is made of.
SIGNED = ".made"
_SITE, _TOLD = "site", "told.json"
# What a process finds around it and Python or Pelican heed, beside our own settings.
_AROUND = ("TZ", "LANG", "LC_ALL", "LC_TIME", "PYTHONPATH", "SOURCE_DATE_EPOCH")


@dataclass(frozen=True, slots=True)
class Unbaked:
    """What is to be known of a build beside its files.

    Its essays; what Pelican found odd; the digests of its pages, by their files; since when and until when it counts.
    """

    essays: tuple[Page, ...]
    warnings: tuple[str, ...]
    pages: Mapping[str, str]
    since: str
    until: str

    def as_json(self) -> str:
        """All of it in one line."""
        return json.dumps(shallow(self) | {"essays": list(map(shallow, self.essays))}, ensure_ascii=False)


def from_json(text: str) -> Unbaked:
    """The same again. Raises ValueError, TypeError or KeyError for a text that is none."""
    told = json.loads(text)
    essays = tuple(Page(**page) for page in told.pop("essays"))
    return Unbaked(essays=essays, warnings=tuple(told.pop("warnings")), **told)


@dataclass(frozen=True, slots=True)
class Key:
    """The two digests by which a build is known."""

    made_with: str
    content: str

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return KEPT / f"{self.made_with}-{self.content}"


def key(settings: Settings, config: str, content: Path) -> Key:
    """The key of the build that these settings, this engine and this content make now."""
    return Key(made_with(settings, config), _digest(str(content), content, _files(content)))


def made_with(settings: Settings, config: str) -> str:
    """The digest of what all builds by these settings and this engine are made with now."""
    around = {name: value for name, value in children.environment(settings).items() if name.startswith("RAPPORT_")}
    around |= {name: os.environ.get(name, "") for name in _AROUND}
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    engine = [*sorted(ROOT.glob("*conf.py")), *(file for name in _ENGINE for file in _files(ROOT / name))]
    return _digest(repr((sorted(around.items()), config, sys.version, packages)), ROOT, engine)


def bring(known: Key, stage: Path) -> Unbaked | None:
    """Put a kept build into the empty folder `stage`; None where there is none that counts, and `stage` is empty."""
    try:
        unbaked = from_json((known.folder / _TOLD).read_text("utf-8"))
        if not counts(unbaked.since, unbaked.until):
            return None
        place_all(known.folder / _SITE, stage)
        os.utime(known.folder)
    except (OSError, ValueError, TypeError, KeyError):
        # It is half gone, or was made otherwise: whatever came of it is no build.
        remove(known.folder)
        for path in stage.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return None
    return unbaked


def counts(since: str, until: str) -> bool:
    """Whether a build of then is still right now. Pelican asks the machine what day it is, and so does this."""
    return since <= ids.as_text(datetime.now(UTC)) < until


def keep(known: Key, stage: Path, unbaked: Unbaked) -> None:
    """Keep a build that is not baked yet, at once or not at all; those that were not used for longest go."""
    aside = KEPT / f".{ids.new_id()}"
    # What can't be kept, on a disk that is full or read-only, can still be published.
    with contextlib.suppress(OSError):
        aside.mkdir(parents=True)
        place_all(stage, aside / _SITE)
        (aside / _TOLD).write_text(unbaked.as_json(), "utf-8")
        remove(known.folder)
        aside.rename(known.folder)
    shutil.rmtree(aside, ignore_errors=True)
    for folder in by_use(KEPT.glob("*/"))[_MOST:]:
        remove(folder)


def site(known: Key) -> Path | None:
    """The folder of a kept build's files, if it could be kept."""
    folder = known.folder / _SITE
    return folder if folder.is_dir() else None


def nearest(known: Key) -> Path | None:
    """The kept build that was made with the same and used last, whatever its content."""
    return next(iter(by_use(KEPT.glob(f"{known.made_with}-*/"))), None)


def pages(kept: Path) -> tuple[Path, Mapping[str, str]]:
    """The site of a kept build, and the digests of its pages; none where it can't be read."""
    try:
        return kept / _SITE, from_json((kept / _TOLD).read_text("utf-8")).pages
    except (OSError, ValueError, TypeError, KeyError):
        return kept / _SITE, {}


def sign(stage: Path, known: Key, unbaked: Unbaked) -> None:
    """Note beside a build what it is made of."""
    from comments_service.publishing import files

    files.write(_signature(stage), json.dumps([*astuple(known), unbaked.since, unbaked.until]))


def is_signed(site: Path, known: Key) -> bool:
    """Whether a build is made of this, and still right."""
    from comments_service.publishing import files

    try:
        *of, since, until = json.loads(files.read(_signature(site)))
    except (OSError, ValueError):
        return False
    return tuple(of) == astuple(known) and counts(since, until)


def _signature(site: Path) -> Path:
    return site.with_name(f"{site.name}{SIGNED}")


def _digest(said: str, root: Path, found: Iterable[Path]) -> str:
    digest = hashlib.sha256(said.encode())
    for file in found:
        digest.update(f"\n{file.relative_to(root)}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, as Pelican goes through it: links are followed."""
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(place, name) for name in sorted(names) if Path(place, name).is_file())
