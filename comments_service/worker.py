"""The worker: takes facts from the outbox and lets everybody who listens act upon them."""

import logging
import multiprocessing
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from comments_service import (
    alerting,
    announcing,
    calling,
    collecting,
    delivering,
    fetching,
    ids,
    lanes,
    migrations,
    moderation,
    notifying,
    publishing,
    webhooks,
    websub,
)
from comments_service.database import Database, opened
from comments_service.engagement import doctor, figures, forgetting
from comments_service.identity import entries
from comments_service.mail import folder
from comments_service.models import Job
from comments_service.moderation import banning, reading, spam
from comments_service.notifying import alerts, mornings, noticing
from comments_service.settings import Settings
from comments_service.store import (
    acts,
    attempts,
    bans,
    comments,
    conversations,
    correspondents,
    errands,
    inbox,
    letter_links,
    news,
    outbox,
    reports,
    rules,
)
from comments_service.store import webhooks as deliveries

Listener = Callable[[Database, Settings, Sequence[Job]], None]

_log = logging.getLogger("rapport.worker")
# What is due about one page is one piece of work, however much it is: after a wave of replies a portion has to be
# large, or the last of them wait for all the portions before.
_BATCH = 5_000
_POLL_SECONDS = 0.1
# After a batch the worker rests so many times as long as it took: a page of a few replies follows within a tenth of a
# second, and one of ten thousand in full swing does not take the processor from the people who write.
_REST = 9.0
_LONGEST_REST_SECONDS = 20.0
_TIDY_SECONDS = 60.0
# Comments on one page from which on rendering it takes tens of megabytes.
_LONG = 1000
_NETWORK_DAYS = 30
_ATTEMPT_DAYS = 1
_ERRAND_DAYS = 1  # after it expired
_LETTER_DAYS = 30  # of those that were given up, those in the folder, and what became of those that came in
_NEWS_DAYS = 365
_UNASKED_DAYS = 7  # how long an address waits for its owner to say yes


def refresh_pages(db: Database, settings: Settings, jobs: Sequence[Job]) -> None:
    """Bring the pages that the facts tell of up to date, each once."""
    paths = list(dict.fromkeys(map(_page, jobs)))
    counts = comments.standing_counts(db, paths)
    long = [path for path in paths if counts.get(path, 0) > _LONG]
    _show(db, settings, [path for path in paths if path not in long])
    if long:
        _aside(settings, lambda there: _show(there, settings, long))


def _page(job: Job) -> str:
    return str(job.data.get("page", job.subject))


def _aside(settings: Settings, work: Callable[[Database], object]) -> None:
    """Do what takes much memory in a process of its own, which takes the memory along when it ends."""
    process = multiprocessing.get_context("fork").Process(target=_with_a_connection, args=(settings, work))
    with lanes.STEADY:
        process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"what was done aside ended with {process.exitcode}")


def _with_a_connection(settings: Settings, work: Callable[[Database], object]) -> None:
    with opened(settings) as db:
        work(db)


def _show(db: Database, settings: Settings, paths: list[str]) -> None:
    """Take these essays' lines, then splice: a page shows the snapshot that is stored, as a full build does."""
    for path in dict.fromkeys([*paths, *conversations.counted_elsewhere(db, paths)]):
        figures.take_essay(db, path)
    publishing.refresh(db, settings, paths)


def read_words(db: Database, _settings: Settings, jobs: Sequence[Job]) -> None:
    """Keep the words of the comments that the facts tell of, each once, for those who search."""
    reading.read(db, list(dict.fromkeys(job.subject for job in jobs)))


def read_unread(db: Database, _settings: Settings, _jobs: Sequence[Job]) -> None:
    """Go on with what was never read."""
    reading.read_on(db)


def tell_readers(db: Database, settings: Settings, jobs: Sequence[Job]) -> None:
    """Keep what readers wish to hear of, and write down what they are to be told."""
    notifying.hear(db, settings, jobs)


_PERSONS = (tell_readers, noticing.tell_authors)
_PROGRAMS = (webhooks.fan_out, websub.comments_changed)
# Fact -> who listens. A listener gets all facts of a batch at once and must bear to get one twice.
LISTENERS: Mapping[str, tuple[Listener, ...]] = {
    "comment.held": (refresh_pages, read_words, *_PERSONS, webhooks.fan_out),
    "comment.published": (refresh_pages, read_words, *_PERSONS, *_PROGRAMS),
    "comment.filtered": (read_words,),
    "comment.edited": (refresh_pages, read_words, *_PERSONS, *_PROGRAMS),
    "comment.hidden": (refresh_pages, *_PERSONS, *_PROGRAMS),
    "comment.withdrawn": (refresh_pages, *_PROGRAMS),
    "comment.reported": (webhooks.fan_out,),
    "essay.published": (webhooks.fan_out, websub.essays_changed),
    "essay.changed": (webhooks.fan_out, websub.essays_changed),
    "conversation.changed": (refresh_pages, tell_readers),
    "figures.taken": (refresh_pages,),
    "page.closed": (refresh_pages,),
    "page.liked": (refresh_pages,),
    "thread.changed": (refresh_pages,),
    "thread.moved": (refresh_pages,),
    "picture.changed": (refresh_pages,),
    announcing.ANNOUNCED: (announcing.tell,),
    reading.UNREAD: (read_unread,),
}


def work_once(db: Database, settings: Settings) -> int:
    """Act upon the facts that are due; returns how many there were. One that fails is tried again later."""
    jobs = outbox.due(db, now=ids.now(), limit=_BATCH)
    by_listener: dict[Listener, list[Job]] = {}
    for job in jobs:
        for listener in LISTENERS.get(job.fact, ()):
            by_listener.setdefault(listener, []).append(job)
    failed: dict[str, str] = {}
    for listener, heard in by_listener.items():
        failed |= _told(listener, db, settings, heard)
    if jobs:
        with db.transaction():
            outbox.done(db, [job for job in jobs if job.id not in failed])
            for job in jobs:
                if job.id in failed:
                    outbox.failed(db, job, failed[job.id])
    return len(jobs)


def _told(listener: Listener, db: Database, settings: Settings, jobs: Sequence[Job]) -> dict[str, str]:
    """Let a listener act upon its jobs; returns what went wrong with which. A page's trouble is not that of others."""
    try:
        listener(db, settings, jobs)
    except Exception as error:  # noqa: BLE001 -- whatever a listener stumbles over, the worker goes on
        by_page: dict[str, list[Job]] = {}
        for job in jobs:
            by_page.setdefault(_page(job), []).append(job)
        if len(by_page) > 1:
            return {
                id_: why for of_one in by_page.values() for id_, why in _told(listener, db, settings, of_one).items()
            }
        _log.error("%s failed", listener.__name__, exc_info=error)
        return dict.fromkeys((job.id for job in jobs), f"{type(error).__name__}: {error}")
    return {}


def tidy(db: Database, settings: Settings) -> None:
    """What falls due with time: conversations to close, figures, what is to be forgotten; and a sign of life."""
    publishing.close_due(db)
    spam.expire(db)
    if figures.SITE in figures.due(db):
        _aside(settings, lambda there: _every_night(there, settings))
    figures.take_due(db, settings)
    doctor.take_a_round(db, settings)
    reading.look_for_unread(db)
    notifying.catch_up(db, settings)
    mornings.fall_due(db, settings)
    alerts.fall_due(db, settings)
    with db.transaction():
        for forget_networks in (
            comments.forget_networks,
            reports.forget_networks,
            rules.forget_networks,
            bans.forget_networks,
        ):
            forget_networks(db, before=ids.now(days=-_NETWORK_DAYS))
        banning.forget_ended(db)
        attempts.forget(db, before=ids.now(days=-_ATTEMPT_DAYS))
        acts.forget_old_words(db, before=ids.now(days=-moderation.UNDO_DAYS))
        entries.forget_old(db)
        errands.forget_expired(db, before=ids.now(days=-_ERRAND_DAYS))
        outbox.forget_given_up(db, (*outbox.BY_POST, outbox.HUB, outbox.ALERTS), before=ids.now(days=-_LETTER_DAYS))
        inbox.forget(db, before=ids.now(days=-_LETTER_DAYS))
        deliveries.forget(db, before=ids.now(days=-webhooks.LOG_DAYS))
        news.forget(db, before=ids.now(days=-_NEWS_DAYS))
        correspondents.forget_idle(db, before=ids.now(days=-_UNASKED_DAYS))
        letter_links.forget_expired(db, before=ids.now(days=-_LETTER_DAYS))
        outbox.bring_forward(db, now=ids.now())
        deliveries.bring_forward(db, now=ids.now())
        outbox.beat(db, "worker", now=ids.now())
    folder.forget(settings, before=ids.now(days=-_LETTER_DAYS))


def _every_night(db: Database, settings: Settings) -> None:
    figures.take_due(db, settings)
    # Where the figures stand, they say of when they are, also when nothing else has changed.
    publishing.refresh(db, settings, [])
    forgetting.forget_the_silent(db)


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; other lanes have threads of their own. What is in hand is finished.

    They wait for servers elsewhere, so that the pages never do.
    """
    told, tell = os.pipe()

    def stop(_number: int, _frame: FrameType | None) -> None:
        # A byte in a pipe, and not an Event: setting that waits for a lock, which the interrupted line may hold.
        os.write(tell, b".")

    def stops_within(seconds: float) -> bool:
        return bool(select.select([told], [], [], seconds)[0])

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with opened(settings) as db:
        migrations.migrate(db)
        beside = [
            threading.Thread(
                target=work, args=(settings, stops_within), name=f"{work.__module__}.{work.__name__}", daemon=True
            )
            for work in (
                delivering.run,
                delivering.run_bulk,
                fetching.run,
                collecting.run,
                calling.run,
                *([alerting.run] if settings.alerts else []),
            )
        ]
        for thread in beside:
            thread.start()
        _work_until(stops_within, db, settings)
        for thread in beside:
            thread.join()


def _work_until(stops_within: Callable[[float], bool], db: Database, settings: Settings) -> None:
    tidied = float("-inf")  # by the calendar, which may jump: what falls due does so by it
    rest = 0.0
    while not stops_within(rest):
        started = time.monotonic()
        try:
            found = work_once(db, settings)
            today = ids.moment().timestamp()
            if abs(today - tidied) > _TIDY_SECONDS:
                tidy(db, settings)
                tidied = today
        except Exception:  # noqa: BLE001 -- as in `_told`
            # A full disk or a database that restarts: the facts are safe, and the next round tries again.
            _log.exception("the worker could not reach its work")
            found = 0
        took = time.monotonic() - started
        rest = max(_POLL_SECONDS, min(took * _REST, _LONGEST_REST_SECONDS) if found else 0)
