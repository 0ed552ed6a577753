"""Restoring: a backup takes the place of the database, checked before, reversible after, and whole at every moment."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # as in `database`

from comments_service import ids, in_use, keys, migrations, publishing
from comments_service.backups import folders, making, postgres, replaying
from comments_service.backups.errors import Failed
from comments_service.backups.folders import About
from comments_service.backups.making import Tell
from comments_service.backups.replaying import Replayed
from comments_service.database import Database, connect
from comments_service.settings import Settings
from comments_service.store import pages, since, whole
from comments_service.store.since import Present

_STAGED = ".restoring-"
_WITHOUT = (
    " What readers withdrew, who was forgotten, and what you took down since the backup would come back with it."
    " If that has to be, say `--without-replay`."
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done. `before` is the backup that leads back, `aside` where a database that can't be read lies now.

    `replayed` is None if nothing of the present could be kept; `unknown_until` says that what happened between the
    backup and that moment was left behind by an earlier restore. `secrets` says that those of the backup hold now.
    """

    about: About
    before: Path | None
    aside: Path | None
    replayed: Replayed | None
    migrated: list[str]
    secrets: bool
    unknown_until: str
    files: int


@dataclass(slots=True)
class _Made:
    """What becomes known while the new database is made."""

    replayed: Replayed | None = None
    migrated: list[str] = field(default_factory=list)
    same_house: bool = False


def restore(settings: Settings, path: Path, folder: Path, tell: Tell, *, without_replay: bool) -> Restored:
    """Put a backup in the place of the database, and let hold what must not come back; then bake every page.

    `folder` takes a backup of how things are. `without_replay` allows it also if the present can't be read. Raises
    Failed, or Problem while the service runs; then the database is as it was. Interrupted, the old one is whole or the
    new one is.
    """
    with in_use.alone(settings):
        tell("Checking the backup")
        about = making.verify(path)
        _insist_that_it_fits(settings, about)
        gaps = making.read_gaps(settings)
        before = _copy_of_the_present(settings, folder, tell)
        put_in_place = _tables_swapped if settings.database else _file_swapped
        with making.told(settings.data), put_in_place(settings, path, before, tell, without_replay) as (made, aside):
            secrets = _secrets(settings, path, aside, keep=made.same_house)
        left = [(about.made, folders.read_about(before).made)] if before and made.same_house else []
        making.write_gaps(settings, [*about.gaps, *left])
        files = _bake(settings, tell)
    unknown = max((end for begin, end in gaps if begin < about.made < end), default="")
    return Restored(about, before, aside, made.replayed, made.migrated, secrets, unknown, files)


def _insist_that_it_fits(settings: Settings, about: About) -> None:
    engine = "postgresql" if settings.database else "sqlite"
    if about.engine != engine:
        raise Failed("failed", f"This backup is of {about.engine}, and the settings name a database of {engine}.")
    known = [step.__name__ for step in migrations.STEPS]
    if list(about.steps) != known[: len(about.steps)]:
        raise Failed(
            "failed",
            "This backup was made by a newer version of Rapport than this one. Install that version, then restore it.",
        )


def _copy_of_the_present(settings: Settings, folder: Path, tell: Tell) -> Path | None:
    """A backup of how things are; None if they can't be copied. Raises Failed if there is no room or place for it."""
    tell("Backing up how things are")
    try:
        return making.make(settings, folder, lambda _: None)
    except Failed as failed:
        if failed.code == "nothing" or (failed.code == "damaged" and not settings.database):
            return None
        raise


def _new_one(db: Database, present: Present | None, *, without_replay: bool) -> _Made:
    """Bring a restored database up to date, and let hold in it what the present tells."""
    made = _Made(migrated=migrations.migrate(db))
    made.same_house = present is not None and present.owner == since.owner(db)
    if present and made.same_house:
        made.replayed = replaying.replay(db, present)
    elif not without_replay:
        why = "The database that is here now is of another blog." if present else "The database here can't be read."
        raise Failed("needs_consent", why + _WITHOUT)
    return made


# ── SQLite: a file made aside, then one rename ──────────────────────────────────────────────────────────────────────


@contextmanager
def _file_swapped(
    settings: Settings,
    path: Path,
    before: Path | None,
    tell: Tell,
    without_replay: bool,  # noqa: FBT001
) -> Iterator[tuple[_Made, Path | None]]:
    for left in settings.data.glob(f"{_STAGED}*"):  # of a restore that was killed
        shutil.rmtree(left)
    present = _present_file(settings)
    if present is None and not without_replay:
        gone = "can't be read" if (settings.data / "comments.db").exists() else "is missing"
        raise Failed("needs_consent", f"The database here {gone}." + _WITHOUT)
    staging = settings.data / f"{_STAGED}{ids.new_id()}"
    staging.mkdir(mode=0o700)
    try:
        new, old = staging / "comments.db", settings.data / "comments.db"
        new.touch(mode=0o600)
        shutil.copyfile(path / new.name, new)
        tell("Replaying what happened since" if present else "Bringing it up to date")
        with closing(connect(settings.with_(data=staging))) as db:
            made = _new_one(db, present, without_replay=without_replay)
        folders.settle(new)
        aside = _set_aside(settings, old) if before is None and old.exists() else None
        _fold_log(old, aside)
        yield made, aside
        new.replace(old)
        folders.settle(settings.data)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _present_file(settings: Settings) -> Present | None:
    if not (settings.data / "comments.db").exists():
        return None
    try:
        with closing(connect(settings)) as db:
            if not whole.steps(db):
                return None
            migrations.migrate(db)
            return since.remember(db, making.read_gaps(settings))
    except sqlite3.DatabaseError:
        return None


def _set_aside(settings: Settings, old: Path) -> Path:
    """Keep the files of a database that could not be copied by a second name; nothing is moved yet."""
    aside = settings.data / f"unreadable-{ids.now().replace(':', '')}"
    aside.mkdir(mode=0o700)
    for file in (old, old.with_name("comments.db-wal")):
        if file.exists():
            os.link(file, aside / file.name)
    return aside


def _fold_log(old: Path, aside: Path | None) -> None:
    """Let nothing of the old database lie beside the new one: its log would be taken for the new one's.

    Without its log the old file is whole only once that was folded into it, which closing the last connection does.
    """
    log = old.with_name("comments.db-wal")
    if old.exists() and not aside and log.exists() and log.stat().st_size:
        raise Failed("busy", f"Another program has {old} open. Close it, then try again. Nothing was changed.")
    log.unlink(missing_ok=True)
    old.with_name("comments.db-shm").unlink(missing_ok=True)


# ── PostgreSQL: one transaction ─────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _tables_swapped(
    settings: Settings,
    path: Path,
    _before: Path | None,
    tell: Tell,
    without_replay: bool,  # noqa: FBT001
) -> Iterator[tuple[_Made, Path | None]]:
    with closing(connect(settings)) as db, db.transaction():
        whole.lock(db)
        present = None
        if whole.steps(db):
            migrations.migrate(db)
            present = since.remember(db, making.read_gaps(settings))
        elif not without_replay:
            raise Failed("needs_consent", "The database here is empty." + _WITHOUT)
        tell("Putting the backup in place")
        whole.drop(db)
        db.load(postgres.script(path / making.FILES["postgresql"]))
        yield _new_one(db, present, without_replay=without_replay), None


# ── besides the database ────────────────────────────────────────────────────────────────────────────────────────────


def _secrets(settings: Settings, path: Path, aside: Path | None, *, keep: bool) -> bool:
    """Put the backup's secrets in place, unless those here are this very house's: new ones were made for a reason."""
    now, then = settings.data / keys.FILE, (path / keys.FILE).read_bytes()
    if now.exists() and (keep or now.read_bytes() == then):
        return False
    if now.exists() and aside:
        shutil.copy2(now, aside / now.name)
    folders.write_private(now, then)
    return True


def _bake(settings: Settings, tell: Tell) -> int:
    changed: set[Path] = set()
    with closing(connect(settings)) as db:
        tell("Baking every page")
        for page in pages.every(db):
            changed.update(publishing.refresh(db, settings, [page.path]))
    return len(changed)
