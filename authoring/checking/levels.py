"""`content/check.toml`: which rules the author turned off, and which warn or fail."""

import difflib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from authoring.checking.findings import Level
from authoring.checking.rules import RULES
from authoring.errors import Refusal

FILE = "check.toml"
_TABLE = "check"


def read(content: Path) -> Mapping[str, Level]:
    """The level of every rule, by its name. Raises Refusal for what the file says and nobody understands."""
    levels = {rule.name: rule.level for rule in RULES}
    path = content / FILE
    if not path.exists():
        return levels
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(f'{path} can’t be read: {error}. Under [check] stand lines such as: spelling = "off".') from error
    for name, table in said.items():
        if name != _TABLE or not isinstance(table, dict):
            raise Refusal(f"{path} says {name}, which it doesn’t take: it has one table, [check].")
    for name, level in said.get(_TABLE, {}).items():
        if name not in levels:
            raise Refusal(f"{path} names {name}, which is no rule.{_perhaps(name, levels)} docs/writing.md lists them.")
        if level not in list(Level):
            raise Refusal(f"{path} says {name} = {level!r}. A rule is “off”, or it may “warn” or “fail”.")
        levels[name] = Level(level)
    return levels


def _perhaps(name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    return f" Perhaps it is {near[0]}." if near else ""
