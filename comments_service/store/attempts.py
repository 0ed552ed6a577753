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


def add(db: Database, what: str, who: str) -> None:
    """Note one try."""
    db.insert("attempts", {"id": ids.new_id(), "what": what, "who": who, "at": ids.now()})


def forget(db: Database, *, before: str) -> int:
    """Drop the tries older than a moment."""
    return db.execute("DELETE FROM attempts WHERE at < :before", before=before)
