"""Steps: a command as a list of named steps, each shown with its time; one that fails says what to do."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import ENOSPC
from typing import Generic, TypeVar

from authoring.errors import Refusal

Run = TypeVar("Run")
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Step(Generic[Run]):
    """One step: its name, what is being done, and the function, which returns what came of it in a few words.

    `live` says that readers see the new version by then, so that a failure leaves them with it.
    """

    name: str
    doing: str
    act: Callable[[Run, Tell], str]
    live: bool = False


@dataclass(slots=True)
class Clock:
    """How long each step took, in seconds, in their order."""

    took: dict[str, float] = field(default_factory=dict)


def walk(steps: Iterable[Step[Run]], run: Run, clock: Clock) -> Iterator[Step[Run]]:
    """Take the steps in turn; yields each when it is done.

    Raises Refusal when one fails, with its name, why, and how readers see the site now.
    """
    for step in steps:
        started = time.monotonic()
        print(f"{step.doing} … ", end="", flush=True)
        try:
            with telling(step.doing) as tell:
                came = step.act(run, tell)
        except BaseException as error:
            unchanged = "readers see the new version." if step.live else "nothing has changed for readers."
            print(f"stopped; {unchanged}", flush=True)
            if isinstance(error, Refusal | OSError):
                raise Refusal(_why(step, error)) from error
            raise
        clock.took[step.name] = time.monotonic() - started
        print(f"{came}, {clock.took[step.name]:.1f} s" if came else f"{clock.took[step.name]:.1f} s", flush=True)
        yield step


def _why(step: Step[Run], error: Exception) -> str:
    if not isinstance(error, OSError):
        return str(error)
    if error.errno == ENOSPC:
        return f"The disk is full, so the step “{step.name}” could not go on. Make room, then run this again."
    return f"The step “{step.name}” could not go on: {error}. Mend that, then run this again."


@contextmanager
def telling(doing: str) -> Iterator[Tell]:
    """At a terminal, what is being looked at stands behind what is being done, and is gone afterwards."""
    if not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield lambda _: None
        return

    def tell(words: str) -> None:
        print(f"\r\033[K{doing} … {words}", end="", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        print(f"\r\033[K{doing} … ", end="", file=sys.stderr, flush=True)
