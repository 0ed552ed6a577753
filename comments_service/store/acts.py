"""Acts: the append-only log of what authors did besides deciding, each with what it changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database, Row


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the append-only log of what authors did besides deciding: to a comment, a person, a ban, a rule.

    `subject` is the id of what it was done to, `before` and `after` are what it changed, as it stood; `undone_at` says
    that it was taken back.
    """

    id: str
    verb: str
    kind: str
    subject: str
    done_by: str
    at: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    undone_at: str | None = None


_COLUMNS = "id, verb, kind, subject, done_by, at, before, after, undone_at"


def add(
    db: Database, verb: str, kind: str, subject: str, *, by: str, before: object = None, after: object = None
) -> str:
    """Write one line of the log, in the transaction of what it tells of; returns its id.

    `before` and `after` are mappings of what was changed; what is not told is empty.
    """
    id_ = ids.new_id()
    db.insert(
        "acts",
        {
            "id": id_,
            "verb": verb,
            "kind": kind,
            "subject": subject,
            "done_by": by,
            "at": ids.now(),
            "before": json.dumps(before or {}, ensure_ascii=False, sort_keys=True),
            "after": json.dumps(after or {}, ensure_ascii=False, sort_keys=True),
            "undone_at": None,
        },
    )
    return id_


def find(db: Database, id: str) -> Act | None:  # noqa: A002 -- the column's name
    """The act with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM acts WHERE id = :id", id=id)  # noqa: S608
    return None if row is None else _act(row)


def mark_undone(db: Database, id: str, *, now: str) -> bool:  # noqa: A002
    """Take an act back, once."""
    return db.execute("UPDATE acts SET undone_at = :now WHERE id = :id AND undone_at IS NULL", id=id, now=now) == 1


def latest(db: Database, *, kind: str = "", subject: str = "", before: str = "~", limit: int = 50) -> list[Act]:
    """The newest lines before the act `before`, about one subject or about all, newest first."""
    where = "AND kind = :kind AND subject = :subject" if subject else ""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM acts WHERE id < :before {where} ORDER BY id DESC LIMIT :limit",  # noqa: S608
        before=before,
        limit=limit,
        **({"kind": kind, "subject": subject} if subject else {}),
    )
    return [_act(row) for row in rows]


def forget_words(db: Database, kind: str, subject: str) -> None:
    """Empty what the log keeps of somebody's own: that something was done stays, what it was done to does not."""
    db.execute(
        "UPDATE acts SET before = '{}', after = '{}' WHERE kind = :kind AND subject = :subject",
        kind=kind,
        subject=subject,
    )


def _act(row: Row) -> Act:
    return Act(**row | {"before": json.loads(row["before"]), "after": json.loads(row["after"])})
