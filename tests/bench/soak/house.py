"""A house of twenty essays that is served by real processes, and can lose all of them at once."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from comments_service import publishing
from comments_service.settings import Settings
from tests.bench import servers
from tests.bench.servers import Server
from tests.support.actors import House, furnish, page
from tests.support.processes import eventually, family
from tests.support.site import MARKS

PAGES = tuple(f"/essay-{number}/" for number in range(20))
_FIRST_ASKED = f"/comments/counts?page={PAGES[0]}"


def built(folder: Path, database: str = "", *, furnish_more: Callable[[House], object] = lambda _: None) -> Settings:
    """Build a house with its site put live, and furnish it as wanted; nobody is in it when this returns."""
    essays = tuple(page(path) for path in PAGES)
    with furnish(folder, database=database, essays=essays) as house:
        for essay in essays:
            file = folder / "build" / essay.path.strip("/") / "index.html"
            file.parent.mkdir(parents=True)
            file.write_text(MARKS.format(essay.path), "utf-8")
        publishing.bake(house.settings, folder / "build", essays)
        publishing.put_live(house.settings, folder / "build")
        furnish_more(house)
        return house.settings


@contextmanager
def served(
    settings: Settings, port: int, log: Path, *, under: tuple[str, ...] = (), **changes: str
) -> Iterator[Server]:
    """Run `rapport serve` upon a house, under another program such as a tracer, until the block ends."""
    command, environment = servers.rapport(settings.data.parent, port, RAPPORT_DATABASE=settings.database, **changes)
    with servers.running([*under, *command], port, _FIRST_ASKED, environment, log) as server:
        yield server


def kill(pid: int) -> None:
    """End a process and all that it started at one moment and without a word, as a power cut does.

    They are stopped first, so that none of them can start another, or do anything about it, while they are counted.
    """
    stopped: set[int] = set()
    while not stopped.issuperset(everybody := family(pid)):
        for one in everybody:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGSTOP)
        stopped.update(everybody)
    for one in stopped:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    eventually(lambda: not any(_alive(one) for one in stopped), "all processes end")


def _alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended and was not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def complaints(log: Path) -> list[str]:
    """The lines of a log that tell of something unforeseen: an error, or where one came from."""
    signs = ("Traceback", '"level":"error"', '"level": "error"', "[ERROR]", "[CRITICAL]", "database is locked")
    return [line for line in log.read_text("utf-8", "replace").splitlines() if any(sign in line for sign in signs)]
