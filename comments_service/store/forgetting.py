"""Forgetting somebody: every row that tells of them, and whose time has come."""

from comments_service import ids
from comments_service.database import Database

# What tells of a person in the private view, by table and column; a test compares this with the schema.
OF_A_PERSON = (("notes", "person"), ("joins", "person"), ("joins", "into_person"))


def conversation(db: Database, conversation: str) -> None:
    """Empty a conversation of whoever was in it: its events, its promises, its name. Its row stays for its answers."""
    for table in ("events", "answers", "promises"):
        db.execute(f"DELETE FROM {table} WHERE conversation = :id", id=conversation)  # noqa: S608 -- the three are ours
    db.execute(
        "UPDATE conversations SET person = :nobody, last_seq = 0 WHERE id = :id", nobody=ids.new_id(), id=conversation
    )


def history(db: Database, person: str) -> None:
    """Delete what authors noted about a person, whom they took them for, and that words were said to them."""
    for table, column in OF_A_PERSON:
        db.execute(f"DELETE FROM {table} WHERE {column} = :person", person=person)  # noqa: S608 -- as above
    db.execute("UPDATE sayings SET said_to = '' WHERE said_to = :person", person=person)


def traces(db: Database, person: str) -> None:
    """Delete a person's appreciation, their devices and themselves, once none of their words is left."""
    db.execute("DELETE FROM likes WHERE device IN (SELECT secret FROM devices WHERE person = :person)", person=person)
    db.execute("DELETE FROM devices WHERE person = :person", person=person)
    db.execute("DELETE FROM people WHERE id = :person AND role IS NULL", person=person)


def refuse(db: Database, person: str, *, now: str) -> bool:
    """Note that a person wants no history of themselves; False if they said so before, or are not known."""
    sql = "UPDATE people SET history_refused_at = :now WHERE id = :person AND history_refused_at IS NULL"
    return db.execute(sql, now=now, person=person) == 1


def silent_since(db: Database, before: str, *, limit: int) -> list[str]:
    """People who have said nothing since a moment and of whom there is still a history; never an account."""
    rows = db.rows(
        """SELECT people.id FROM people WHERE role IS NULL
           AND EXISTS (SELECT 1 FROM conversations WHERE conversations.person = people.id)
           AND (SELECT max(created) FROM comments WHERE comments.person = people.id) < :before
           ORDER BY people.id LIMIT :limit""",
        before=before,
        limit=limit,
    )
    return [row["id"] for row in rows]
