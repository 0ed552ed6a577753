"""Forgetting somebody: every row that tells of them, and whose time has come."""

import json

from comments_service import ids
from comments_service.database import Database
from comments_service.store import acts, errands, identities, outbox, pages
from comments_service.store.subjects import Subject

# What goes with somebody, by table and column: first what authors keep of a person, then all that is of a person, and
# of an identity. A test compares the three with the schema, so that no new table is left out.
OF_A_HISTORY = (("notes", "person"), ("joins", "person"), ("joins", "into_person"))
OF_A_PERSON = (*OF_A_HISTORY, ("joins", "joined_by"), ("proven_names", "person"), ("devices", "person"))
OF_AN_IDENTITY = (("devices", "identity"), ("pictures", "identity"), ("identities", "id"))


def conversation(db: Database, conversation: str) -> None:
    """Empty a conversation of whoever was in it: its events, its promises, its name. Its row stays for its answers."""
    for table in ("events", "answers", "promises"):
        db.execute(f"DELETE FROM {table} WHERE conversation = :id", id=conversation)  # noqa: S608 -- the three are ours
    db.execute(
        "UPDATE conversations SET person = :nobody, last_seq = 0 WHERE id = :id", nobody=ids.new_id(), id=conversation
    )


def history(db: Database, person: str) -> None:
    """Delete what authors noted about a person, whom they took them for, and that words were said to them.

    What they joined themselves, by proving both, stays: it is how they are known.
    """
    for table, column in OF_A_HISTORY:
        theirs = "AND proven_at IS NULL" if table == "joins" else ""
        db.execute(f"DELETE FROM {table} WHERE {column} = :person {theirs}", person=person)  # noqa: S608 -- as above
    db.execute("UPDATE sayings SET said_to = '' WHERE said_to = :person", person=person)
    words = "SELECT id FROM comments WHERE person = :person AND author IS NULL"
    db.execute(f"DELETE FROM comment_notes WHERE comment IN ({words})", person=person)  # noqa: S608 -- ours
    db.execute(
        f"UPDATE acts SET before = '{{}}' WHERE kind = 'comment' AND verb = 'unnote' AND subject IN ({words})",  # noqa: S608
        person=person,
    )


def traces(db: Database, subject: Subject) -> None:
    """Delete whom somebody appeared as, what they proved, their devices and likes, once none of their words is left."""
    people = set(subject.people)
    for person in subject.people:
        if not identities.self_of(db, person).ids <= people:  # those who stay are still one without them
            identities.part(db, person, at=ids.now())
    _likes(db, subject)
    _reports_and_bans(db, subject)
    _under_way(db, subject)
    # A device that proved something else, and only appeared as one of them, goes on as what it proved.
    db.execute(
        """UPDATE devices SET person = (SELECT person FROM identities WHERE identities.id = devices.identity)
           WHERE person IN (:people) AND identity IS NOT NULL AND identity NOT IN (:identities)""",
        people=list(subject.people),
        identities=["-", *subject.identities],
    )
    db.execute("UPDATE devices SET guest = NULL WHERE guest IN (:people)", people=list(subject.people))
    for rows, gone in ((OF_A_PERSON, subject.people), (OF_AN_IDENTITY, subject.identities)):
        for table, column in rows:
            db.execute(f"DELETE FROM {table} WHERE {column} IN (:gone)", gone=list(gone))  # noqa: S608 -- as above
    acts.forget_person(db, subject.people)
    db.execute("DELETE FROM people WHERE id IN (:people) AND role IS NULL", people=list(subject.people))


def _reports_and_bans(db: Database, subject: Subject) -> None:
    """Let what they reported be nobody's, and ban nobody as them. A ban of an address stays: it names nobody."""
    db.execute(
        "UPDATE reports SET person = '', proven = '', words = '', network = '' WHERE person IN (:people)",
        people=list(subject.people),
    )
    db.execute("DELETE FROM bans WHERE kind = 'person' AND subject IN (:people)", people=list(subject.people))


def _likes(db: Database, subject: Subject) -> None:
    """Take back what this browser likes, and have the numbers counted anew."""
    liked = db.rows(
        """SELECT DISTINCT coalesce(comments.page, likes.subject) AS page FROM likes
           LEFT JOIN comments ON comments.id = likes.subject WHERE likes.device IN (:prints)
           ORDER BY coalesce(comments.page, likes.subject)""",
        prints=list(subject.likes),
    )
    db.execute("DELETE FROM likes WHERE device IN (:prints)", prints=list(subject.likes))
    for row in liked:
        pages.touch(db, row["page"])
        outbox.put(db, "page.liked", row["page"])


def _under_way(db: Database, subject: Subject) -> None:
    """Forget what is under way with an address of theirs. What others typed beside it is left to them."""
    asked = db.rows("SELECT id FROM challenges WHERE lower(address) IN (:all) ORDER BY id", all=list(subject.addresses))
    challenges = [row["id"] for row in asked]
    db.execute("DELETE FROM jobs WHERE lane = :lane AND subject IN (:ids)", lane=outbox.LETTERS, ids=challenges)
    db.execute("DELETE FROM challenges WHERE id IN (:ids)", ids=challenges)
    # What they wish to hear of, and were told, goes along with the address.
    reached = db.rows(
        "SELECT id FROM correspondents WHERE lower(address) IN (:all) ORDER BY id", all=list(subject.addresses)
    )
    correspondents = [row["id"] for row in reached]
    db.execute(
        "DELETE FROM jobs WHERE lane IN (:lanes) AND subject IN (:ids)", lanes=outbox.BY_POST, ids=correspondents
    )
    db.execute("DELETE FROM correspondents WHERE id IN (:ids)", ids=correspondents)
    if subject.errand:
        errands.end(db, subject.errand)
    for row in db.rows("SELECT id, fields FROM errands ORDER BY id") if subject.addresses else ():
        fields = json.loads(row["fields"])
        if fields.get("email", "").strip().lower() in subject.addresses:
            del fields["email"]
            rest = json.dumps(fields, ensure_ascii=False, sort_keys=True)
            db.execute("UPDATE errands SET fields = :rest WHERE id = :id", rest=rest, id=row["id"])


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


def proven_for_nothing(db: Database, before: str, *, limit: int) -> list[Subject]:
    """What was proven last before a moment, by whoever has no word here, neither under it nor as anybody else."""
    rows = db.rows(
        """SELECT identities.id, identities.person FROM identities
           LEFT JOIN joins ON joins.person = identities.person AND parted_at IS NULL AND joins.proven_at IS NOT NULL
           WHERE identities.proven_at < :before
           AND NOT EXISTS (SELECT 1 FROM comments WHERE comments.identity <> '' AND comments.identity = identities.id)
           AND NOT EXISTS (
               SELECT 1 FROM comments WHERE comments.person = coalesce(joins.into_person, identities.person))
           AND NOT EXISTS (
               SELECT 1 FROM joins AS others JOIN comments ON comments.person = others.person
               WHERE others.into_person = coalesce(joins.into_person, identities.person)
               AND others.parted_at IS NULL AND others.proven_at IS NOT NULL)
           ORDER BY identities.id LIMIT :limit""",
        before=before,
        limit=limit,
    )
    return [Subject(people=(row["person"],), identities=(row["id"],)) for row in rows]
