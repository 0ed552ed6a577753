"""Conversations as they stand: who waits, a person's, a page's, each from what is kept beside its events."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from comments_service.database import Database, Row
from comments_service.ledger import Badge, keeping
from comments_service.ledger import Conversation as Told


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """One reader in one thread. The times of what waits are as stored, empty when nothing does."""

    id: str
    page: str
    root: str
    person: str
    last_seq: int
    state: str
    comment: str
    opened_at: str
    due_at: str
    asks: str
    snoozed_until: str
    badges: str
    record: str

    @cached_property
    def told(self) -> Told:
        """What its events come to."""
        return keeping.read(self.record) if self.record else Told(root=self.root, person=self.person)


_COLUMNS = ", ".join(f"conversations.{field.name}" for field in dataclasses.fields(Conversation))


def find(db: Database, id: str) -> Conversation | None:  # noqa: A002 -- the column's name
    """The conversation with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM conversations WHERE id = :id", id=id)  # noqa: S608 -- the columns are ours
    return None if row is None else Conversation(**row)


def waiting(db: Database, *, now: str, late: bool, pages: Sequence[str] | None, limit: int) -> list[Conversation]:
    """Who waits, and is not put aside: late (due before `now`), the longest wait first, or still in time.

    `pages` are those that count, or None for all.
    """
    where = "AND page IN (:pages)" if pages is not None else ""
    order, side = ("opened_at", "<") if late else ("due_at", ">=")
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM conversations
                WHERE due_at <> '' AND due_at {side} :now AND snoozed_until <= :now {where}
                ORDER BY {order}, id LIMIT :limit""",  # noqa: S608
            now=now,
            limit=limit,
            **({"pages": list(pages)} if pages is not None else {}),
        )
    )


def counts(db: Database, *, now: str) -> Row:
    """How many conversations wait (`waiting`), how many of them late, and since when the oldest does."""
    return (
        db.row(
            """SELECT count(*) AS waiting, count(CASE WHEN due_at < :now THEN 1 END) AS late,
                      min(opened_at) AS oldest FROM conversations WHERE due_at <> ''""",
            now=now,
        )
        or {}
    )


def of_person(db: Database, person: str) -> list[Conversation]:
    """All conversations of a person, oldest first."""
    return _found(db.rows(f"SELECT {_COLUMNS} FROM conversations WHERE person = :person ORDER BY id", person=person))  # noqa: S608


def of_page(db: Database, page: str) -> list[Conversation]:
    """All conversations on a page, oldest first."""
    return _found(db.rows(f"SELECT {_COLUMNS} FROM conversations WHERE page = :page ORDER BY id", page=page))  # noqa: S608


def every(db: Database, *, after: str = "", limit: int = 1000) -> list[Conversation]:
    """The next conversations after the id `after`."""
    return _found(
        db.rows(
            f"SELECT {_COLUMNS} FROM conversations WHERE id > :after ORDER BY id LIMIT :limit",  # noqa: S608
            after=after,
            limit=limit,
        )
    )


def badges(db: Database, page: str) -> dict[str, Badge]:
    """What stands at which comment of a page: who answered it, and after how long."""
    rows = db.rows("SELECT badges FROM conversations WHERE page = :page AND badges <> '' ORDER BY id", page=page)
    return {comment: badge for row in rows for comment, badge in keeping.badges(row["badges"]).items()}


def _found(rows: list[Row]) -> list[Conversation]:
    return [Conversation(**row) for row in rows]
