"""Calling: webhooks and the hub, each by a thread of its own, so that a slow one keeps nobody waiting but itself."""

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from comments_service import ids, keys, lanes, outbound, webhooks, websub
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.lanes import STEADY
from comments_service.models import Job
from comments_service.settings import Settings
from comments_service.store import outbox
from comments_service.store import webhooks as store

_log = logging.getLogger("rapport.calling")
_POLL_SECONDS = 0.5
# While somebody is being called, others are looked after so often.
_GLANCE_SECONDS = 0.1
_HUB = "hub"
# Of what a hub was to be told that is set no more.
_MOST_DROPPED = 1000

# What is done with what came of a call: the status of the answer, or what went wrong.
_Settle = Callable[[Database, int | Exception], None]


class Calls:
    """Whom we are calling: one call at a time to each, however many there are.

    Used by one thread, which alone reads and writes the database; the others only wait for servers elsewhere.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(webhooks.MOST + 1, thread_name_prefix="calling")
        self._under_way: dict[str, tuple[Future[int], _Settle]] = {}

    def step(self, db: Database, settings: Settings, secrets: Keys) -> bool:
        """Settle the calls that ended and begin those that are due; False if nobody is being called."""
        if self._under_way:
            wait([future for future, _ in self._under_way.values()], _GLANCE_SECONDS, FIRST_COMPLETED)
        with STEADY:
            self._settle_ended(db)
            self._call_hub(db, settings)
            self._call_webhooks(db, settings, secrets)
        return bool(self._under_way)

    def finish(self, settings: Settings) -> None:
        """Wait for the calls in hand, and settle them."""
        self._pool.shutdown()
        if self._under_way:
            with lanes.connection(settings) as db, STEADY:
                self._settle_ended(db)

    def _settle_ended(self, db: Database) -> None:
        for receiver in [one for one, (future, _) in self._under_way.items() if future.done()]:
            future, settle = self._under_way[receiver]
            error = future.exception()
            if error is not None and not isinstance(error, (outbound.Refused, outbound.Unreachable)):
                lanes.log_unforeseen(_log, receiver, error if isinstance(error, Exception) else RuntimeError())
            settle(db, error if isinstance(error, Exception) else future.result())
            del self._under_way[receiver]

    def _call_hub(self, db: Database, settings: Settings) -> None:
        if _HUB in self._under_way:
            return
        jobs = outbox.due(db, now=ids.now(), limit=1 if settings.websub_hub else _MOST_DROPPED, lane=outbox.HUB)
        if jobs and settings.websub_hub:
            future = self._pool.submit(_pinged, settings, jobs[0].subject)
            self._under_way[_HUB] = (future, lambda db, outcome: _pinged_so(db, jobs[0], outcome))
        elif jobs:
            outbox.done(db, jobs)

    def _call_webhooks(self, db: Database, settings: Settings, secrets: Keys) -> None:
        for webhook in store.every(db):
            now = ids.now()
            delivery = None if webhook.id in self._under_way else store.due(db, webhook.id, now=now)
            if delivery:
                body, headers = webhooks.message(db, settings, secrets, delivery, now=now)
                future = self._pool.submit(_told, settings, webhook.url, body, headers)
                self._under_way[webhook.id] = (
                    future,
                    lambda db, outcome, delivery=delivery: webhooks.settle(db, delivery, outcome),  # type: ignore[misc]
                )


def _told(settings: Settings, url: str, body: bytes, headers: dict[str, str]) -> int:
    return outbound.tell(settings, url, body, headers=headers)


def _pinged(settings: Settings, topic: str) -> int:
    websub.ping(settings, topic)
    return 0


def _pinged_so(db: Database, job: Job, outcome: int | Exception) -> None:
    with db.transaction():
        if isinstance(outcome, Exception):
            outbox.failed(db, job, webhooks.said(outcome))
        else:
            outbox.done(db, [job])


def call_due(db: Database, settings: Settings, secrets: Keys) -> None:
    """Call whoever is to be called, until nobody is."""
    calls = Calls()
    while calls.step(db, settings, secrets):
        pass
    calls.finish(settings)


def run(settings: Settings, stops_within: Callable[[float], bool]) -> None:
    """Call until it is time to stop; the calls in hand are finished first."""
    calls = Calls()

    def begin(db: Database) -> Callable[[], bool]:
        secrets = keys.load(settings.data)
        return lambda: calls.step(db, settings, secrets)

    lanes.work(settings, stops_within, begin, poll=_POLL_SECONDS, log=_log)
    calls.finish(settings)
