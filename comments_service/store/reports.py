"""Reports: what readers say against comments, until an author has looked."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from comments_service.database import Database, Row


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader says against a comment: a reason of the list, and words of their own, for authors alone.

    `person` is who reported, empty for nobody known; `proven` what they had proven, empty for a guest; `network` is a
    keyed hash, kept 30 days. `settled_at` says that an author looked at it, `hid_at` that it was the one which hid the
    comment.
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
    hid_at: str | None = None


_FIELDS = tuple(field.name for field in dataclasses.fields(Report))
_COLUMNS = ", ".join(f"reports.{name}" for name in _FIELDS)


def add(db: Database, report: Report) -> None:
    """Keep a new report."""
    db.insert("reports", {name: getattr(report, name) for name in _FIELDS})


def take_turns(db: Database, comment: str) -> None:
    """Let nobody else report or decide about a comment until this transaction ends: together they are counted once."""
    db.execute("UPDATE comments SET state = state WHERE id = :comment", comment=comment)


def made(db: Database, comment: str, *, persons: Iterable[str], network: str) -> Report | None:
    """What one of these people said against a comment before; of nobody known, what came from the same network."""
    persons = sorted(persons)
    rows = db.rows(f"SELECT {_COLUMNS} FROM reports WHERE comment = :comment ORDER BY id", comment=comment)  # noqa: S608
    own = (row for row in rows if (row["person"] in persons if persons else _same(row, network)))
    return next((_report(row) for row in own), None)


def _same(row: Row, network: str) -> bool:
    return not row["person"] and network != "" and row["network"] == network


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


def reopen(db: Database, ids: Iterable[str]) -> int:
    """Let reports wait for a look again."""
    return db.execute("UPDATE reports SET settled_at = NULL WHERE id IN (:ids)", ids=list(ids))


def looked_at(db: Database, comment: str) -> bool:
    """Whether an author has looked at some report about a comment."""
    sql = "SELECT 1 FROM reports WHERE comment = :comment AND settled_at IS NOT NULL LIMIT 1"
    return db.value(sql, comment=comment) is not None


def hid(db: Database, id: str, *, now: str) -> None:  # noqa: A002 -- the column's name
    """Note that it was this report which hid its comment."""
    db.execute("UPDATE reports SET hid_at = :now WHERE id = :id", id=id, now=now)


def hides(db: Database, comment: str) -> bool:
    """Whether a report that nobody has looked at hides a comment."""
    sql = "SELECT 1 FROM reports WHERE comment = :comment AND settled_at IS NULL AND hid_at IS NOT NULL LIMIT 1"
    return db.value(sql, comment=comment) is not None


def forget_networks(db: Database, *, before: str) -> int:
    """Drop the hashes of networks older than a moment."""
    return db.execute("UPDATE reports SET network = '' WHERE network <> '' AND at < :before", before=before)


def _report(row: Row) -> Report:
    return Report(**row)
