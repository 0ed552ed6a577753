"""Bans: whose replies are held, taken for spam, or refused, and until when."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from comments_service.database import Database, Row


@dataclass(frozen=True, slots=True)
class Ban:
    """Whose replies are held, taken for spam, or refused, and until when; None: until it is lifted.

    `kind` is `person`, `address` or `network`, `subject` the person's id or a keyed hash. `comment` is the reply at
    which it was made, empty if at none.
    """

    id: str
    kind: str
    subject: str
    action: str
    reason: str
    comment: str
    banned_by: str
    at: str
    until: str | None
    lifted_at: str | None = None


_FIELDS = tuple(field.name for field in dataclasses.fields(Ban))
_COLUMNS = ", ".join(_FIELDS)


def add(db: Database, ban: Ban) -> None:
    """Keep a new ban."""
    db.insert("bans", {name: getattr(ban, name) for name in _FIELDS})


def find(db: Database, id: str) -> Ban | None:  # noqa: A002 -- the column's name
    """The ban with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM bans WHERE id = :id", id=id)  # noqa: S608
    return None if row is None else _ban(row)


def in_force(db: Database, subjects: Iterable[str], *, now: str) -> list[Ban]:
    """The bans on any of these subjects (people's ids, keyed hashes) that hold at a moment, oldest first."""
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM bans WHERE kind IN ('person', 'address', 'network') AND subject IN (:subjects)
            AND lifted_at IS NULL AND (until IS NULL OR until > :now) ORDER BY id""",  # noqa: S608
        subjects=sorted(subjects),
        now=now,
    )
    return [_ban(row) for row in rows]


def every(db: Database, *, now: str) -> list[Ban]:
    """All bans that hold at a moment, newest first."""
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM bans WHERE lifted_at IS NULL AND (until IS NULL OR until > :now)
            ORDER BY id DESC""",  # noqa: S608
        now=now,
    )
    return [_ban(row) for row in rows]


def ended(db: Database, *, now: str) -> list[Ban]:
    """The bans that hold no more and are not forgotten yet, newest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM bans WHERE lifted_at IS NOT NULL OR until <= :now ORDER BY id DESC",  # noqa: S608
        now=now,
    )
    return [_ban(row) for row in rows]


def lift(db: Database, id: str, *, now: str | None) -> bool:  # noqa: A002
    """End a ban before its time; with None, let it hold again."""
    if now is None:
        return db.execute("UPDATE bans SET lifted_at = NULL WHERE id = :id AND lifted_at IS NOT NULL", id=id) == 1
    return db.execute("UPDATE bans SET lifted_at = :now WHERE id = :id AND lifted_at IS NULL", id=id, now=now) == 1


def forget_networks(db: Database, *, before: str) -> int:
    """Drop the hashes of networks that were banned before a moment; none of these bans holds any more."""
    return db.execute(
        "UPDATE bans SET subject = '' WHERE kind = 'network' AND subject <> '' AND at < :before", before=before
    )


def forget(db: Database, *, before: str) -> int:
    """Delete the bans that ended or were lifted before a moment; returns how many."""
    return db.execute("DELETE FROM bans WHERE until < :before OR lifted_at < :before", before=before)


def _ban(row: Row) -> Ban:
    return Ban(**row)
