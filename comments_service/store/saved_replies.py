"""Saved replies: words that authors begin an answer with, in the order in which they are offered."""

from dataclasses import dataclass

from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class SavedReply:
    """Words to begin an answer with, under a title; `{name}` and `{essay}` stand for whom and where.

    They are offered by their `place`, the lowest first.
    """

    id: str
    title: str
    text: str
    place: int


_COLUMNS = ", ".join(SavedReply.__slots__)


def keep(db: Database, reply: SavedReply) -> None:
    """Keep a reply, new or changed."""
    db.upsert("saved_replies", {name: getattr(reply, name) for name in SavedReply.__slots__}, key="id")


def find(db: Database, id: str) -> SavedReply | None:  # noqa: A002 -- the column's name
    """The reply with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM saved_replies WHERE id = :id", id=id)  # noqa: S608 -- the columns are ours
    return None if row is None else SavedReply(**row)


def every(db: Database) -> list[SavedReply]:
    """All of them, in their order."""
    return [SavedReply(**row) for row in db.rows(f"SELECT {_COLUMNS} FROM saved_replies ORDER BY place, id")]  # noqa: S608


def remove(db: Database, id: str) -> bool:  # noqa: A002
    """Delete a reply; False if there is none."""
    return db.execute("DELETE FROM saved_replies WHERE id = :id", id=id) == 1


def put_in_order(db: Database, order: list[str]) -> None:
    """Offer the replies (their ids) in this order."""
    for place, id_ in enumerate(order):
        db.execute("UPDATE saved_replies SET place = :place WHERE id = :id", place=place, id=id_)
