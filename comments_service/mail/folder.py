"""The folder `data/letters/`: where letters lie when no mail server is set, for whoever tries this blog to find."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from comments_service import ids, private_files
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
    path = settings.data / _NAME / f"{id_}.eml"
    private_files.write(path, letter)
    os.utime(path, (at := ids.moment().timestamp(), at))
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
