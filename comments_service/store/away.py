"""Away notices: public by nature, kept for ever, since they move the clocks of those who could read them."""

from dataclasses import dataclass

from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class Notice:
    """The author is away from `starts_at` until `ends_at`, which is outside, unless it was cancelled."""

    id: str
    announced_by: str
    announced_at: str
    starts_at: str
    ends_at: str
    cancelled_at: str | None


_COLUMNS = ", ".join(Notice.__slots__)


def add(db: Database, notice: Notice) -> None:
    """Keep a new notice."""
    db.insert("away", {name: getattr(notice, name) for name in Notice.__slots__})


def cancel(db: Database, id: str, *, now: str) -> bool:  # noqa: A002 -- the column's name
    """Take a notice back from now on; False if it has ended, or was taken back before."""
    return (
        db.execute(
            "UPDATE away SET cancelled_at = :now WHERE id = :id AND cancelled_at IS NULL AND ends_at > :now",
            id=id,
            now=now,
        )
        == 1
    )


def standing(db: Database, *, now: str) -> list[Notice]:
    """The notices that were not taken back and have not ended, the earliest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM away WHERE cancelled_at IS NULL AND ends_at > :now ORDER BY starts_at, id",  # noqa: S608
        now=now,
    )
    return [Notice(**row) for row in rows]


def find(db: Database, id: str) -> Notice | None:  # noqa: A002
    """The notice with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM away WHERE id = :id", id=id)  # noqa: S608
    return None if row is None else Notice(**row)
