"""Backups and restores as the tests ask for them: without a word, into the folder that the command takes."""

from pathlib import Path

from comments_service import backups
from comments_service.backups import Restored
from comments_service.settings import Settings


def folder(settings: Settings) -> Path:
    """Where the command keeps them if it is told no other place."""
    return settings.data / "backups"


def made(settings: Settings, *, keep: int | None = None) -> Path:
    """A new backup."""
    return backups.make(settings, folder(settings), lambda _: None, keep=keep)


def restored(settings: Settings, path: Path, *, without_replay: bool = False) -> Restored:
    """Put one back."""
    return backups.restore(settings, path, folder(settings), lambda _: None, without_replay=without_replay)
