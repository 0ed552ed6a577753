"""Attempts: how often somebody tried something of late, counted where every process sees it."""

from comments_service import ids
from comments_service.database import Database


def count(db: Database, what: str, who: str, *, since: str) -> int:
    """How often `who` (a keyed hash) tried `what` since a moment."""
    return int(
        db.value(
            "SELECT count(*) FROM attempts WHERE what = :what AND who = :who AND at >= :since",
            what=what,
            who=who,
            since=since,
        ),
    )


def reached(db: Database, what: str, who: str, *, since: str, most: int) -> bool:
    """Whether there were more than so many tries since a moment; no more than these are looked at."""
    sql = """SELECT 1 FROM attempts WHERE what = :what AND who = :who AND at >= :since
             ORDER BY at DESC LIMIT 1 OFFSET :most"""
    return db.value(sql, what=what, who=who, since=since, most=most) is not None


def add(db: Database, what: str, who: str) -> None:
    """Note one try."""
    db.insert("attempts", {"id": ids.new_id(), "what": what, "who": who, "at": ids.now()})


def forget(db: Database, *, before: str) -> int:
    """Drop the tries older than a moment."""
    return db.execute("DELETE FROM attempts WHERE at < :before", before=before)
