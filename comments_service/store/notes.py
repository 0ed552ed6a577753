"""What authors note about a person, privately; and which people they take for one, which they can take back."""

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class Join:
    """One person who is taken for another: by their own proof (`proven`), or by an author."""

    person: str
    into: str
    proven: bool


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
    """Take one person for another, by an author's word."""
    db.insert("joins", {"id": ids.new_id(), "person": person, "into_person": into, "joined_by": by, "at": at})


def part(db: Database, people: list[str], others: list[str], *, at: str) -> bool:
    """Take back that authors took any of these people for any of the others; False if none did."""
    sql = """UPDATE joins SET parted_at = :at WHERE person IN (:people) AND into_person IN (:others)
             AND parted_at IS NULL AND proven_at IS NULL"""
    return db.execute(sql, people=people, others=others, at=at) > 0


def known_with(db: Database, *people: str) -> list[str]:
    """Everybody who is taken for one person with one of these, by themselves or by an author; these among them."""
    rows = db.rows(
        """WITH RECURSIVE known (person) AS (
               SELECT people.id FROM people WHERE people.id IN (:people)
               UNION SELECT CASE WHEN joins.person = known.person THEN joins.into_person ELSE joins.person END
               FROM joins JOIN known ON joins.person = known.person OR joins.into_person = known.person
               WHERE joins.parted_at IS NULL
           ) SELECT person FROM known ORDER BY person""",
        people=people,
    )
    return [row["person"] for row in rows]


def joins(db: Database, people: Iterable[str] | None = None) -> list[Join]:
    """Who is taken for whom, of everybody or of those who are one with some `people`: by their own proof, or not."""
    among = "" if people is None else "AND person IN (:known)"
    rows = db.rows(
        f"""SELECT person, into_person, proven_at IS NOT NULL AS proven FROM joins
            WHERE parted_at IS NULL {among} ORDER BY person, into_person""",  # noqa: S608 -- the condition is ours
        **({} if people is None else {"known": known_with(db, *people)}),
    )
    return [Join(row["person"], row["into_person"], bool(row["proven"])) for row in rows]


def refused(db: Database, people: list[str]) -> set[str]:
    """Those of these people who want no history kept of them."""
    rows = db.rows(
        "SELECT id FROM people WHERE id IN (:people) AND history_refused_at IS NOT NULL ORDER BY id", people=people
    )
    return {row["id"] for row in rows}
