"""The published site on disk: which file holds which island, written by atomic rename, one writer at a time."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from comments_service import ids
from comments_service.models import Page
from comments_service.publishing import islands, pressed
from comments_service.settings import Settings

# Beside the pages, so that it is swapped in together with them. Web servers refuse names that begin with a dot.
MANIFEST = ".rapport.json"
# What a build told the service of its essays, so that it can be told again when this build is brought back.
ESSAYS = ".rapport-essays.json"
# Beside a build: when readers were shown it last; one without it is unfinished.
SHOWN = ".shown"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build knows of itself: which files hold an island, and the version of each conversation it holds.

    `islands` maps `count /slug/` to paths relative to the site; `versions` maps `/slug/` to a page's version.
    """

    made_with: str
    islands: dict[str, list[str]]
    versions: dict[str, int]


@contextmanager
def lock(settings: Settings) -> Iterator[None]:
    """Be the only writer of the published site, among all processes, until the block ends."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.data / "publish.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def write(path: Path, text: str) -> None:
    """Replace a file at once: a reader sees the old bytes or the new. Its pressed siblings go first, and come anew."""
    had = pressed.drop(path)
    aside = path.with_name(f".{path.name}.{ids.new_id()}")
    try:
        aside.write_text(text, "utf-8", newline="")
        if path.exists():
            aside.chmod(path.stat().st_mode & 0o777)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    if had:
        pressed.renew(path, text.encode())


def read(path: Path) -> str:
    """A file's text, its line endings untouched."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def fill(site: Path, render: Callable[[str], str | None]) -> dict[str, list[str]]:
    """Fill the islands of every page of a site that nobody reads yet; returns which files hold which island."""
    where: dict[str, list[str]] = {}
    for path in sorted(site.rglob("*.html")):
        text = read(path)
        held = islands.names(text)
        if held:
            write(path, islands.fill(text, render))
            file = str(path.relative_to(site))
            for name in held:
                where.setdefault(name, []).append(file)
    return where


def splice(path: Path, render: Callable[[str], str | None]) -> bool:
    """Fill the islands of one file; True when that changed it."""
    before = read(path)
    after = islands.fill(before, render)
    if after == before:
        return False
    write(path, after)
    return True


def read_manifest(site: Path) -> Manifest | None:
    """What the build in `site` knows of itself; None where nothing was baked."""
    try:
        return Manifest(**json.loads(read(site / MANIFEST)))
    except FileNotFoundError:
        return None


def write_manifest(site: Path, manifest: Manifest) -> None:
    """Keep what a build knows of itself."""
    table = {"made_with": manifest.made_with, "islands": manifest.islands, "versions": manifest.versions}
    write(site / MANIFEST, json.dumps(table, sort_keys=True))


def write_essays(site: Path, essays: Sequence[Page]) -> None:
    """Keep what a build told of its essays."""
    write(site / ESSAYS, json.dumps([asdict(page) for page in essays], ensure_ascii=False, sort_keys=True))


def read_essays(site: Path) -> list[Page]:
    """What a build told of its essays. Raises FileNotFoundError where nothing was kept."""
    return [Page(**page) for page in json.loads(read(site / ESSAYS))]


def mark_shown(site: Path) -> None:
    """Note that a build is whole, and when readers are shown it."""
    write(site.with_name(f"{site.name}{SHOWN}"), ids.now())


def shown_at(site: Path) -> str | None:
    """When readers were shown a build last; None for one that they never saw."""
    try:
        return read(site.with_name(f"{site.name}{SHOWN}"))
    except FileNotFoundError:
        return None


def swap_in(staging: Path, output: Path) -> Path | None:
    """Let `output` show the site in `staging`; returns the folder that it showed before, if there was one.

    `output` is a symbolic link and the swap one rename, so that no reader sees a half-built site. A plain folder that
    stands there (somebody ran Pelican by hand) is moved beside it once.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    before = output.resolve() if output.is_symlink() and output.exists() else None
    if output.exists() and not output.is_symlink():
        before = output.with_name(f".{output.name}-before-{ids.new_id()}")
        output.rename(before)
    link = output.with_name(f".{output.name}-link-{ids.new_id()}")
    link.symlink_to(os.path.relpath(staging.resolve(), output.parent.resolve()))
    link.replace(output)
    return before
