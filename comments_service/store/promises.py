"""Promises made with an answer: what was promised, which only authors see, and dates kept with the ledger's events."""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What an author (`promised_by`) promised with the answer `comment`; empty dates have not come."""

    id: str
    conversation: str
    comment: str
    promised_by: str
    what: str
    made_at: str
    due_at: str
    kept_at: str = ""
    released_at: str = ""

    @property
    def is_open(self) -> bool:
        """Neither kept nor released."""
        return not self.kept_at and not self.released_at


_COLUMNS = ", ".join(f"promises.{name}" for name in Promise.__slots__)


def add(db: Database, promise: Promise) -> None:
    """Keep a new promise."""
    db.insert("promises", {name: getattr(promise, name) for name in Promise.__slots__})


def find(db: Database, id: str) -> Promise | None:  # noqa: A002 -- the column's name
    """The promise with this id."""
    row = db.row(f"SELECT {_COLUMNS} FROM promises WHERE id = :id", id=id)  # noqa: S608 -- the columns are ours
    return None if row is None else Promise(**row)


def open_ones(db: Database, *, limit: int) -> list[Promise]:
    """The promises neither kept nor released, what falls due first at the top."""
    rows = db.rows(
        f"""SELECT {_COLUMNS} FROM promises WHERE kept_at = '' AND released_at = '' ORDER BY due_at, id
            LIMIT :limit""",  # noqa: S608
        limit=limit,
    )
    return [Promise(**row) for row in rows]


def of_conversations(db: Database, conversations: Sequence[str]) -> list[Promise]:
    """All promises made in these conversations, the oldest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM promises WHERE conversation IN (:conversations) ORDER BY id",  # noqa: S608
        conversations=list(conversations),
    )
    return [Promise(**row) for row in rows]
