"""What an examination finds, in words a person can act upon."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is: as it should be, worth a look, or not doing its work."""

    OK = "ok"
    LOOK = "look at this"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, a sentence that says so, and one that says what to do (empty where nothing is).

    `ends`: without this nothing more can be looked at.
    """

    what: str
    state: State
    said: str
    do: str = ""
    ends: bool = False

    def as_data(self) -> dict[str, str]:
        """The same for programs."""
        return {"what": self.what, "state": self.state.value, "said": self.said, "do": self.do}


# What takes long is announced with its length (0: unknown), and says how many more of it are done.
Watch = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


def or_ok(found: Iterator[Finding], what: str, sentence: str) -> Iterator[Finding]:
    """The findings, or that all is well where there are none."""
    none = True
    for one in found:
        none = False
        yield one
    if none:
        yield Finding(what, State.OK, sentence)
