"""Alerting: the queue of alerts, worked by a thread of its own, so that no chat service keeps pages or letters."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from comments_service import chat, ids, lanes
from comments_service.database import Database
from comments_service.lanes import STEADY
from comments_service.models import Job
from comments_service.notifying import alerts
from comments_service.settings import Settings
from comments_service.store import author_news, outbox

_log = logging.getLogger("rapport.alerts")
_POLL_SECONDS = 1.0
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one service is told at once: nothing, where all of it is over, or the service is set no more."""

    service: str
    jobs: list[Job]
    address: str
    message: alerts.Message | None


def alert_once(db: Database, settings: Settings) -> bool:
    """Tell one service all that is due for it; False if nothing is, or it is not the time."""
    with STEADY:
        batch = _due(db, settings)
        if batch is None:
            return False
        if batch.message:
            chat.ready()
    outcome = _sent(settings, batch) if batch.message else None
    with STEADY, db.transaction():
        _mark(db, batch, outcome)
    return True


def _due(db: Database, settings: Settings) -> _Batch | None:
    if alerts.quiet_until(settings, ids.moment()):
        return None
    now = ids.now()
    by_service: dict[str, list[Job]] = {}
    for job in outbox.due(db, now=now, limit=_AT_ONCE, lane=outbox.ALERTS):
        by_service.setdefault(str(job.data.get("service")), []).append(job)
    addresses = {one.id: one.address for one in alerts.services(settings)}
    for service, jobs in by_service.items():
        if not alerts.rests(db, service, now=now):
            address = addresses.get(service, "")
            return _Batch(service, jobs, address, alerts.message(db, settings, jobs) if address else None)
    return None


def _sent(settings: Settings, batch: _Batch) -> Exception | None:
    message = batch.message or alerts.Message("", "")
    try:
        chat.send(settings, batch.address, message.title, message.body)
    except Exception as error:  # noqa: BLE001 -- one service does not keep the others
        return error
    return None


def _mark(db: Database, batch: _Batch, outcome: Exception | None) -> None:
    if batch.message:
        outbox.beat(db, alerts.beat(batch.service), now=ids.now())
    if outcome is None:
        outbox.done(db, batch.jobs)
        author_news.settle(db, [str(job.data.get("news")) for job in batch.jobs], at=ids.now())
        return
    if isinstance(outcome, chat.NotTold):
        _log.warning("an alert has to wait: %s", outcome)
        why = str(outcome)
    else:
        why = lanes.log_unforeseen(_log, alerts.ALERT, outcome)
    for job in batch.jobs:
        outbox.failed(db, job, why)


def run(settings: Settings, stops_within: Callable[[float], bool]) -> None:
    """Alert until it is time to stop; what is in hand is finished first."""
    lanes.work(settings, stops_within, lambda db: lambda: alert_once(db, settings), poll=_POLL_SECONDS, log=_log)
