"""Lists of comments for those who decide: waiting, by state, not answered, and their figures.

With `private=False` they hold nothing that a reader wrote for the author only.
"""

import dataclasses

from comments_service.database import Database, Row
from comments_service.models import Comment, State

_COLUMNS = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(Comment))
_SEEN = {True: "1 = 1", False: "comments.private_at IS NULL"}


def waiting(db: Database, *, page: str | None = None, private: bool = True, limit: int) -> list[Comment]:
    """The held replies of one page or of all, the longest waiting first."""
    where = "AND page = :page" if page else ""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM comments WHERE state = 'held' {where} AND {_SEEN[private]} ORDER BY id LIMIT :limit",  # noqa: S608
        page=page,
        limit=limit,
    )
    return [_known(row) for row in rows]


def counts(db: Database, *, private: bool = True) -> dict[State, int]:
    """How many comments are in each state, by indexes alone: those that are private are few, and subtracted."""
    everything = "SELECT state, count(*) AS number FROM comments GROUP BY state ORDER BY state"
    few = """SELECT state, count(*) AS number FROM comments WHERE private_at IS NOT NULL
             GROUP BY state ORDER BY state"""
    hidden = {} if private else {row["state"]: row["number"] for row in db.rows(few)}
    return {State(row["state"]): row["number"] - hidden.get(row["state"], 0) for row in db.rows(everything)}


def held(db: Database, *, after: str = "", private: bool = True) -> int:
    """How many replies wait for a look, of those that came after the comment `after`."""
    sql = f"SELECT count(*) FROM comments WHERE state = 'held' AND id > :after AND {_SEEN[private]}"  # noqa: S608
    return int(db.value(sql, after=after))


def newest_held(db: Database, *, private: bool = True) -> str:
    """The newest reply that waits for a look, empty if none does."""
    return str(db.value(f"SELECT max(id) FROM comments WHERE state = 'held' AND {_SEEN[private]}") or "")  # noqa: S608


def waiting_by_page(db: Database, *, private: bool = True) -> dict[str, int]:
    """How many replies wait for a look on each page; pages without any are left out."""
    rows = db.rows(
        f"""SELECT page, count(*) AS number FROM comments WHERE state = 'held' AND {_SEEN[private]}
            GROUP BY page ORDER BY page""",  # noqa: S608
    )
    return {row["page"]: row["number"] for row in rows}


def _known(row: Row) -> Comment:
    return Comment(**row | {"state": State(row["state"])})
