"""The published site on disk: which file holds which island, written by atomic rename, one writer at a time."""

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from comments_service import ids
from comments_service.models import Page
from comments_service.publishing import islands, pressed
from comments_service.records import shallow
from comments_service.settings import Settings

# Beside the pages, so that it is swapped in together with them. Web servers refuse names that begin with a dot.
MANIFEST = ".rapport.json"
# What a build told the service of its essays, so that it can be told again when this build is brought back.
ESSAYS = ".rapport-essays.json"
# Beside a build: when readers were shown it last (one without it is unfinished, or a preview), and how its pages came
# about.
SHOWN, BAKED = ".shown", ".baked"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build knows of itself: which files hold an island, and the version of each conversation it holds.

    `islands` maps `count /slug/` to paths relative to the site; `versions` maps `/slug/` to a page's version.
    """

    made_with: str
    islands: dict[str, list[str]]
    versions: dict[str, int]


@dataclass(frozen=True, slots=True)
class Origin:
    """How a page came about: a digest of what it was made of before it was baked, and when it was written (ns).

    A file that was written at another time was changed by a splice, or by hand.
    """

    made_of: str
    written: int


@contextlib.contextmanager
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
        with contextlib.suppress(FileNotFoundError):
            aside.chmod(path.stat().st_mode & 0o777)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    if had:
        pressed.renew(path, text.encode())


def read(path: Path) -> str:
    """A file's text, its line endings untouched."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def fill(
    site: Path,
    render: Callable[[str], str | None],
    like: Path | None = None,
    settled: Mapping[str, tuple[Sequence[str], int]] = MappingProxyType({}),
) -> dict[str, list[str]]:
    """Fill the islands of every page of a site that nobody reads yet; returns which files hold which island.

    Of those `settled` it is known what they say, by the names of their islands and the time at which they were written:
    unless they were written at another, they are not even read. Of a page that reads the same in the site `like`, that
    file is taken as it is, by a second name: on most disks that takes much less time than a new file.
    """
    where: dict[str, list[str]] = {}
    for path in sorted(site.rglob("*.html")):
        file = str(path.relative_to(site))
        held, written = settled.get(file, ((), 0))
        if not held or path.stat().st_mtime_ns != written:
            held = _filled(path, render, like / file if like else None)
        for name in held:
            where.setdefault(name, []).append(file)
    return where


def _filled(path: Path, render: Callable[[str], str | None], same: Path | None) -> Sequence[str]:
    """Fill the islands of one file, or take the `same` for it; returns their names."""
    before = read(path)
    held = islands.names(before)
    if held:
        after = islands.fill(before, render)
        if after != before and not (same and _took_over(same, path, after)):
            write(path, after)
    return held


def _took_over(same: Path, path: Path, text: str) -> bool:
    """Let a file stand at `path` too, if it says just that. It is looked at by its new name, where no splice comes."""
    aside = path.with_name(f".{path.name}.{ids.new_id()}")
    try:
        aside.hardlink_to(same)
    except OSError:
        return False
    if read(aside) == text:
        aside.replace(path)
        return True
    aside.unlink()
    return False


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


def note_origins(site: Path, made_of: Mapping[str, str]) -> None:
    """Keep beside a baked build of what each of these pages, by their files, was made, and when it was written."""
    told = {file: (digest, (site / file).stat().st_mtime_ns) for file, digest in made_of.items()}
    write(site.with_name(f"{site.name}{BAKED}"), json.dumps(told))


def origins(site: Path) -> dict[str, Origin]:
    """How the pages of a build came about, by their files, as far as that was kept."""
    try:
        return {file: Origin(*told) for file, told in json.loads(read(site.with_name(f"{site.name}{BAKED}"))).items()}
    except (OSError, ValueError):
        return {}


def write_essays(site: Path, essays: Sequence[Page]) -> None:
    """Keep what a build told of its essays."""
    write(site / ESSAYS, json.dumps(list(map(shallow, essays)), ensure_ascii=False, sort_keys=True))


def read_essays(site: Path) -> list[Page]:
    """What a build told of its essays. Raises FileNotFoundError where nothing was kept."""
    return [Page(**page) for page in json.loads(read(site / ESSAYS))]


def mark_shown(site: Path) -> None:
    """Note that a build is whole and for readers, and when they are shown it."""
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
