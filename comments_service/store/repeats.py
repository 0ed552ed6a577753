"""Repeats and floods: the same words again, and how much somebody or a network sent of late."""

from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database
from comments_service.models import State


def same_words(db: Database, mark: str, *, since: str, person: str | None, network: str) -> str | None:
    """The id of the same reply (by its `print`) sent by the same writer since a moment."""
    row = db.row(
        """SELECT id FROM comments WHERE print = :mark AND print <> '' AND created >= :since
           AND (person = :person OR (network <> '' AND network = :network)) ORDER BY id LIMIT 1""",
        mark=mark,
        since=since,
        person=person,
        network=network,
    )
    return None if row is None else str(row["id"])


@dataclass(frozen=True, slots=True)
class Echo:
    """A reply with the same words: whose, under which essay, and what became of it."""

    person: str | None
    page: str
    state: State


def echoes(db: Database, echo: str, *, since: str, limit: int) -> list[Echo]:
    """The newest replies with the same words (by their `echo`) since a moment, whoever sent them."""
    rows = db.rows(
        """SELECT person, page, state FROM comments WHERE echo = :echo AND echo <> '' AND id >= :first
           ORDER BY id DESC LIMIT :limit""",
        echo=echo,
        first=ids.first_id(since),
        limit=limit,
    )
    return [Echo(row["person"], row["page"], State(row["state"])) for row in rows]


def said_since(db: Database, person: str, number: int) -> str:
    """When somebody said the last but so many of their replies; empty if they never said as many."""
    return str(
        db.value(
            "SELECT created FROM comments WHERE person = :person ORDER BY id DESC LIMIT 1 OFFSET :further",
            person=person,
            further=number - 1,
        )
        or ""
    )


def sent_from(db: Database, network: str, *, since: str) -> int:
    """How many comments a network sent since a moment."""
    return int(
        db.value(
            "SELECT count(*) FROM comments WHERE network = :network AND network <> '' AND created >= :since",
            network=network,
            since=since,
        ),
    )
