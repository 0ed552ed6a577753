"""Announcements: whether those who wish to hear of new essays are told of one; said by an author, once."""

from dataclasses import dataclass

from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class Announcement:
    """A new essay (its path), and what was decided: `sent` is `yes`, `no`, or empty as long as nobody said.

    After a restore it may be known that it was decided, and no more what.
    """

    page: str
    created: str
    decided_at: str | None
    decided_by: str | None
    sent: str


def offer(db: Database, page: str, *, now: str) -> bool:
    """Ask whether an essay should be announced; False if that was asked before, whatever came of it."""
    return (
        db.execute(
            "INSERT INTO announcements (page, created, sent) VALUES (:page, :now, '') ON CONFLICT (page) DO NOTHING",
            page=page,
            now=now,
        )
        == 1
    )


def find(db: Database, page: str) -> Announcement | None:
    """What was decided about an essay."""
    row = db.row("SELECT page, created, decided_at, decided_by, sent FROM announcements WHERE page = :page", page=page)
    return None if row is None else Announcement(**row)


def open_ones(db: Database) -> list[Announcement]:
    """The essays that nobody has decided about, oldest first."""
    rows = db.rows(
        """SELECT page, created, decided_at, decided_by, sent FROM announcements WHERE decided_at IS NULL
           ORDER BY created, page"""
    )
    return [Announcement(**row) for row in rows]


def decide(db: Database, page: str, sent: str, *, by: str | None, now: str) -> bool:
    """Say `yes` or `no`, once and for good; False if it was said before. `by` is an account, None for the shell."""
    return (
        db.execute(
            """UPDATE announcements SET sent = :sent, decided_at = :now, decided_by = :by
               WHERE page = :page AND decided_at IS NULL""",
            page=page,
            sent=sent,
            by=by,
            now=now,
        )
        == 1
    )
