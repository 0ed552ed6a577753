"""Hands: work upon many things is shared by as many processes as the machine has processors."""

import contextlib
import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")

# Fewer things are done sooner than another process begins.
_WORTH_SHARING = 100


def shared(
    work: Callable[[_Thing], _Made], things: Sequence[_Thing], begin: Callable[..., None], *told: object
) -> Sequence[_Made]:
    """What `work` makes of each thing, in their order; of the rest nothing, where it is not shared or a process dies.

    Processes begin as copies of this one, with everything that it knows, and then by `begin`. What `work` is given,
    what it returns and its own name go from one to the other (pickle).
    """
    made: list[_Made] = []
    number = os.cpu_count() or 1
    if len(things) >= _WORTH_SHARING and number > 1:
        with (
            contextlib.suppress(BrokenProcessPool),
            _frozen(),
            ProcessPoolExecutor(number, multiprocessing.get_context("fork"), begin, told) as pool,
        ):
            made.extend(pool.map(work, things, chunksize=16))
    return made


@contextlib.contextmanager
def _frozen() -> Iterator[None]:
    """Let no process go through what it got from this one, looking for what nobody needs: it would copy all of that."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
