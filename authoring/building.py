"""Building: Pelican into a staging folder, conversations baked in, checked, then swapped into place at once."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from authoring import children, kept_builds
from authoring.errors import Refusal
from authoring.kept_builds import Key, Unbaked
from comments_service import ids, migrations, publishing
from comments_service.database import opened
from comments_service.publishing import files
from comments_service.settings import ROOT, Settings
from comments_service.store import pages
from plugins import placing

CONTENT = ROOT / "content"


class BuildError(Refusal):
    """A build that failed. The site that readers see is as it was."""


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build in its place, how many essays and files it holds, and what Pelican found odd about it.

    `before` is the folder of the version that readers were shown before it.
    """

    folder: Path
    essays: int
    files: int
    warnings: tuple[str, ...]
    before: Path | None


@dataclass(frozen=True, slots=True)
class Made:
    """A build that is not baked yet, the key by which it is known, and the build that it took pages from.

    There is no key where nobody can tell what it is made of.
    """

    unbaked: Unbaked
    known: Key | None
    like: Path | None


def build(
    settings: Settings,
    *,
    config: str = "pelicanconf.py",
    content: Path = CONTENT,
    meanwhile: Callable[[], object] = lambda: None,
    verify: Callable[[Path], object] | None = None,
    fresh: bool = False,
    preview: bool = False,
) -> Built:
    """Build the site aside and put it live. Readers see the old site or the new one, never half of either.

    `meanwhile` is done while Pelican builds. `verify` looks at the finished build before it goes live, and raises
    BuildError to keep it from that. With `fresh` nothing that was kept is used. A `preview` is for its author alone: it
    is sent nowhere, and no rollback leads to it. Raises BuildError, and leaves the site as it was. Of several builds at
    once, one waits for the other.
    """
    with staging(settings) as stage:
        with making(settings, stage, config, content, fresh=fresh) as made:
            meanwhile()
            pages = made()
        bake(settings, stage, pages, fresh=fresh)
        if verify:
            verify(stage)
        before = put_live(settings, stage, preview=preview)
    essays, found = counts(stage)
    return Built(stage, essays, found, pages.unbaked.warnings, before)


def folder(settings: Settings) -> Path:
    """Where builds lie: beside the site, so that a swap is one rename."""
    return settings.output.parent / f".{settings.output.name}"


@contextmanager
def alone(settings: Settings) -> Iterator[Path]:
    """The folder of the builds, for one command at a time."""
    builds = folder(settings)
    builds.mkdir(parents=True, exist_ok=True)
    with (builds / "lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield builds


@contextmanager
def staging(settings: Settings) -> Iterator[Path]:
    """A folder for a new build, while nobody else builds. Unless it went live, nothing of it is left afterwards."""
    with alone(settings) as builds:
        stage = builds / ids.new_id()
        with taken_back(settings, stage), _for_everybody():
            stage.mkdir()
            yield stage


@contextmanager
def _for_everybody() -> Iterator[None]:
    """Web servers run as somebody else: a build is for everybody to read, whatever the author's umask."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def taken_back(settings: Settings, stage: Path, *, keep: bool = False) -> Iterator[None]:
    """When the block fails before `stage` is live, forget what it told the service of its essays, and its files.

    With `keep` the files stay: they are those of an earlier version.
    """
    with opened(settings) as db:
        migrations.migrate(db)
        known = pages.every(db)
    try:
        yield
    except BaseException:
        # A signal may arrive just after the swap.
        if settings.output.resolve() != stage.resolve():
            if not keep:
                _remove(stage)
            with opened(settings) as db:
                publishing.register(db, [_as_told(page) for page in known])
        raise


def _as_told(page: publishing.Page) -> publishing.Page:
    """A build only ever says open or closed; that a closed conversation has ended, the service remembers itself."""
    return replace(page, conversation="closed") if page.closed_at else page


@contextmanager
def making(
    settings: Settings, stage: Path, config: str, content: Path, *, fresh: bool = False
) -> Iterator[Callable[[], Made]]:
    """Let Pelican build while other things are done; it takes over the pages of a build like this one that are right.

    Yields what waits for the build and returns it, baked only where a page was taken over; that raises BuildError. A
    build that nobody waited for ends with the block. With `fresh` no page is taken over.
    """
    known = kept_builds.key(settings, config, content)
    like = None if fresh else kept_builds.like(_builds(settings), known)
    how: list[str | Path] = ["--fresh"] if fresh else ["--like", like] if like else []
    with subprocess.Popen(
        children.command("authoring.pelican_process", ROOT / config, content, stage, *how),
        cwd=ROOT, env=children.environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as pelican:  # fmt: skip
        # Pelican reads first. A thousand new folders take some disks half a second, and are made meanwhile.
        folders = placing.folders_of(kept_builds.pages(like)) if like else []
        placing.make_folders(stage, folders)

        def made() -> Made:
            unbaked = _unbaked(pelican)
            placing.drop_empty(stage, folders)
            # Where somebody wrote meanwhile, nobody knows what this build is made of.
            if kept_builds.key(settings, config, content) != known:
                return Made(unbaked, None, like)
            kept_builds.sign(stage, known, unbaked)
            return Made(unbaked, known, like)

        try:
            yield made
        finally:
            if pelican.poll() is None:
                pelican.kill()


def _builds(settings: Settings) -> list[Path]:
    """The builds that stand: the one that is seen, then the others, the newest first."""
    seen = settings.output.resolve()
    return sorted(folder(settings).glob("[!.]*/"), key=lambda site: (site.resolve() == seen, site.name), reverse=True)


def _unbaked(pelican: "subprocess.Popen[str]") -> Unbaked:
    said, trouble = pelican.communicate()
    if pelican.returncode:
        raise BuildError(trouble.strip() or f"Pelican ended with code {pelican.returncode} and said nothing.")
    return kept_builds.from_json(said)


def bake(settings: Settings, stage: Path, made: Made, *, fresh: bool = False) -> None:
    """Set into its pages what readers said. With `fresh` no page is taken from the site that readers see."""
    like = made.like or (settings.output.resolve() if settings.output.exists() and not fresh else None)
    of = {file: f"{made.known.made_with} {digest}" for file, digest in made.unbaked.pages.items()} if made.known else {}
    try:
        publishing.bake(settings, stage, made.unbaked.essays, like, of)
    except (FileNotFoundError, ValueError) as error:
        raise BuildError(str(error)) from error


def is_live(settings: Settings, config: str, content: Path) -> bool:
    """Whether readers already see what a build would make now; then every conversation is brought up to date in it."""
    with alone(settings), opened(settings) as db:
        site = settings.output.resolve()
        manifest = files.read_manifest(site) if settings.output.is_symlink() else None
        if manifest is None or not kept_builds.is_signed(site, kept_builds.key(settings, config, content)):
            return False
        migrations.migrate(db)
        publishing.tell_again(db, settings)
        now = {page.path: page.version for page in pages.every(db)}
        if now.keys() != manifest.versions.keys():
            return False
        publishing.refresh(db, settings, [path for path in now if now[path] != manifest.versions[path]])
    return True


def put_live(settings: Settings, stage: Path, *, preview: bool = False) -> Path | None:
    """Swap a build in. It, the one before it and the two versions that readers were shown last stay; others go.

    Returns the folder of the last version other than this build.
    """
    before = publishing.put_live(settings, stage, preview=preview)
    kept = {path.resolve() for path in (stage, before, *_versions(settings)[:2]) if path}
    for path in folder(settings).iterdir():
        if path.is_dir() and path.resolve() not in kept:
            placing.remove(path)  # its files go while the next steps are taken
            _forget(path)
    return version(settings, but=stage)


def version(settings: Settings, *, but: Path | None = None) -> Path | None:
    """The build that readers were shown last, other than this one. What `make serve` shows is a preview, and none."""
    return next((path for path in _versions(settings) if not but or path.resolve() != but.resolve()), None)


def _versions(settings: Settings) -> list[Path]:
    """The builds that readers were shown, the last first."""
    shown = {path: at for path in _builds(settings) if (at := files.shown_at(path))}
    return sorted(shown, key=lambda path: shown[path], reverse=True)


def _remove(build: Path) -> None:
    shutil.rmtree(build, ignore_errors=True)
    _forget(build)


def _forget(build: Path) -> None:
    for note in (files.SHOWN, files.BAKED, kept_builds.SIGNED):
        build.with_name(f"{build.name}{note}").unlink(missing_ok=True)


def counts(site: Path) -> tuple[int, int]:
    """How many essays and how many files a build holds."""
    manifest = files.read_manifest(site)
    return len(manifest.versions) if manifest else 0, sum(len(names) for *_, names in os.walk(site))
