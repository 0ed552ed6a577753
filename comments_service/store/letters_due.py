"""Letters to readers that wait for their time: one for all that comes until then."""

from collections.abc import Iterable, Sequence

from comments_service.database import Database
from comments_service.store import news
from comments_service.store.outbox import BY_POST

# The letter that tells a correspondent (its subject) all that waits for them.
NEWS = "letter.news"


def waiting(db: Database, correspondents: Iterable[str], *, after: str) -> frozenset[str]:
    """For which of these a letter waits that nobody begins to write before a moment."""
    rows = db.rows(
        """SELECT DISTINCT subject FROM jobs WHERE lane IN (:lanes) AND fact = :fact AND gave_up_at IS NULL
           AND attempts = 0 AND claimed_until IS NULL AND run_at > :after AND subject IN (:correspondents)
           ORDER BY subject""",
        lanes=BY_POST,
        fact=NEWS,
        after=after,
        correspondents=list(correspondents),
    )
    return frozenset(row["subject"] for row in rows)


def drop(db: Database, correspondents: Sequence[str]) -> int:
    """Take back letters that wait and that nobody has begun; returns how many. What they would tell goes on waiting.

    One that a worker wrote, and gave back when it was stopped, has gathered its news already.
    """
    dropped = db.rows(
        """DELETE FROM jobs WHERE lane IN (:lanes) AND fact = :fact AND gave_up_at IS NULL AND attempts = 0
           AND claimed_until IS NULL AND subject IN (:correspondents) RETURNING id""",
        lanes=BY_POST,
        fact=NEWS,
        correspondents=list(correspondents),
    )
    news.take_out(db, [row["id"] for row in dropped])
    return len(dropped)


def forgotten(db: Database, *, before: str, limit: int) -> list[str]:
    """Correspondents whom something waits for since before a moment, though no letter is to tell them of it."""
    rows = db.rows(
        """SELECT id FROM correspondents WHERE confirmed_at IS NOT NULL AND stopped_at IS NULL AND bounced_at IS NULL
           AND EXISTS (SELECT 1 FROM news WHERE news.correspondent = correspondents.id AND told_at IS NULL
               AND dropped_at IS NULL AND letter = '' AND news.created < :before)
           AND id NOT IN (SELECT subject FROM jobs WHERE lane IN (:lanes) AND fact = :fact AND gave_up_at IS NULL)
           ORDER BY id LIMIT :limit""",
        before=before,
        lanes=BY_POST,
        fact=NEWS,
        limit=limit,
    )
    return [row["id"] for row in rows]
