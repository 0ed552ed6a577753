"""The outbox: facts that were written together with what they tell of, and wait for whoever acts upon them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from comments_service import ids
from comments_service.database import Database, Row
from comments_service.models import Job

# The queue of what may have to wait for others, such as letters: the pages' queue is never behind it.
LETTERS = "letters"
# Letters to the many who wish to hear of new essays: what one person waits for is never behind them.
BULK = "bulk"
BY_POST = (LETTERS, BULK)
# What says by its beat that the mailbox was read.
MAILBOX = "mailbox"
# The hub that is told when feeds change.
HUB = "hub"
# Pictures wait for servers elsewhere, as slow as they please, and letters never behind them.
PICTURES = "pictures"
# What is told to the author's chat at once; a chat service that is down keeps nobody else.
ALERTS = "alerts"
# An undone job is tried again after 1 s, 4 s, 16 s … up to an hour, and shown to the operator after the last try.
_TRIES = 12
_LONGEST_PAUSE = 3600


@dataclass(frozen=True, slots=True)
class Undone:
    """A job that is still in its queue: waiting, tried again at `run_at` after an `error`, or given up."""

    job: Job
    created: str
    run_at: str
    gave_up_at: str | None
    error: str


def put(db: Database, fact: str, subject: str, *, lane: str = "", run_at: str | None = None, **data: object) -> None:
    """Write a fact, in the transaction of what it tells of; `lane` is the queue that it waits in."""
    now = ids.now()
    db.insert(
        "jobs",
        {
            "id": ids.new_id(),
            "fact": fact,
            "lane": lane,
            "subject": subject,
            "data": json.dumps(data, sort_keys=True),
            "created": now,
            "run_at": run_at or now,
            "attempts": 0,
            "error": "",
        },
    )


def awaits(db: Database, lane: str, subject: str, *, now: str) -> bool:
    """Whether a queue holds a fact about a subject whose time is still to come."""
    found = db.value(
        """SELECT 1 FROM jobs WHERE lane = :lane AND run_at > :now AND subject = :subject AND gave_up_at IS NULL
           LIMIT 1""",
        lane=lane,
        subject=subject,
        now=now,
    )
    return found is not None


def due(db: Database, *, now: str, limit: int, lane: str = "") -> list[Job]:
    """The oldest facts of a queue whose time has come, and that nobody has in hand."""
    rows = db.rows(
        """SELECT id, fact, subject, data, attempts FROM jobs
           WHERE gave_up_at IS NULL AND lane = :lane AND run_at <= :now
           AND (claimed_until IS NULL OR claimed_until <= :now) ORDER BY run_at, id LIMIT :limit""",
        lane=lane,
        now=now,
        limit=limit,
    )
    return [job_of(row) for row in rows]


def job_of(row: Row) -> Job:
    """The job in a row of the table."""
    return Job(row["id"], row["fact"], row["subject"], json.loads(row["data"]), row["attempts"])


def bring_forward(db: Database, *, now: str) -> None:
    """Let facts fall due that were written, or claimed, in what is now the future: the clock was set back since."""
    db.execute("UPDATE jobs SET created = :now, run_at = :now WHERE created > :now AND gave_up_at IS NULL", now=now)
    # No claim lasts an hour. It runs out now, so that a letter that was begun is known for one.
    late = ids.as_text(ids.as_moment(now) + timedelta(hours=1))
    db.execute("UPDATE jobs SET claimed_until = :now WHERE claimed_until > :late", now=now, late=late)


def done(db: Database, jobs: Sequence[Job]) -> None:
    """Forget facts that were acted upon."""
    db.execute("DELETE FROM jobs WHERE id IN (:ids)", ids=[job.id for job in jobs])


def failed(db: Database, job: Job, error: str) -> None:
    """Try again later, or keep the job for the operator after the last try. `error` holds nothing personal."""
    pause = min(4**job.attempts, _LONGEST_PAUSE)
    db.execute(
        """UPDATE jobs SET attempts = attempts + 1, error = :error, run_at = :run_at, gave_up_at = :gave_up_at
           WHERE id = :id""",
        id=job.id,
        error=error[:500],
        run_at=ids.now(seconds=pause),
        gave_up_at=ids.now() if job.attempts + 1 >= _TRIES else None,
    )


def give_up(db: Database, job: Job, error: str) -> None:
    """Keep a job for the operator that no further try would help. `error` holds nothing personal."""
    db.execute(
        "UPDATE jobs SET attempts = attempts + 1, error = :error, gave_up_at = :now WHERE id = :id",
        id=job.id,
        error=error[:500],
        now=ids.now(),
    )


def undone(db: Database, lanes: str | Sequence[str], *, limit: int, tried: bool = False) -> list[Undone]:
    """What a queue holds, or several, newest first; with `tried` only what went wrong at least once."""
    rows = db.rows(
        """SELECT id, fact, subject, data, attempts, created, run_at, gave_up_at, error FROM jobs
           WHERE lane IN (:lanes) AND attempts >= :attempts ORDER BY id DESC LIMIT :limit""",
        lanes=_several(lanes),
        attempts=int(tried),
        limit=limit,
    )
    return [Undone(job_of(row), row["created"], row["run_at"], row["gave_up_at"], row["error"]) for row in rows]


def _several(lanes: str | Sequence[str]) -> list[str]:
    return [lanes] if isinstance(lanes, str) else list(lanes)


def troubled(db: Database, lanes: str | Sequence[str]) -> bool:
    """Whether anything in a queue, or several, was given up, or went wrong and is tried again."""
    return (
        db.value(
            """SELECT 1 FROM jobs WHERE lane IN (:lanes) AND gave_up_at IS NOT NULL
               UNION ALL SELECT 1 FROM jobs WHERE lane IN (:lanes) AND gave_up_at IS NULL AND attempts > 0 LIMIT 1""",
            lanes=_several(lanes),
        )
        is not None
    )


def retry(db: Database, lanes: Sequence[str], id: str = "", *, now: str) -> list[str]:  # noqa: A002 -- the column's name
    """Try again what was given up in these lanes, or the one job with this id; returns the ids of those that were."""
    rows = db.rows(
        """UPDATE jobs SET gave_up_at = NULL, attempts = 1, error = '', run_at = :now
           WHERE lane IN (:lanes) AND gave_up_at IS NOT NULL AND (:id = '' OR id = :id) RETURNING id""",
        lanes=list(lanes),
        id=id,
        now=now,
    )
    return sorted(row["id"] for row in rows)


def forget_given_up(db: Database, lanes: str | Sequence[str], *, before: str) -> None:
    """Forget what a queue, or several, gave up before a moment."""
    db.execute("DELETE FROM jobs WHERE lane IN (:lanes) AND gave_up_at < :before", lanes=_several(lanes), before=before)


def waiting(db: Database, *, now: str) -> int:
    """How many facts are due and not yet acted upon."""
    return int(db.value("SELECT count(*) FROM jobs WHERE gave_up_at IS NULL AND run_at <= :now", now=now))


def given_up(db: Database, *, lanes: Sequence[str] | None = None) -> int:
    """How many jobs were given up and want an operator, of some queues or of all."""
    if lanes is None:
        return int(db.value("SELECT count(*) FROM jobs WHERE gave_up_at IS NOT NULL"))
    return int(
        db.value("SELECT count(*) FROM jobs WHERE gave_up_at IS NOT NULL AND lane IN (:lanes)", lanes=list(lanes))
    )


def tried_since(db: Database, lanes: Sequence[str], *, before: str) -> int:
    """How many jobs of some queues went wrong, were written before a moment, and are still tried."""
    return int(
        db.value(
            """SELECT count(*) FROM jobs
               WHERE lane IN (:lanes) AND gave_up_at IS NULL AND attempts > 1 AND created < :before""",
            lanes=list(lanes),
            before=before,
        )
    )


def longest_due(db: Database, *, now: str) -> str | None:
    """Since when the oldest fact that is due has been waiting."""
    at = db.value("SELECT min(run_at) FROM jobs WHERE gave_up_at IS NULL AND run_at <= :now", now=now)
    return None if at is None else str(at)


def beat(db: Database, name: str, *, now: str) -> None:
    """Say that a part of the service is alive."""
    db.upsert("heartbeats", {"name": name, "at": now}, key="name")


def last_beat(db: Database, name: str) -> str | None:
    """When a part of the service last said that it is alive."""
    at = db.value("SELECT at FROM heartbeats WHERE name = :name", name=name)
    return None if at is None else str(at)
