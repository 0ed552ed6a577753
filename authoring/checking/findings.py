"""What a rule finds, and how much weight the author gives it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Level(StrEnum):
    """Whether a rule is asked at all, and whether what it finds keeps a blog from being published."""

    OFF = "off"
    WARN = "warn"
    FAIL = "fail"


class Found(NamedTuple):
    """Something to mend: the file, its line, and a sentence."""

    path: Path
    line: int
    words: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """The same with the rule that found it and the rule's level there."""

    path: Path
    line: int
    words: str
    rule: str
    level: Level

    def __str__(self) -> str:
        """`content/essays/hello.md:12: A sentence. [rule]`, the file as seen from where the command runs."""
        here = Path.cwd()
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        return f"{path}:{self.line}: {self.words} [{self.rule}]"
