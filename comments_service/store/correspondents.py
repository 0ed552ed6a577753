"""Correspondents: the addresses that letters to readers go to, and whether each may be written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from comments_service import ids
from comments_service.database import Database, Row

# At once (what comes within minutes of each other in one letter), once a day, or once a week.
Rhythm = Literal["now", "day", "week"]
RHYTHMS: tuple[Rhythm, ...] = get_args(Rhythm)
_COLUMNS = "id, address, language, rhythm, created, asked_at, confirmed_at, stopped_at, bounced_at, bounce"
_LONGEST_BOUNCE = 200


@dataclass(frozen=True, slots=True)
class Correspondent:
    """An address that somebody gave for letters; `language` is that of the essay at which it was asked for.

    `confirmed_at` says that its owner proved it, or said yes to a letter; `stopped_at` that they wish no letters at
    all; `bounced_at` that one came back for good, with the server's numbers and never its words in `bounce`.
    """

    id: str
    address: str
    language: str
    rhythm: Rhythm
    created: str
    asked_at: str | None
    confirmed_at: str | None
    stopped_at: str | None
    bounced_at: str | None
    bounce: str

    @property
    def reachable(self) -> bool:
        """Whether a letter may go there at all."""
        return self.confirmed_at is not None and self.stopped_at is None and self.bounced_at is None


def welcome(db: Database, address: str, language: str) -> Correspondent:
    """The correspondent with this address (as `names.email` writes it), new if there was none."""
    db.execute(
        """INSERT INTO correspondents (id, address, language, rhythm, created, bounce)
           VALUES (:id, :address, :language, 'now', :now, '') ON CONFLICT (lower(address)) DO NOTHING""",
        id=ids.new_id(),
        address=address,
        language=language,
        now=ids.now(),
    )
    found = at(db, address)
    if found is None:
        raise LookupError(address)
    return found


def find(db: Database, id: str) -> Correspondent | None:  # noqa: A002 -- the column's name
    """The correspondent with this id."""
    return _correspondent(db.row(f"SELECT {_COLUMNS} FROM correspondents WHERE id = :id", id=id))  # noqa: S608


def at(db: Database, address: str) -> Correspondent | None:
    """The correspondent with this address, in whichever letters it is written."""
    return _correspondent(
        db.row(f"SELECT {_COLUMNS} FROM correspondents WHERE lower(address) = lower(:address)", address=address)  # noqa: S608
    )


def these(db: Database, ids: Sequence[str]) -> dict[str, Correspondent]:
    """These correspondents, by their ids."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM correspondents WHERE id IN (:ids) ORDER BY id", ids=list(ids))  # noqa: S608
    return {row["id"]: Correspondent(**row) for row in rows}


def ask(db: Database, id: str, language: str, *, now: str) -> None:  # noqa: A002
    """Note that the address is asked, in this language, whether it wants letters."""
    db.execute(
        "UPDATE correspondents SET asked_at = :now, language = :language WHERE id = :id",
        id=id,
        language=language,
        now=now,
    )


def confirm(db: Database, id: str, *, now: str) -> None:  # noqa: A002
    """Note that whoever owns the address proved it, or said yes: letters go there again, whatever was before."""
    db.execute(
        """UPDATE correspondents SET confirmed_at = coalesce(confirmed_at, :now), stopped_at = NULL, bounced_at = NULL,
               bounce = '' WHERE id = :id""",
        id=id,
        now=now,
    )


def arrived(db: Database, address: str) -> None:
    """Note that a letter with a code arrived there: letters no longer come back. Whether they are wanted is unsaid."""
    db.execute(
        "UPDATE correspondents SET bounced_at = NULL, bounce = '' WHERE lower(address) = lower(:address)",
        address=address,
    )


def stop(db: Database, id: str, *, now: str) -> None:  # noqa: A002
    """Note that no letter is wanted there at all."""
    db.execute("UPDATE correspondents SET stopped_at = :now WHERE id = :id AND stopped_at IS NULL", id=id, now=now)


def bounced(db: Database, id: str, bounce: str, *, now: str) -> None:  # noqa: A002
    """Note that a letter came back for good, in the server's numbers (`550 5.1.1`): it is not written to any more."""
    db.execute(
        "UPDATE correspondents SET bounced_at = :now, bounce = :bounce WHERE id = :id AND bounced_at IS NULL",
        id=id,
        bounce=bounce[:_LONGEST_BOUNCE],
        now=now,
    )


def keep_rhythm(db: Database, id: str, rhythm: Rhythm) -> None:  # noqa: A002
    """Let letters come as often as this."""
    db.execute("UPDATE correspondents SET rhythm = :rhythm WHERE id = :id", id=id, rhythm=rhythm)


def forget_idle(db: Database, *, before: str) -> int:
    """Forget addresses that nobody said yes for since a moment, and those that wish for nothing and were told nothing.

    One that wants no letters at all, or where they come back, is remembered, so that it stays that way.
    """
    idle = """SELECT id FROM correspondents WHERE created < :before AND stopped_at IS NULL AND bounced_at IS NULL
        AND coalesce(asked_at, '') < :before
        AND (confirmed_at IS NULL OR NOT EXISTS (
            SELECT 1 FROM subscriptions WHERE correspondent = correspondents.id AND ended_at IS NULL
            UNION ALL SELECT 1 FROM news WHERE news.correspondent = correspondents.id))"""
    return db.execute(f"DELETE FROM correspondents WHERE id IN ({idle})", before=before)  # noqa: S608 -- ours


def _correspondent(row: Row | None) -> Correspondent | None:
    return None if row is None else Correspondent(**row)
