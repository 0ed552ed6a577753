"""Turns: replies that arrive while another is being written are accepted together, and the disk is waited for once."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Given = TypeVar("Given")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Ask, Given]):
    """Somebody in the queue, and what came of it once it was their turn."""

    ask: Ask
    given: list[Given | Exception] = field(default_factory=list)


class Turns(Generic[Ask, Given]):
    """The threads of a process take turns at work that is all work and no waiting.

    Two at once would hold the database's write lock while they wait for the interpreter, and every writer of every
    process with them. Whoever's turn it is does the work of all who wait, so that one transaction serves them all.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._queue: deque[_Waiting[Ask, Given]] = deque()
        self._turn = threading.Lock()

    def take(self, ask: Ask, work: Callable[[Sequence[Ask]], Sequence[Given | Exception]]) -> Given:
        """What `work` gives for `ask`, or raises for it; `work` gets all that wait at that moment, in their order."""
        mine: _Waiting[Ask, Given] = _Waiting(ask)
        self._queue.append(mine)
        with self._turn:
            while not mine.given:
                self._serve(work)
        (given,) = mine.given
        if isinstance(given, Exception):
            raise given
        return given

    def _serve(self, work: Callable[[Sequence[Ask]], Sequence[Given | Exception]]) -> None:
        served = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
        outcomes: Sequence[Given | Exception]
        try:
            outcomes = work([one.ask for one in served])
        except Exception as error:  # noqa: BLE001 -- none of them was served, and each is told
            outcomes = [error] * len(served)
        for one, given in zip(served, outcomes, strict=True):
            one.given.append(given)
