"""Builds are kept before they are baked, so that one of which nothing changed need not be made again.

A build is known by two digests: that of what all builds are made with (every file of the theme, of the plugins and of
the engine, the settings, the time zone, the versions of all packages), and that of the content, every file of it. It
counts until the next date that would change it (a scheduled text, a new month). Of one that was made with the same, but
of other content, single pages may still be right (plugins/kept_pages). What readers said is baked in afresh each time,
whatever is kept.

Files are kept in one folder, each once, named after its bytes; a kept build is a list of them. A site has a folder for
each essay, and to make a thousand of them takes many disks longer than all else that keeping a build does.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from authoring import children
from comments_service import ids
from comments_service.models import Page
from comments_service.records import shallow
from comments_service.settings import ROOT, Settings
from plugins import placing

# Beside the other caches; `make clean` removes it, and the next build makes everything.
KEPT = ROOT / ".cache" / "builds"
# The one that readers see and that of `make serve`, and one more to go back to.
_MOST = 3
_ENGINE = ("authoring", "comments_service", "plugins", "theme")
# Beside a build, as `files.SHOWN` is: what it is made of.
SIGNED = ".made"
# Among the kept builds, the folder of their files.
_FILES = "files"
# What reading a build raises that is half gone, or was kept by another version.
_UNREADABLE = (OSError, ValueError, TypeError, KeyError)
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
    def place(self) -> Path:
        """Where it is kept."""
        return KEPT / f"{self.made_with}-{self.content}.json"


def key(settings: Settings, config: str, content: Path) -> Key:
    """The key of the build that these settings, this engine and this content make now."""
    return Key(made_with(settings, config), _digest(str(content), content, _below(content)))


def made_with(settings: Settings, config: str) -> str:
    """The digest of what all builds by these settings and this engine are made with now."""
    around = {name: value for name, value in children.environment(settings).items() if name.startswith("RAPPORT_")}
    around |= {name: os.environ.get(name, "") for name in _AROUND}
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    engine = [*sorted(ROOT.glob("*conf.py")), *(file for name in _ENGINE for file in _below(ROOT / name))]
    return _digest(repr((sorted(around.items()), config, sys.version, packages)), ROOT, engine)


def bring(known: Key, stage: Path) -> Unbaked | None:
    """Put a kept build into the empty folder `stage`; None where there is none that counts, and `stage` is empty."""
    try:
        unbaked, names = _read(known.place), _names(known.place)
        if not counts(unbaked.since, unbaked.until):
            return None
        placing.make_folders(stage, placing.folders_of(names))
        for file, name in names.items():
            placing.place(f"{_files()}/{name}", f"{stage}/{file}")
        os.utime(known.place)
    except _UNREADABLE:
        # It is half gone, or was made otherwise: whatever came of it is no build.
        known.place.unlink(missing_ok=True)
        for path in stage.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return None
    return unbaked


def counts(since: str, until: str) -> bool:
    """Whether a build of then is still right now. Pelican asks the machine what day it is, and so does this."""
    return since <= ids.as_text(datetime.now(UTC)) < until


def keep(known: Key, stage: Path, unbaked: Unbaked) -> None:
    """Keep a build that is not baked yet, at once or not at all; those that were not used for longest go."""
    from comments_service.publishing import files

    # What can't be kept, on a disk that is full or read-only, can still be published.
    with contextlib.suppress(*_UNREADABLE):
        _files().mkdir(parents=True, exist_ok=True)
        files.write(known.place, f"{unbaked.as_json()}\n{json.dumps(_named(stage))}")
        _clear()


def _named(stage: Path) -> dict[str, str]:
    """Keep every file of a build; returns their names there. One that was taken from there is known without reading."""
    with os.scandir(_files()) as kept:
        known = {_identity(file.stat()): file.name for file in kept}
    names = {}
    for folder, _, here in os.walk(stage):
        below = folder.removeprefix(f"{stage}")[1:]
        for file in here:
            if not (name := known.get(_identity(os.stat(f"{folder}/{file}")))):  # noqa: PTH116 -- of thousands
                name = hashlib.sha256(Path(folder, file).read_bytes()).hexdigest()[:32]
                placing.place(f"{folder}/{file}", _files() / name)
            names[f"{below}/{file}" if below else file] = name
    return names


def _identity(about: os.stat_result) -> tuple[int, int]:
    return about.st_dev, about.st_ino


def _clear() -> None:
    """Let go of builds that were not used for longest, and of all that no other is made of.

    A build that another process keeps just now may lose files by that; it then counts as none.
    """
    kept = placing.by_use(KEPT.glob("[!.]*.json"))
    if len(kept) <= _MOST:
        return
    held = {name for path in kept[:_MOST] for name in _names(path).values()}
    for name in set(os.listdir(_files())) - held:  # noqa: PTH208 -- of thousands
        (_files() / name).unlink()
    for path in set(KEPT.iterdir()) - {*kept[:_MOST], _files()}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _read(place: Path) -> Unbaked:
    """What is to be known of a kept build. Raises one of _UNREADABLE."""
    with place.open(encoding="utf-8") as kept:
        return from_json(kept.readline())


def _names(place: Path) -> dict[str, str]:
    """The files of a kept build, and how they are named there. Raises one of _UNREADABLE."""
    with place.open(encoding="utf-8") as kept:
        kept.readline()
        names: dict[str, str] = json.loads(kept.readline())
    return names


def _files() -> Path:
    """The folder of the files of all kept builds."""
    return KEPT / _FILES


def nearest(known: Key) -> Path | None:
    """The kept build that was made with the same and used last, whatever its content."""
    return next(iter(placing.by_use(KEPT.glob(f"{known.made_with}-*.json"))), None)


def pages(kept: Path) -> Mapping[str, tuple[str, str]]:
    """Of the pages of a kept build, their digests and where they are kept; none where it can't be read."""
    try:
        unbaked, names = _read(kept), _names(kept)
        return {page: (digest, f"{kept.parent}/{_FILES}/{names[page]}") for page, digest in unbaked.pages.items()}
    except _UNREADABLE:
        return {}


def folders(kept: Path) -> Sequence[str]:
    """The folders in which the files of a kept build lie, as `placing.folders_of` tells them."""
    try:
        return placing.folders_of(_names(kept))
    except _UNREADABLE:
        return []


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


def _below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, as Pelican goes through it: links are followed."""
    for here, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(here, name) for name in sorted(names) if Path(here, name).is_file())
