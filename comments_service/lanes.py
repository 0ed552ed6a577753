"""Lanes: queues that wait for servers elsewhere, each worked by a thread of its own beside the pages' queue."""

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from comments_service.database import Database, connect
from comments_service.settings import Settings

# A thread of the worker holds this while it does anything but wait for a server elsewhere. Another thread that makes a
# process takes it first: a lock that is held in that moment would stay held in the new process for ever.
STEADY = threading.Lock()
_PAUSE_SECONDS = 1.0


def work(
    settings: Settings,
    stops_within: Callable[[float], bool],
    begin: Callable[[Database], Callable[[], bool]],
    *,
    poll: float,
    log: logging.Logger,
) -> None:
    """Work a lane until it is time to stop; what is in hand is finished first.

    `begin` is given a connection and says how one job is done, which tells whether there was any; where there was none,
    the lane is looked at again after `poll` seconds.
    """
    rest = 0.0
    while not stops_within(rest):
        try:
            with connection(settings) as db:
                with STEADY:
                    one = begin(db)
                while not stops_within(0.0 if one() else poll):
                    pass
        except Exception:  # a full disk, a database that restarts: what waits is safe
            log.exception("the queue could not be reached")
            rest = _PAUSE_SECONDS


@contextmanager
def connection(settings: Settings) -> Iterator[Database]:
    """A connection that is opened and closed while no process is made."""
    with STEADY:
        db = connect(settings)
    try:
        yield db
    finally:
        with STEADY:
            db.close()


def log_unforeseen(log: logging.Logger, fact: str, error: Exception) -> str:
    """Log what a job stumbled over, and return its kind: what it says may hold an address, where it came from not."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed: %s", fact, type(error).__name__, extra={"fields": {"trace": trace}})
    return type(error).__name__
