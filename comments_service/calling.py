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
from comments_service.store.webhooks import Delivery

_log = logging.getLogger("rapport.calling")
_POLL_SECONDS = 0.5
# While somebody is being called, others are looked after so often.
_GLANCE_SECONDS = 0.1
_HUB = "hub"
# Of what a hub was to be told that is set no more.
_MOST_DROPPED = 1000


class Calls:
    """Whom we are calling: one call at a time to each, however many there are.

    Used by one thread, which alone reads and writes the database; the others only wait for servers elsewhere.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(webhooks.MOST + 1, thread_name_prefix="calling")
        self._under_way: dict[str, tuple[Future[int], Delivery | Job]] = {}

    def step(self, db: Database, settings: Settings, secrets: Keys) -> bool:
        """Settle the calls that ended and begin those that are due; False if there is nothing to do."""
        if self._under_way:
            wait([future for future, _ in self._under_way.values()], _GLANCE_SECONDS, FIRST_COMPLETED)
        with STEADY:
            self._settle_ended(db)
            self._call_hub(db, settings)
            stumbled = self._call_webhooks(db, settings, secrets)
        return stumbled or bool(self._under_way)

    def finish(self, settings: Settings) -> None:
        """Wait for the calls in hand, and settle them."""
        self._pool.shutdown()
        if self._under_way:
            with lanes.connection(settings) as db, STEADY:
                self._settle_ended(db)

    def _settle_ended(self, db: Database) -> None:
        for receiver in [one for one, (future, _) in self._under_way.items() if future.done()]:
            future, about = self._under_way[receiver]
            error = future.exception()
            outcome = future.result() if error is None else _foreseen(receiver, error)
            if isinstance(about, Delivery):
                webhooks.settle(db, about, outcome)
            else:
                _settle_ping(db, about, outcome)
            del self._under_way[receiver]

    def _call_hub(self, db: Database, settings: Settings) -> None:
        if _HUB in self._under_way:
            return
        jobs = outbox.due(db, now=ids.now(), limit=1 if settings.websub_hub else _MOST_DROPPED, lane=outbox.HUB)
        if jobs and settings.websub_hub:
            self._under_way[_HUB] = (self._pool.submit(websub.ping, settings, jobs[0].subject), jobs[0])
        elif jobs:
            outbox.done(db, jobs)

    def _call_webhooks(self, db: Database, settings: Settings, secrets: Keys) -> bool:
        """Begin what is due; returns whether some message could not be made, and the next may be due."""
        stumbled = False
        for webhook in store.every(db):
            now = ids.now()
            delivery = None if webhook.id in self._under_way else store.due(db, webhook.id, now=now)
            if delivery is None:
                continue
            try:
                body, headers = webhooks.message(db, settings, secrets, delivery, now=now)
            except Exception as error:  # noqa: BLE001 -- one message that can't be made does not keep the others
                webhooks.settle(db, delivery, _foreseen(webhook.id, error))
                stumbled = True
                continue
            future = self._pool.submit(outbound.tell, settings, webhook.url, body, headers=headers)
            self._under_way[webhook.id] = (future, delivery)
        return stumbled


def _foreseen(receiver: str, error: BaseException) -> Exception:
    """What went wrong with a call; what is not of the other side's making is logged."""
    if isinstance(error, (outbound.Refused, outbound.Unreachable)):
        return error
    known = error if isinstance(error, Exception) else RuntimeError(type(error).__name__)
    lanes.log_unforeseen(_log, receiver, known)
    return known


def _settle_ping(db: Database, job: Job, outcome: int | Exception) -> None:
    with db.transaction():
        if outcome in webhooks.TAKEN:
            outbox.done(db, [job])
        else:
            outbox.failed(db, job, webhooks.said(outcome))


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
