"""Who uses the data folder: everything that opens the database shares it; a restore wants it for itself alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from comments_service.errors import conflict
from comments_service.settings import Settings

FILE = "in-use.lock"


@contextmanager
def shared(settings: Settings) -> Iterator[None]:
    """Use the folder beside others. Raises Problem (409) while a restore has it; a child process shares it too."""
    with _locked(settings, fcntl.LOCK_SH, "A restore is under way here. Please try again when it is done."):
        yield


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Have the folder for oneself. Raises Problem (409) while anything else uses it."""
    busy = (
        "The service, or another command of Rapport, uses this database now. Stop it first"
        " (`systemctl stop blog`), then try again. Nothing was changed."
    )
    with _locked(settings, fcntl.LOCK_EX, busy):
        yield


@contextmanager
def _locked(settings: Settings, how: int, otherwise: str) -> Iterator[None]:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.data / FILE).open("a") as handle:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise conflict(otherwise) from None
        yield
