"""Decisions: the append-only log of who decided what about which comment."""

from collections.abc import Sequence

from comments_service.database import Database, Row
from comments_service.models import Decision, State, Verb

_COLUMNS = "id, comment, verb, decided_by, at, before, after, undone_at, bulk"
_OF_DECISIONS = ", ".join(f"decisions.{name}" for name in _COLUMNS.split(", "))


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
            "bulk": decision.bulk,
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


def of_bulk(db: Database, bulk: str) -> list[Decision]:
    """What was decided at once, in the order in which it was."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM decisions WHERE bulk = :bulk AND bulk <> '' ORDER BY id", bulk=bulk)  # noqa: S608
    return [_decision(row) for row in rows]


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


def lines(
    db: Database,
    *,
    by: str = "",
    verbs: Sequence[str] | None = None,
    people: Sequence[str] | None = None,
    private: bool = True,
    before: str = "~",
    limit: int,
) -> list[Decision]:
    """The newest lines before the id `before`, newest first.

    By one account or by all, of these verbs or of all, about what these people wrote or about everything; with
    `private=False` nothing about what was written for the author only.
    """
    where = ("AND decided_by = :by " if by else "") + ("AND verb IN (:verbs) " if verbs is not None else "")
    where += "" if private else "AND comments.private_at IS NULL "
    where += "" if people is None else "AND comments.person IN (:people) AND comments.author IS NULL"
    rows = db.rows(
        f"""SELECT {_OF_DECISIONS} FROM decisions JOIN comments ON comments.id = decisions.comment
            WHERE decisions.id < :before {where} ORDER BY decisions.id DESC LIMIT :limit""",  # noqa: S608
        before=before,
        limit=limit,
        **({"by": by} if by else {}),
        **({"verbs": list(verbs)} if verbs is not None else {}),
        **({"people": list(people)} if people is not None else {}),
    )
    return [_decision(row) for row in rows]


def _decision(row: Row) -> Decision:
    return Decision(
        **row | {"verb": Verb(row["verb"]), "before": State(row["before"]), "after": State(row["after"])},
    )
