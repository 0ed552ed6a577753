"""Replies to somebody, as everybody may read them, and the number by which the feed of them is renewed."""

import dataclasses
from collections.abc import Iterable, Mapping

from comments_service.database import Database
from comments_service.models import PublicComment, State

_COLUMNS = ", ".join(f"comments.{field.name}" for field in dataclasses.fields(PublicComment))
_STANDING = f"""SELECT {_COLUMNS} FROM comments JOIN pages ON pages.path = comments.page AND pages.gone_at IS NULL
    WHERE state = 'published' AND private_at IS NULL"""  # noqa: S608 -- the columns are ours
_NEWEST = "ORDER BY published_at DESC, comments.id DESC LIMIT :limit"


def to_people(db: Database, people: Iterable[str], identities: Iterable[str], *, limit: int) -> list[PublicComment]:
    """What others said to these people, or to what was written under these identities, newest first.

    That is what stands directly below their words, and what authors answered them elsewhere.
    """
    rows = db.rows(
        f"""{_STANDING} AND comments.id IN (
                SELECT reply.id FROM comments AS mine JOIN comments AS reply ON reply.parent = mine.id
                WHERE mine.person IN (:people)
                UNION SELECT reply.id FROM comments AS mine JOIN comments AS reply ON reply.parent = mine.id
                WHERE mine.identity <> '' AND mine.identity IN (:identities)
                UNION SELECT answers.comment FROM answers
                JOIN conversations ON conversations.id = answers.conversation WHERE conversations.person IN (:people))
            AND coalesce(comments.person, '') NOT IN (:people) AND comments.identity NOT IN (:identities)
            {_NEWEST}""",  # noqa: S608 -- ours
        people=sorted(people),
        identities=["-", *sorted(identities)],
        limit=limit,
    )
    return [PublicComment(**row | {"state": State(row["state"])}) for row in rows]


def to_comment(db: Database, comment: str, *, limit: int) -> list[PublicComment]:
    """What stands directly below one comment, newest first, but for what its own writer added."""
    rows = db.rows(
        f"""{_STANDING} AND comments.parent = :comment AND coalesce(comments.person, '') <> coalesce(
                (SELECT mine.person FROM comments AS mine WHERE mine.id = :comment), '-')
            {_NEWEST}""",  # noqa: S608 -- ours
        comment=comment,
        limit=limit,
    )
    return [PublicComment(**row | {"state": State(row["state"])}) for row in rows]


def number(db: Database, person: str) -> int | None:
    """How often somebody has renewed the address of their feed; None if nobody knows them."""
    found = db.value("SELECT feed_number FROM people WHERE id = :person", person=person)
    return None if found is None else int(found)


def numbers(db: Database) -> dict[str, int]:
    """The numbers of all who ever renewed theirs."""
    rows = db.rows("SELECT id, feed_number FROM people WHERE feed_number > 0 ORDER BY id")
    return {row["id"]: row["feed_number"] for row in rows}


def renew(db: Database, people: Iterable[str]) -> None:
    """Let the present addresses of these people's feeds lead nowhere any more."""
    db.execute("UPDATE people SET feed_number = feed_number + 1 WHERE id IN (:people)", people=sorted(people))


def stay_renewed(db: Database, known: Mapping[str, int]) -> None:
    """Let no number be smaller than it was known to be."""
    for person, least in known.items():
        db.execute(
            "UPDATE people SET feed_number = :least WHERE id = :person AND feed_number < :least",
            person=person,
            least=least,
        )
