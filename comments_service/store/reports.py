"""Reports: what readers say against comments, until an author has looked."""

import dataclasses
from dataclasses import dataclass

from comments_service.database import Database, Row


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader says against a comment: a reason of the list, and words of their own, for authors alone.

    `person` is who reported, empty for nobody known; `proven` what they had proven, empty for a guest; `network` is a
    keyed hash, kept 30 days. `settled_at` says that an author looked at it.
    """

    id: str
    comment: str
    reason: str
    words: str
    person: str
    proven: str
    network: str
    at: str
    settled_at: str | None = None


_FIELDS = tuple(field.name for field in dataclasses.fields(Report))
_COLUMNS = ", ".join(f"reports.{name}" for name in _FIELDS)
_SEEN = {True: "1 = 1", False: "comments.private_at IS NULL"}


def add(db: Database, report: Report) -> None:
    """Keep a new report."""
    db.insert("reports", {name: getattr(report, name) for name in _FIELDS})


def open_of(db: Database, comment: str) -> list[Report]:
    """What was reported about a comment and not looked at yet, oldest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM reports WHERE comment = :comment AND settled_at IS NULL ORDER BY id",  # noqa: S608
        comment=comment,
    )
    return [_report(row) for row in rows]


def settle(db: Database, comment: str, *, now: str) -> int:
    """Say that an author looked at all that was reported about a comment; returns how many reports that were."""
    sql = "UPDATE reports SET settled_at = :now WHERE comment = :comment AND settled_at IS NULL"
    return db.execute(sql, now=now, comment=comment)


def reported(db: Database, *, private: bool = True, before: str = "~", limit: int) -> list[str]:
    """The ids of the comments with reports that nobody has looked at, the newest comment first."""
    rows = db.rows(
        f"""SELECT comments.id FROM comments WHERE comments.id < :before AND {_SEEN[private]} AND EXISTS (
                SELECT 1 FROM reports WHERE reports.comment = comments.id AND settled_at IS NULL
            ) ORDER BY comments.id DESC LIMIT :limit""",  # noqa: S608
        before=before,
        limit=limit,
    )
    return [row["id"] for row in rows]


def number(db: Database, *, private: bool = True) -> int:
    """How many comments have reports that nobody has looked at."""
    return int(
        db.value(
            f"""SELECT count(DISTINCT reports.comment) FROM reports JOIN comments ON comments.id = reports.comment
                WHERE settled_at IS NULL AND {_SEEN[private]}"""  # noqa: S608
        )
    )


def _report(row: Row) -> Report:
    return Report(**row)
