"""Our own programs as children: each in a fresh Python, with exactly the settings that its parent has."""

import os
import sys
from pathlib import Path

from comments_service import settings as settings_
from comments_service.settings import Settings


def command(module: str, *words: str | Path) -> list[str]:
    """The command line of one of our modules."""
    return [sys.executable, "-m", module, *map(str, words)]


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which `settings.load()` gives these very settings, whatever a file or a variable says."""
    ours = {f"RAPPORT_{name.upper()}": _as_text(getattr(settings, name)) for name in settings_.names()}
    return {name: value for name, value in os.environ.items() if name != "PORT"} | ours


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)
