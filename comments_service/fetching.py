"""Fetching: the pictures' queue, worked by a thread of its own, so that no server elsewhere keeps pages or letters."""

import logging
import traceback
from collections.abc import Callable

from comments_service import ids, outbound
from comments_service.database import Database, opened
from comments_service.delivering import STEADY
from comments_service.identity import pictures
from comments_service.models import Job
from comments_service.settings import Settings
from comments_service.store import outbox

_log = logging.getLogger("rapport.pictures")
_POLL_SECONDS = 0.5
_PAUSE_SECONDS = 2.0


def fetch_once(db: Database, settings: Settings) -> bool:
    """Fetch the chosen picture that is due first; False if none is."""
    with STEADY:
        jobs = outbox.due(db, now=ids.now(), limit=1, lane=outbox.PICTURES)
        wanted = pictures.wanted(db, jobs[0]) if jobs else None
    if not jobs:
        return False
    outcome = _fetched(settings, wanted) if wanted else None
    with STEADY, db.transaction():
        _mark(db, jobs[0], wanted, outcome)
    return True


def _fetched(settings: Settings, wanted: pictures.Wanted) -> bytes | Exception:
    try:
        return pictures.fetched(settings, wanted)
    except (outbound.Refused, outbound.Unreachable, ValueError) as error:
        return error
    except Exception as error:  # noqa: BLE001 -- one bad picture does not keep the others
        # What it says may hold an address, so only its kind is told, and where it came from.
        trace = "".join(traceback.format_tb(error.__traceback__))
        _log.error("a picture failed: %s", type(error).__name__, extra={"fields": {"trace": trace}})
        return error


def _mark(db: Database, job: Job, wanted: pictures.Wanted | None, outcome: bytes | Exception | None) -> None:
    if wanted is None or outcome is None or pictures.settled(db, wanted, outcome, tries=job.attempts + 1):
        outbox.done(db, [job])
        return
    outbox.failed(db, job, type(outcome).__name__)


def run(settings: Settings, stops_within: Callable[[float], bool]) -> None:
    """Fetch until it is time to stop; the picture in hand is finished first."""
    rest = 0.0
    while not stops_within(rest):
        try:
            with opened(settings) as db:
                while not stops_within(0.0 if fetch_once(db, settings) else _POLL_SECONDS):
                    pass
        except Exception:  # noqa: BLE001 -- a full disk, a database that restarts: what was chosen is safe
            _log.exception("the pictures could not be reached")
            rest = _PAUSE_SECONDS
