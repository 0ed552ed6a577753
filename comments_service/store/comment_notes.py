"""What authors and moderators note at a comment, privately; whoever wrote it may ask to read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class CommentNote:
    """A private note at a comment; `writer` is the name of whoever wrote it, where it is told."""

    id: str
    comment: str
    text: str
    written_by: str
    at: str
    writer: str = ""


COLUMNS = ("id", "comment", "text", "written_by", "at")
_TOLD = ", ".join(f"comment_notes.{name}" for name in COLUMNS) + ", people.name AS writer"
_FROM = "comment_notes JOIN people ON people.id = comment_notes.written_by"


def add(db: Database, note: CommentNote) -> None:
    """Keep a new note."""
    db.insert("comment_notes", {name: getattr(note, name) for name in COLUMNS})


def find(db: Database, id: str) -> CommentNote | None:  # noqa: A002 -- the column's name
    """The note with this id."""
    row = db.row(f"SELECT {_TOLD} FROM {_FROM} WHERE comment_notes.id = :id", id=id)  # noqa: S608 -- ours, here and below
    return None if row is None else CommentNote(**row)


def remove(db: Database, id: str) -> bool:  # noqa: A002
    """Delete a note; False if there is none."""
    return db.execute("DELETE FROM comment_notes WHERE id = :id", id=id) == 1


def at_comments(db: Database, comments: Sequence[str]) -> dict[str, list[CommentNote]]:
    """The notes at each of these comments (their ids), newest first."""
    rows = db.rows(
        f"SELECT {_TOLD} FROM {_FROM} WHERE comment IN (:comments) ORDER BY comment_notes.id DESC",  # noqa: S608
        comments=list(comments),
    )
    found: dict[str, list[CommentNote]] = {}
    for row in rows:
        found.setdefault(row["comment"], []).append(CommentNote(**row))
    return found


def about_people(db: Database, people: Sequence[str], *, private: bool, limit: int) -> list[CommentNote]:
    """The newest notes at what these people wrote; without those at their private words, unless `private`."""
    seen = "" if private else "AND comments.private_at IS NULL"
    rows = db.rows(
        f"""SELECT {_TOLD} FROM comments JOIN comment_notes ON comment_notes.comment = comments.id
            JOIN people ON people.id = comment_notes.written_by
            WHERE comments.person IN (:people) AND comments.author IS NULL {seen}
            ORDER BY comment_notes.id DESC LIMIT :limit""",  # noqa: S608 -- the condition is ours
        people=list(people),
        limit=limit,
    )
    return [CommentNote(**row) for row in rows]


def forget(db: Database, comment: str) -> None:
    """Delete every note at a comment."""
    db.execute("DELETE FROM comment_notes WHERE comment = :comment", comment=comment)
