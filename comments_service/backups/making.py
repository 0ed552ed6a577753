"""Making a backup beside the traffic, and verifying it: only one that was read again to its end counts."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # as in `database`

from comments_service import ids, keys
from comments_service.backups import folders, postgres
from comments_service.backups.errors import Failed
from comments_service.backups.folders import About
from comments_service.database import Database, connect, read_only
from comments_service.settings import Settings
from comments_service.store import whole

Tell = Callable[[str], None]

# What a restore left behind, by its times; in the data folder.
RESTORES = "restores.json"
FILES = {"sqlite": "comments.db", "postgresql": "comments.dump"}
# The copy is written twice, the second time without the remains of what was deleted.
_ROOM = 2


def make(settings: Settings, folder: Path, tell: Tell, *, keep: int | None = None) -> Path:
    """Copy database and secrets into a new folder in `folder`; returns it. Older ones than the newest `keep` go then.

    Everything that was acknowledged before this began is in it. Raises Failed; then no backup was added or removed.
    """
    with folders.locked(folder):
        if settings.database:
            postgres.insist_on(settings.database)
        else:
            _there(settings, folder)
        with told(folder), closing(connect(settings)) as db, folders.aside(folder, ids.now()) as (path, name):
            about = _copy(settings, db, path, tell)
            folders.write_about(path, about)
            tell("Verifying")
            verify(path)
            for file in (*path.iterdir(), path):
                folders.settle(file)
            path.rename(name)
            folders.settle(folder)
        if keep:
            with folders.told(folder):
                for old in folders.remove_older(folder, keep):
                    tell(f"Removed {old.name}")
    return name


def _there(settings: Settings, folder: Path) -> None:
    """There is something to copy, and room for it."""
    file = settings.data / "comments.db"
    if not file.exists():
        raise Failed("nothing", f"There is no database at {file}, so there is nothing to copy.")
    log = file.with_name("comments.db-wal")
    size = file.stat().st_size + (log.stat().st_size if log.exists() else 0)
    if shutil.disk_usage(folder).free < size * _ROOM:
        raise folders.no_room(folder)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say in a sentence what the disk or SQLite refuses. Raises Failed."""
    try:
        with folders.told(folder):
            yield
    except sqlite3.DatabaseError as error:
        if "full" in str(error):
            raise folders.no_room(folder) from error
        raise Failed("damaged", f"The database can't be read to its end: {error}.") from error


def _copy(settings: Settings, db: Database, path: Path, tell: Tell) -> About:
    file = path / FILES[db.engine]
    with db.snapshot():
        made, rows, steps = ids.now(), whole.rows(db), whole.steps(db)
        if not steps:
            raise Failed("nothing", "There is no house in this database yet, so there is nothing to copy.")
        if db.engine == "postgresql":
            tell("Copying")
            postgres.dump(settings.database, file, snapshot=whole.name_snapshot(db), tables=list(rows))
            file.chmod(0o600)
        else:
            whole_file = path / "whole.db"
            whole_file.touch(mode=0o600)
            db.copy_to(whole_file, _in_percent(tell))
    if db.engine == "sqlite":
        tell("Packing")
        file.touch(mode=0o600)
        with closing(read_only(whole_file)) as copied:
            whole.shrink_into(copied, str(file))
        whole_file.unlink()
    keys.load(settings.data)
    folders.write_private(path / keys.FILE, (settings.data / keys.FILE).read_bytes())
    files = {name: _digest(path / name) for name in (file.name, keys.FILE)}
    return About(made=made, engine=db.engine, steps=steps, rows=rows, files=files, gaps=read_gaps(settings))


def _in_percent(tell: Tell) -> Callable[[int, int], None]:
    said = -1

    def step(left: int, total: int) -> None:
        nonlocal said
        percent = 100 * (total - left) // max(total, 1) // 10 * 10
        if percent > said:
            said = percent
            tell(f"Copying, {percent} %")

    return step


def verify(path: Path) -> About:
    """Read a backup to its end; returns what it says of itself. Raises Failed if it is not what was written."""
    about = folders.read_about(path)
    damaged = f"The backup {path} is damaged"
    for name, digest in about.files.items():
        try:
            if _digest(path / name) != digest:
                raise Failed("damaged", f"{damaged}: {name} is not what was written.")
        except OSError:
            raise Failed("damaged", f"{damaged}: {name} is missing, or can't be read.") from None
    if {FILES.get(about.engine), keys.FILE} != set(about.files):
        raise Failed("damaged", f"{damaged}: it does not hold what it should.")
    json.loads((path / keys.FILE).read_text("utf-8"))
    rows = _rows(path / FILES[about.engine], about)
    if rows != about.rows:
        wrong = ", ".join(sorted(name for name in {*rows, *about.rows} if rows.get(name) != about.rows.get(name)))
        raise Failed("damaged", f"{damaged}: it has another number of rows than were read, in {wrong}.")
    return about


def _rows(file: Path, about: About) -> dict[str, int]:
    if about.engine == "postgresql":
        return postgres.rows(file)
    try:
        with closing(read_only(file)) as db:
            if faults := whole.faults(db):
                raise Failed("damaged", f"The backup {file} is damaged: {faults[0]}.")
            if whole.steps(db) != list(about.steps):
                raise Failed("damaged", f"The backup {file} has another schema than it says.")
            return whole.rows(db)
    except sqlite3.DatabaseError as error:
        raise Failed("damaged", f"The backup {file} is damaged: {error}.") from error


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def read_gaps(settings: Settings) -> list[tuple[str, str]]:
    """The stretches of time that earlier restores left behind."""
    try:
        return [(begin, end) for begin, end in json.loads((settings.data / RESTORES).read_text("utf-8"))]
    except (OSError, ValueError):
        return []


def write_gaps(settings: Settings, gaps: list[tuple[str, str]]) -> None:
    """Note them."""
    folders.write_private(settings.data / RESTORES, json.dumps(gaps).encode())
