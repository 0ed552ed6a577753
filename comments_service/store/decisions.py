"""Decisions: the append-only log of who decided what about which comment."""

from comments_service.database import Database, Row
from comments_service.models import Decision, State, Verb

_COLUMNS = "id, comment, verb, decided_by, at, before, after, undone_at"


def add(db: Database, decision: Decision) -> None:
    """Write one line of the log."""
    db.insert(
        "decisions",
        {
            "id": decision.id,
            "comment": decision.comment,
            "verb": decision.verb,
            "decided_by": decision.decided_by,
            "at": decision.at,
            "before": decision.before,
            "after": decision.after,
            "undone_at": None,
        },
    )


def last_standing(db: Database, comment: str) -> Decision | None:
    """The newest decision about a comment that was not taken back."""
    row = db.row(
        f"""SELECT {_COLUMNS} FROM decisions WHERE comment = :comment AND verb <> 'undo' AND undone_at IS NULL
            ORDER BY id DESC LIMIT 1""",  # noqa: S608
        comment=comment,
    )
    return None if row is None else _decision(row)


def comments(db: Database) -> list[str]:
    """The ids of all comments about which something was ever decided."""
    return [row["comment"] for row in db.rows("SELECT DISTINCT comment FROM decisions ORDER BY comment")]


def mark_undone(db: Database, id: str, *, now: str) -> bool:  # noqa: A002 -- the column's name
    """Take a decision back, once."""
    return db.execute("UPDATE decisions SET undone_at = :now WHERE id = :id AND undone_at IS NULL", id=id, now=now) == 1


def latest(db: Database, *, comment: str | None = None, since: str = "", limit: int = 50) -> list[Decision]:
    """The newest lines of the log, about one comment or about all, newest first."""
    where = "AND comment = :comment" if comment else ""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM decisions WHERE at >= :since {where} ORDER BY id DESC LIMIT :limit",  # noqa: S608
        comment=comment,
        since=since,
        limit=limit,
    )
    return [_decision(row) for row in rows]


def _decision(row: Row) -> Decision:
    return Decision(
        **row | {"verb": Verb(row["verb"]), "before": State(row["before"]), "after": State(row["after"])},
    )
