"""Hands: work upon many things is shared by as many processes as the machine has processors, up to four."""

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")

# Fewer things are done sooner than another process begins.
_WORTH_SHARING = 100
# More would take more memory than a small server has.
_MOST = 4


def _as_it_is() -> None:
    """Begin by nothing else."""


def shared(
    work: Callable[[_Thing], _Made],
    things: Sequence[_Thing],
    begin: Callable[..., object] = _as_it_is,
    *told: object,
    copies: bool = True,
    tell: Callable[[int], object] = lambda _: None,
) -> Sequence[_Made]:
    """What `work` makes of each thing, in their order; of the rest nothing, where it is not shared or a process dies.

    Processes begin as copies of this one, with everything that it knows, or, without `copies`, as new ones, which a
    process that has threads wants; then by `begin`. What `work` is given, what it returns and its own name go from one
    to the other (pickle). `tell` is told how many are done.
    """
    made: list[_Made] = []
    number = min(os.cpu_count() or 1, _MOST)
    if len(things) < _WORTH_SHARING or number == 1:
        return made
    how = multiprocessing.get_context("fork" if copies else "spawn")
    with (
        contextlib.suppress(BrokenProcessPool),
        _frozen(),
        ProcessPoolExecutor(number, how, _begin, (begin, told)) as pool,
    ):
        for one in pool.map(work, things, chunksize=16):
            made.append(one)
            tell(len(made))
    return made


def _begin(begin: Callable[..., object], told: tuple[object, ...]) -> None:
    """Begin a process. It ends with the one that began it, which alone hears that somebody interrupts both."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    begin(*told)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def _frozen() -> Iterator[None]:
    """Let no process go through what it got from this one, looking for what nobody needs: it would copy all of that."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
