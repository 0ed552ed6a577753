"""Delivering: the letters' queue, worked by a thread of its own, so that no mail server keeps the pages waiting."""

import logging
from collections.abc import Callable

from comments_service import ids, keys, lanes, mail, notifying
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.lanes import STEADY
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.settings import Settings
from comments_service.store import outbox

_log = logging.getLogger("rapport.letters")
_POLL_SECONDS = 0.2


def deliver_once(db: Database, settings: Settings, secrets: Keys, *, timeout: float = mail.TIMEOUT_SECONDS) -> bool:
    """Hand over the letter that is due first; False if none is. `timeout` is that of `mail.send`, in seconds.

    It is marked right afterwards: whoever is killed in between has one letter sent twice, with the same Message-ID.
    """
    with STEADY:
        jobs = outbox.due(db, now=ids.now(), limit=1, lane=outbox.LETTERS)
        if not jobs:
            return False
        written = _written(db, settings, secrets, jobs[0])
    outcome = _sent(settings, written, timeout) if isinstance(written, Letter) else written
    with STEADY:
        _mark(db, jobs[0], outcome)
    return True


def _written(db: Database, settings: Settings, secrets: Keys, job: Job) -> Letter | Exception | None:
    try:
        return notifying.letter(db, settings, secrets, job)
    except Exception as error:  # noqa: BLE001 -- one bad letter does not keep the others
        return error


def _sent(settings: Settings, letter: Letter, timeout: float) -> Exception | None:
    try:
        mail.send(settings, letter, timeout=timeout)
    except Exception as error:  # noqa: BLE001 -- as above
        return error
    return None


def _mark(db: Database, job: Job, outcome: Exception | None) -> None:
    match outcome:
        case None:
            outbox.done(db, [job])
        case mail.Refused():
            _log.warning("%s was given up: %s", job.fact, outcome)
            outbox.give_up(db, job, str(outcome))
        case mail.Delayed():
            _log.warning("%s has to wait: %s", job.fact, outcome)
            outbox.failed(db, job, str(outcome))
        case _:
            kind = lanes.log_unforeseen(_log, job.fact, outcome)
            outbox.failed(db, job, f"Something went wrong on our side ({kind}); the log says more.")


def run(settings: Settings, stops_within: Callable[[float], bool]) -> None:
    """Deliver until it is time to stop; the letter in hand is finished first."""

    def begin(db: Database) -> Callable[[], bool]:
        secrets = keys.load(settings.data)
        return lambda: deliver_once(db, settings, secrets)

    lanes.work(settings, stops_within, begin, poll=_POLL_SECONDS, log=_log)
