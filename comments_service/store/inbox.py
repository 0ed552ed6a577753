"""The inbox: what became of each letter that came in, without a word or address of it; how far a mailbox was read."""

from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a letter (`outcome`), and with which comment (its id, or empty)."""

    id: str
    at: str
    outcome: str
    comment: str


def note(db: Database, print_: str, outcome: str, *, comment: str = "") -> str | None:
    """Note what became of a letter; returns the note's id, or None if one of the same print was noted before."""
    id_ = ids.new_id()
    noted = db.execute(
        """INSERT INTO inbox (id, at, print, outcome, comment) VALUES (:id, :at, :print, :outcome, :comment)
           ON CONFLICT (print) DO NOTHING""",
        id=id_,
        at=ids.now(),
        print=print_,
        outcome=outcome,
        comment=comment,
    )
    return id_ if noted else None


def settle(db: Database, id_: str, outcome: str, *, comment: str = "") -> None:
    """Say of a letter that was noted what became of it in the end."""
    db.execute("UPDATE inbox SET outcome = :outcome, comment = :comment WHERE id = :id", id=id_, outcome=outcome,
               comment=comment)  # fmt: skip


def newest(db: Database, *, limit: int) -> list[Note]:
    """What became of the letters that came last, newest first."""
    rows = db.rows("SELECT id, at, outcome, comment FROM inbox ORDER BY id DESC LIMIT :limit", limit=limit)
    return [Note(**row) for row in rows]


def forget(db: Database, *, before: str) -> None:
    """Forget what became of the letters that came before a moment."""
    db.execute("DELETE FROM inbox WHERE id < :first", first=ids.first_id(before))


def read_until(db: Database, mailbox: str) -> tuple[int, int]:
    """How far a mailbox (a digest of where it is) was read: its validity and the last number; zeros if it never was."""
    row = db.row("SELECT validity, uid FROM mailboxes WHERE mailbox = :mailbox", mailbox=mailbox)
    return (int(row["validity"]), int(row["uid"])) if row else (0, 0)


def has_read(db: Database, mailbox: str, validity: int, uid: int) -> None:
    """Say how far a mailbox was read."""
    db.upsert("mailboxes", {"mailbox": mailbox, "validity": validity, "uid": uid}, key="mailbox")
