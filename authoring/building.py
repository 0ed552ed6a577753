"""Building: Pelican into a staging folder, conversations baked in, checked, then swapped into place at once."""

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from authoring import children
from authoring.errors import Refusal
from comments_service import ids, migrations, publishing
from comments_service.database import opened
from comments_service.publishing import files
from comments_service.settings import ROOT, Settings
from comments_service.store import pages

CONTENT = ROOT / "content"


class BuildError(Refusal):
    """A build that failed. The site that readers see is as it was."""


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build in its place, how many essays and files it holds, and what Pelican found odd about it.

    `before` is the folder of the site that readers saw until then.
    """

    folder: Path
    essays: int
    files: int
    warnings: tuple[str, ...]
    before: Path | None


def build(
    settings: Settings,
    *,
    config: str = "pelicanconf.py",
    content: Path = CONTENT,
    verify: Callable[[Path], object] | None = None,
) -> Built:
    """Build the site aside and put it live. Readers see the old site or the new one, never half of either.

    `verify` looks at the finished build before it goes live, and raises BuildError to keep it from that. Raises
    BuildError, and leaves the site as it was. Of several builds at once, one waits for the other.
    """
    with _alone(settings) as builds:
        known = _known(settings)
        staging = builds / ids.new_id()
        staging.mkdir()
        try:
            warnings = _pelican(settings, staging, config, content)
            if verify:
                verify(staging)
            before = publishing.put_live(settings, staging)
        except BaseException:
            # A signal may arrive just after the swap.
            if settings.output.resolve() != staging.resolve():
                _take_back(settings, staging, known)
            raise
        _tidy(builds, {staging, before})
    manifest = files.read_manifest(staging)
    essays = len(manifest.versions) if manifest else 0
    return Built(staging, essays, sum(path.is_file() for path in staging.rglob("*")), warnings, before)


@contextmanager
def _alone(settings: Settings) -> Iterator[Path]:
    """The folder of the builds, for one build at a time. It lies beside the site, so that a swap is one rename."""
    builds = settings.output.parent / f".{settings.output.name}"
    builds.mkdir(parents=True, exist_ok=True)
    with (builds / "lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield builds


def _pelican(settings: Settings, staging: Path, config: str, content: Path) -> tuple[str, ...]:
    done = subprocess.run(
        children.command("authoring.pelican_process", ROOT / config, content, staging),
        cwd=ROOT, env=children.environment(settings), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BuildError(done.stderr.strip() or f"Pelican ended with code {done.returncode} and said nothing.")
    return tuple(done.stdout.splitlines())


def _known(settings: Settings) -> list[publishing.Page]:
    """The essays that the service knows from the last build."""
    with opened(settings) as db:
        migrations.migrate(db)
        return pages.every(db)


def _take_back(settings: Settings, staging: Path, known: list[publishing.Page]) -> None:
    """Forget a build that readers never saw: its files, and what it told the service of its essays."""
    shutil.rmtree(staging, ignore_errors=True)
    with opened(settings) as db:
        # A build only ever says open or closed; that a closed conversation has ended, the service remembers itself.
        publishing.register(db, [replace(page, conversation="closed") if page.closed_at else page for page in known])


def _tidy(builds: Path, keep: set[Path | None]) -> None:
    """Remove older builds; the present one and the one before it stay."""
    for path in builds.iterdir():
        if path.is_dir() and path not in keep:
            shutil.rmtree(path, ignore_errors=True)
