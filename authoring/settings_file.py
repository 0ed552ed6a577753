"""`rapport.toml`, changed line by line: whatever else stands in it, comments too, stays as it was."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from authoring.errors import Refusal
from comments_service import ids
from comments_service import settings as settings_
from comments_service.publishing import files
from comments_service.settings import FILE, ROOT

PATH = ROOT / FILE

_HEAD = "# The settings of this blog; docs/settings.md lists them all. A variable RAPPORT_… wins over a line here.\n\n"
_VALUE = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^"'#\s]+)"""


def change(path: Path, changes: Mapping[str, str | int]) -> bool:
    """Set these settings in the file; True when that changed it. The file is replaced whole or not at all.

    Raises SettingsError when what stands in the file can't be used, and Refusal when it is written in a way that this
    can't change without harm.
    """
    path = path.resolve()
    before = files.read(path) if path.exists() else ""
    settings_.load({}, path)
    after = changed(before, changes)
    if after == before:
        return False
    aside = path.with_name(f".{path.name}.{ids.new_id()}")
    try:
        aside.write_text(after, "utf-8", newline="")
        settings_.load({}, aside)
        if before:
            aside.chmod(path.stat().st_mode & 0o777)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return True


def changed(text: str, changes: Mapping[str, str | int]) -> str:
    """The text of the file with these settings in it."""
    table = tomllib.loads(text)
    after = text or _HEAD
    for name, value in changes.items():
        if table.get(name) != value:
            after = _with(after, name, value)
    try:
        if tomllib.loads(after) == table | dict(changes):
            return text if after == _HEAD else after
    except tomllib.TOMLDecodeError:
        pass
    lines = "\n".join(_line(name, value) for name, value in changes.items())
    raise Refusal(f"{FILE} is written in a way that this command can't change. Please set there yourself:\n{lines}")


def _with(text: str, name: str, value: str | int) -> str:
    found = re.search(rf"^[ \t]*{name}[ \t]*=[ \t]*{_VALUE}(?=[ \t]*(?:#.*)?\r?$)", text, re.MULTILINE)
    if found:
        return text[: found.start()] + _line(name, value) + text[found.end() :]
    end = "" if text.endswith("\n") else "\n"
    return f"{text}{end}{_line(name, value)}\n"


def _line(name: str, value: str | int) -> str:
    # A JSON string is a TOML string, but for DEL, which no setting holds.
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"
