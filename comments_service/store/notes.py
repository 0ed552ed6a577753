"""What authors note about a person, privately; and which people they take for one, which they can take back."""

from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database


@dataclass(frozen=True, slots=True)
class Note:
    """A private note about a person; they may ask to read it."""

    id: str
    person: str
    text: str
    written_by: str
    at: str


_COLUMNS = ", ".join(Note.__slots__)


def add(db: Database, note: Note) -> None:
    """Keep a new note."""
    db.insert("notes", {name: getattr(note, name) for name in Note.__slots__})


def remove(db: Database, id: str) -> bool:  # noqa: A002 -- the column's name
    """Delete a note; False if there is none."""
    return db.execute("DELETE FROM notes WHERE id = :id", id=id) == 1


def of_people(db: Database, people: list[str]) -> list[Note]:
    """The notes about these people, newest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM notes WHERE person IN (:people) ORDER BY id DESC",  # noqa: S608 -- the columns are ours
        people=people,
    )
    return [Note(**row) for row in rows]


def join(db: Database, person: str, into: str, *, by: str, at: str) -> None:
    """Take one person for another."""
    db.insert("joins", {"id": ids.new_id(), "person": person, "into_person": into, "joined_by": by, "at": at})


def part(db: Database, person: str, *, at: str) -> bool:
    """Take that back; False if the person is joined to nobody."""
    sql = "UPDATE joins SET parted_at = :at WHERE person = :person AND parted_at IS NULL"
    return db.execute(sql, person=person, at=at) > 0


def joined_to(db: Database, person: str) -> str | None:
    """Whom a person is taken for."""
    into = db.value("SELECT into_person FROM joins WHERE person = :person AND parted_at IS NULL", person=person)
    return None if into is None else str(into)


def joined_into(db: Database, person: str) -> list[str]:
    """Who is taken for this person, directly."""
    rows = db.rows(
        "SELECT person FROM joins WHERE into_person = :person AND parted_at IS NULL ORDER BY person", person=person
    )
    return [row["person"] for row in rows]


def joins(db: Database) -> list[tuple[str, str]]:
    """Everybody who is taken for somebody else, with whom: so many as authors have joined by hand."""
    rows = db.rows("SELECT person, into_person FROM joins WHERE parted_at IS NULL ORDER BY person")
    return [(row["person"], row["into_person"]) for row in rows]


def refused(db: Database, people: list[str]) -> set[str]:
    """Those of these people who want no history kept of them."""
    rows = db.rows(
        "SELECT id FROM people WHERE id IN (:people) AND history_refused_at IS NOT NULL ORDER BY id", people=people
    )
    return {row["id"] for row in rows}
