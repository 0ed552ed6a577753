"""The folder of the backups: one folder each, named by its time, written aside and renamed once it is verified."""

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from comments_service import ids
from comments_service.backups.errors import Failed

ABOUT = "backup.json"
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z")
_ASIDE = ".being-made-"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a backup says of itself: when it was made, of which engine, and what was read at that very moment.

    `steps` are the migrations that the database had taken, `rows` how many each table had, `files` the SHA-256 of each
    file. `gaps` are the stretches of time that an earlier restore left behind (see `store/since.py`).
    """

    made: str
    engine: str
    steps: Sequence[str]
    rows: Mapping[str, int]
    files: Mapping[str, str]
    gaps: Sequence[tuple[str, str]]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one who makes backups there. Raises Failed if it can't be written to, or somebody else is at it."""
    with told(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = (folder / ".lock").open("a")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("busy", f"Another backup is being made in {folder}. Wait until it is done.") from None
        with told(folder):
            for left in folder.glob(f"{_ASIDE}*"):  # of one that was killed
                shutil.rmtree(left)
        yield


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say in a sentence what the disk refuses. Raises Failed."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise no_room(folder) from error
        raise Failed("not_writable", f"{folder} can't be written to: {error.strerror or error}.") from error


def no_room(folder: Path) -> Failed:
    """The sentence for a disk that is full."""
    return Failed("no_room", f"There is no room for it in {folder}. Make some, or name another place, then try again.")


@contextmanager
def aside(folder: Path, made: str) -> Iterator[tuple[Path, Path]]:
    """A folder to write into, and what it is to be called; what is left of it when the block ends is removed."""
    name = made.replace(":", "")
    path = folder / f"{_ASIDE}{name}"
    with told(folder):
        path.mkdir(mode=0o700)
    try:
        yield path, folder / name
    finally:
        shutil.rmtree(path, ignore_errors=True)


def write_about(path: Path, about: About) -> None:
    """Write it beside the files that it tells of."""
    text = json.dumps(asdict(about), indent=1, sort_keys=True)
    write_private(path / ABOUT, text.encode())


def read_about(path: Path) -> About:
    """What a backup says of itself. Raises Failed if it is none, or says it in another way."""
    try:
        table = json.loads((path / ABOUT).read_text("utf-8"))
        return About(**table | {"gaps": [(begin, end) for begin, end in table["gaps"]]})
    except OSError:
        raise Failed("damaged", f"{path} is no backup: it should be a folder that holds {ABOUT}.") from None
    except (ValueError, TypeError, KeyError):
        raise Failed("damaged", f"The backup {path} is damaged: its {ABOUT} can't be read.") from None


def kept(folder: Path) -> list[Path]:
    """The backups in a folder, oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) and (path / ABOUT).exists())


def remove_older(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest ones; returns those removed."""
    old = kept(folder)[:-keep]
    for path in old:
        (path / ABOUT).unlink()  # half removed, it is no backup any more
        shutil.rmtree(path)
    return old


def write_private(path: Path, content: bytes) -> None:
    """Replace a file by one that only its owner may read, at once and on disk for good."""
    new = path.with_name(f".{path.name}.{ids.new_id()}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def settle(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
