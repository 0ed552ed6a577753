"""The folder `data/letters/`: where letters lie when no mail server is set, for whoever tries this blog to find."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from comments_service import ids
from comments_service.settings import Settings

_NAME = "letters"


@dataclass(frozen=True, slots=True)
class Lying:
    """A letter in the folder, to be read: `at` is a time as in `ids`, `text` its text part."""

    id: str
    to: str
    subject: str
    at: str
    text: str


def lay_down(settings: Settings, id_: str, letter: bytes) -> Path:
    """Keep a letter in the folder, whole or not at all, for its owner's eyes only; returns where it lies."""
    folder = settings.data / _NAME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{id_}.eml"
    # Named without `ids.new_id`, whose lock nobody may hold while another thread makes a process (`lanes.STEADY`).
    aside = folder / f".{id_}.{os.getpid()}"
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(letter)
            file.flush()
            os.fsync(file.fileno())
        os.utime(aside, (at := ids.moment().timestamp(), at))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def lying(settings: Settings, *, limit: int) -> list[Lying]:
    """The newest letters in the folder, newest first; what is no letter is passed over."""
    found: list[Lying] = []
    for path in sorted((settings.data / _NAME).glob("[!.]*.eml"), reverse=True):
        if len(found) == limit:
            break
        with contextlib.suppress(FileNotFoundError, LookupError, ValueError, AttributeError):
            found.append(_read(path))
    return found


def _read(path: Path) -> Lying:
    from email import message_from_bytes, policy

    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    part = message.get_body(("plain",))
    if part is None:
        raise ValueError("A letter has a text.")
    return Lying(
        id=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=ids.as_text(message["Date"].datetime),
        text=part.get_content().replace("\r\n", "\n"),
    )


def forget(settings: Settings, *, before: str) -> None:
    """Remove the letters that were laid down before a moment."""
    for path in (settings.data / _NAME).glob("*.eml"):
        if path.stat().st_mtime < ids.as_moment(before).timestamp():
            path.unlink(missing_ok=True)
