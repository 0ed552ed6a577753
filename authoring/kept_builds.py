"""The builds that stand beside each other, what each is made of, and which pages of one may stand in the next.

A build is known by two digests: that of what all builds are made with (every file of the theme, of the plugins and of
the engine, the settings, the time zone, the versions of all packages), and that of the content, every file of it. It
counts until the next date that would change it (a scheduled text, a new month). Of one that was made with the same, but
of other content, single pages may still be right (plugins/kept_pages): they are taken over with what readers said on
them, and baked again where that has changed.
"""

import hashlib
import json
import os
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

_ENGINE = ("authoring", "comments_service", "plugins", "theme")
# Beside a build, as `files.SHOWN` is: what it is made of.
SIGNED = ".made"
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
    def name(self) -> str:
        """Both in one word."""
        return f"{self.made_with}-{self.content}"


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


def counts(since: str, until: str) -> bool:
    """Whether a build of then is still right now. Pelican asks the machine what day it is, and so does this."""
    return since <= ids.as_text(datetime.now(UTC)) < until


def like(builds: Iterable[Path], known: Key) -> Path | None:
    """The first of these builds that was made with the same, whatever its content, and knows its pages."""
    from comments_service.publishing import files

    return next((site for site in builds if _signed(site)[:1] == [known.made_with] and files.origins(site)), None)


def pages(site: Path) -> Mapping[str, tuple[str, int]]:
    """Of the pages of a build, by their files, the digest of what each was made of, and when it was written (ns)."""
    from comments_service.publishing import files

    told = files.origins(site).items()
    return {file: (origin.made_of.rpartition(" ")[2], origin.written) for file, origin in told}


def sign(stage: Path, known: Key, unbaked: Unbaked) -> None:
    """Note beside a build what it is made of."""
    from comments_service.publishing import files

    files.write(_signature(stage), json.dumps([*astuple(known), unbaked.since, unbaked.until]))


def is_signed(site: Path, known: Key) -> bool:
    """Whether a build is made of this, and still right."""
    match _signed(site):
        case [made_with, content, since, until]:
            return Key(made_with, content) == known and counts(since, until)
    return False


def _signed(site: Path) -> list[str]:
    from comments_service.publishing import files

    try:
        told: list[str] = json.loads(files.read(_signature(site)))
    except (OSError, ValueError):
        return []
    return told


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
