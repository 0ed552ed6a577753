"""Subscriptions: of what each correspondent wishes to hear."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from comments_service import ids
from comments_service.database import Database, Row

# The author answered me; somebody replied to me; anything in this thread; new essays.
Kind = Literal["author", "replies", "thread", "essays"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_COLUMNS = "id, correspondent, kind, about, comment, created, ended_at"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish. `about` is their own reply (`author`, `replies`), a thread's first comment (`thread`), or nothing.

    `comment` is the reply with which it was asked for; empty where it was asked for on a page of their own.
    """

    id: str
    correspondent: str
    kind: Kind
    about: str
    comment: str
    created: str
    ended_at: str | None


def add(
    db: Database, correspondent: str, kind: Kind, about: str = "", *, comment: str = "", wished: str | None = None
) -> Subscription:
    """Keep a wish; one that stands stays as it is, one that was ended begins anew, unless it was ended since `wished`.

    Whoever hears of a wish once more, after its end, brings nothing back by that.
    """
    db.execute(
        """INSERT INTO subscriptions (id, correspondent, kind, about, comment, created)
           VALUES (:id, :correspondent, :kind, :about, :comment, :now)
           ON CONFLICT (correspondent, kind, about) DO UPDATE SET ended_at = NULL, comment = excluded.comment
               WHERE subscriptions.ended_at <= :wished""",
        id=ids.new_id(),
        correspondent=correspondent,
        kind=kind,
        about=about,
        comment=comment,
        now=ids.now(),
        wished=wished or ids.now(),
    )
    found = of_kind(db, correspondent, kind, about)
    if found is None:
        raise LookupError(correspondent)
    return found


def find(db: Database, id: str) -> Subscription | None:  # noqa: A002 -- the column's name
    """The wish with this id, also one that has ended."""
    row = db.row(f"SELECT {_COLUMNS} FROM subscriptions WHERE id = :id", id=id)  # noqa: S608 -- ours
    return None if row is None else Subscription(**row)


def of_kind(db: Database, correspondent: str, kind: Kind, about: str = "") -> Subscription | None:
    """A correspondent's wish for this, also one that has ended."""
    row = db.row(
        f"""SELECT {_COLUMNS} FROM subscriptions
            WHERE correspondent = :correspondent AND kind = :kind AND about = :about""",  # noqa: S608 -- ours
        correspondent=correspondent,
        kind=kind,
        about=about,
    )
    return None if row is None else Subscription(**row)


def of_correspondent(db: Database, correspondent: str) -> list[Subscription]:
    """What a correspondent wishes to hear of, oldest first."""
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM subscriptions WHERE correspondent = :correspondent AND ended_at IS NULL
                ORDER BY id""",  # noqa: S608 -- ours
            correspondent=correspondent,
        )
    )


def of_reply(db: Database, comment: str) -> list[Subscription]:
    """What was asked for with a reply and is still wished for, oldest first."""
    return _found(
        db.rows(
            f"""SELECT {_COLUMNS} FROM subscriptions WHERE comment = :comment AND comment <> '' AND ended_at IS NULL
                ORDER BY id""",  # noqa: S608 -- ours
            comment=comment,
        )
    )


def end(db: Database, id: str, *, now: str) -> bool:  # noqa: A002
    """End a wish; False if it has ended already."""
    sql = "UPDATE subscriptions SET ended_at = :now WHERE id = :id AND ended_at IS NULL"
    return db.execute(sql, id=id, now=now) == 1


def end_all(db: Database, correspondent: str, *, now: str) -> int:
    """End everything that a correspondent wishes to hear of; returns how much that was."""
    return db.execute(
        "UPDATE subscriptions SET ended_at = :now WHERE correspondent = :correspondent AND ended_at IS NULL",
        correspondent=correspondent,
        now=now,
    )


def of_new_essays(db: Database, *, after: str, limit: int) -> list[Subscription]:
    """The next wishes to hear of new essays after the wish `after`, of all who may be written to, or may say yes."""
    return _found(
        db.rows(
            f"""SELECT {", ".join(f"subscriptions.{name.strip()}" for name in _COLUMNS.split(","))} FROM subscriptions
                JOIN correspondents ON correspondents.id = subscriptions.correspondent
                WHERE kind = 'essays' AND ended_at IS NULL AND stopped_at IS NULL AND bounced_at IS NULL
                AND subscriptions.id > :after ORDER BY subscriptions.id LIMIT :limit""",  # noqa: S608 -- ours
            after=after,
            limit=limit,
        )
    )


def forget_asked_with(db: Database, comment: str) -> None:
    """Forget what was asked for with a reply, or is about it: its writer took it back."""
    db.execute("DELETE FROM subscriptions WHERE comment = :comment AND comment <> ''", comment=comment)
    db.execute("DELETE FROM subscriptions WHERE kind IN ('author', 'replies') AND about = :comment", comment=comment)


def counts(db: Database) -> dict[str, int]:
    """How many confirmed correspondents wish to hear of each kind and are within reach."""
    rows = db.rows(
        """SELECT kind, count(DISTINCT correspondent) AS number FROM subscriptions
           JOIN correspondents ON correspondents.id = subscriptions.correspondent
           WHERE ended_at IS NULL AND confirmed_at IS NOT NULL AND stopped_at IS NULL AND bounced_at IS NULL
           GROUP BY kind ORDER BY kind"""
    )
    return {row["kind"]: row["number"] for row in rows}


def _found(rows: Sequence[Row]) -> list[Subscription]:
    return [Subscription(**row) for row in rows]
