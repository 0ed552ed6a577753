"""Fetching: the pictures' queue, worked by a thread of its own, so that no server elsewhere keeps pages or letters."""

import logging
from collections.abc import Callable

from comments_service import ids, lanes, outbound
from comments_service.database import Database
from comments_service.identity import pictures
from comments_service.lanes import STEADY
from comments_service.models import Job
from comments_service.settings import Settings
from comments_service.store import outbox

_log = logging.getLogger("rapport.pictures")
_POLL_SECONDS = 0.5


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
        lanes.log_unforeseen(_log, "picture.chosen", error)
        return error


def _mark(db: Database, job: Job, wanted: pictures.Wanted | None, outcome: bytes | Exception | None) -> None:
    if wanted is None or outcome is None or pictures.settled(db, wanted, outcome, tries=job.attempts + 1):
        outbox.done(db, [job])
        return
    outbox.failed(db, job, type(outcome).__name__)


def run(settings: Settings, stops_within: Callable[[float], bool]) -> None:
    """Fetch until it is time to stop; the picture in hand is finished first."""
    lanes.work(settings, stops_within, lambda db: lambda: fetch_once(db, settings), poll=_POLL_SECONDS, log=_log)
