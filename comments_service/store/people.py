"""People: guests known by their device, and accounts with a role."""

from collections.abc import Sequence

from comments_service.database import Database, Row
from comments_service.models import Person, Role
from comments_service.store import account_bounces

COLUMNS = "people.id, people.created, people.name, people.role, people.trusted_at"


def add(db: Database, person: Person, *, email: str = "") -> None:
    """Keep a new person."""
    db.insert(
        "people",
        {
            "id": person.id,
            "created": person.created,
            "name": person.name,
            "email": email,
            "role": person.role,
            "trusted_at": person.trusted_at,
        },
    )


def find(db: Database, id: str) -> Person | None:  # noqa: A002 -- the column's name
    """The person with this id."""
    return _person(db.row(f"SELECT {COLUMNS} FROM people WHERE id = :id", id=id))  # noqa: S608


def hold(db: Database, persons: Sequence[str]) -> int:
    """Let nobody else hold these people (their ids) until this transaction ends; returns how many there still are."""
    return db.execute("UPDATE people SET created = created WHERE id IN (:ids)", ids=persons)


def accounts(db: Database) -> list[Person]:
    """Everybody with a role, in the order in which they came."""
    rows = db.rows(f"SELECT {COLUMNS} FROM people WHERE role IS NOT NULL ORDER BY id")  # noqa: S608
    return [person for person in map(_person, rows) if person]


def addresses(db: Database) -> dict[str, str]:
    """The addresses of the accounts that have one, by the accounts' ids, in the order in which these came."""
    rows = db.rows("SELECT id, email FROM people WHERE role IS NOT NULL AND email <> '' ORDER BY id")
    return {row["id"]: row["email"] for row in rows}


def rename(db: Database, id: str, name: str) -> None:  # noqa: A002
    """Give an account another name."""
    db.execute("UPDATE people SET name = :name WHERE id = :id", id=id, name=name)


def move(db: Database, id: str, email: str) -> None:  # noqa: A002
    """Give an account another address, where letters did not come back yet."""
    db.execute("UPDATE people SET email = :email WHERE id = :id", id=id, email=email)
    account_bounces.clear(db, id)


def emails(db: Database, persons: Sequence[str]) -> dict[str, str]:
    """The addresses of people (their ids); nothing for those who gave none."""
    rows = db.rows("SELECT id, email FROM people WHERE id IN (:ids) AND email <> '' ORDER BY id", ids=persons)
    return {row["id"]: row["email"] for row in rows}


def trust(db: Database, id: str, *, now: str | None) -> None:  # noqa: A002
    """Say since when a person's replies need no look; None takes the trust back."""
    if now is None:
        db.execute("UPDATE people SET trusted_at = NULL WHERE id = :id", id=id)
    else:
        db.execute("UPDATE people SET trusted_at = :now WHERE id = :id AND trusted_at IS NULL", id=id, now=now)


def forget_guest(db: Database, id: str) -> None:  # noqa: A002
    """Forget the devices of a guest of whom nothing is left; a random id that nobody can claim stays.

    Who proved something on a device is no guest there, and stays signed in.
    """
    db.execute(
        """DELETE FROM devices WHERE person = :id AND identity IS NULL
           AND EXISTS (SELECT 1 FROM people WHERE id = :id AND role IS NULL)""",
        id=id,
    )


def person_of(row: Row) -> Person:
    """A row of `people`, with the columns of `Person`, as a record."""
    return Person(**row | {"role": Role(row["role"]) if row["role"] else None})


def _person(row: Row | None) -> Person | None:
    return None if row is None else person_of(row)
