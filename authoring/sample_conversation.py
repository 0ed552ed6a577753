"""What is said in the sample conversation of `make demo`, read from sample_conversation.toml, which explains itself."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("sample_conversation.toml")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Said:
    """One reply of the sample, at its time."""

    id: str
    on: str
    by: str
    when: datetime
    text: str
    to: str = ""
    wants: str = ""
    first: str = ""
    withdrawn: datetime | None = None
    waits: bool = False
    private: bool = False

    @property
    def page(self) -> str:
        """The essay's path."""
        return f"/{self.on}/"


def read(present: datetime) -> tuple[Mapping[str, Mapping[str, str]], list[Said]]:
    """The readers by their short names, and what is said until `present`, whose time zone decides what a day is."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    return table["readers"], [_said(entry, present) for entry in table["said"]]


def moment(words: str, present: datetime) -> datetime:
    """`3 days ago, 17:06`, `9 hours ago`, `40 minutes ago`. Raises ValueError for anything else."""
    if found := re.fullmatch(r"(\d+) days? ago, (\d\d:\d\d)", words):
        day = present.date() - timedelta(days=int(found[1]))
        return datetime.combine(day, time.fromisoformat(found[2]), present.tzinfo)
    if found := re.fullmatch(r"(\d+) (minute|hour)s? ago", words):
        return present - int(found[1]) * _UNITS[found[2]]
    raise ValueError(f"{FILE.name}: “{words}” is no time.")


def _said(entry: Mapping[str, Any], present: datetime) -> Said:
    times = {name: moment(entry[name], present) for name in ("when", "withdrawn") if name in entry}
    return Said(**{**entry, **times, "text": entry["text"].strip(), "first": entry.get("first", "").strip()})
