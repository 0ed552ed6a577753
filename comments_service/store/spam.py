"""Spam: how much there was on each day, and whose time is over."""

from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database

# What its writer says of it, in a line of the signals that authors see.
CONTESTED = "Its writer says that this is no spam."
_NOTHING = {"caught": 0, "marked": 0, "rescued": 0, "expired": 0}


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC, `2026-01-02`): replies that the filter caught, that were marked by hand, rescued, and deleted."""

    day: str
    caught: int = 0
    marked: int = 0
    rescued: int = 0
    expired: int = 0


def count(db: Database, what: str, *, at: str, by: int = 1) -> None:
    """Count so many more as `caught`, `marked`, `rescued` or `expired`, on the day of a moment."""
    row = {"day": at[:10]} | _NOTHING | {what: by}
    db.execute(
        f"""INSERT INTO spam_days (day, caught, marked, rescued, expired)
            VALUES (:day, :caught, :marked, :rescued, :expired)
            ON CONFLICT (day) DO UPDATE SET {what} = spam_days.{what} + excluded.{what}""",  # noqa: S608 -- one of four
        **row,
    )


def days(db: Database, *, since: str) -> list[Day]:
    """The days since one, the oldest first; days without spam are left out."""
    rows = db.rows(
        "SELECT day, caught, marked, rescued, expired FROM spam_days WHERE day >= :since ORDER BY day", since=since[:10]
    )
    return [Day(**row) for row in rows]


def due(db: Database, *, before: str, limit: int) -> list[str]:
    """The ids of spam that came before a moment, and about which nobody decided since, oldest first."""
    rows = db.rows(
        """SELECT id FROM comments WHERE state = 'spam' AND id < :first
            AND NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.comment = comments.id AND decisions.at >= :before)
            ORDER BY id LIMIT :limit""",
        first=ids.first_id(before),
        before=before,
        limit=limit,
    )
    return [row["id"] for row in rows]


def contested(db: Database) -> int:
    """How many writers say that theirs is none."""
    return int(
        db.value("SELECT count(*) FROM comments WHERE state = 'spam' AND signals LIKE :said", said=f"%{CONTESTED}%")
    )
