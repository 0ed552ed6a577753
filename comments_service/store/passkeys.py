"""Passkeys of accounts, and the challenges that browsers answer with them."""

import dataclasses
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database, Row
from comments_service.models import Person
from comments_service.store import people


@dataclass(frozen=True, slots=True)
class Passkey:
    """A public key of an account; what is binary is in unpadded base64url, as browsers tell it.

    `credential` is its id, `handle` the random id under which its device knows the account, `sign_count` the counter
    that it told when it was used last; many tell 0 for ever.
    """

    id: str
    person: str
    credential: str
    public_key: str
    handle: str
    sign_count: int
    name: str
    created: str
    used_at: str | None


_FIELDS = tuple(field.name for field in dataclasses.fields(Passkey))
_COLUMNS = ", ".join(f"passkeys.{name}" for name in _FIELDS)


def add(db: Database, passkey: Passkey) -> None:
    """Keep a new passkey."""
    db.insert("passkeys", dataclasses.asdict(passkey))


def find(db: Database, credential: str) -> Passkey | None:
    """The passkey with this credential's id, whoever's it is."""
    return _passkey(db.row(f"SELECT {_COLUMNS} FROM passkeys WHERE credential = :it", it=credential))  # noqa: S608


def account_of(db: Database, passkey: Passkey) -> Person | None:
    """The account that a passkey opens; nobody when it has no role any more."""
    found = people.find(db, passkey.person)
    return found if found and found.role else None


def of_person(db: Database, person: str) -> list[Passkey]:
    """The passkeys of an account, in the order in which they were added."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM passkeys WHERE person = :person ORDER BY id", person=person)  # noqa: S608
    return [Passkey(**row) for row in rows]


def use(db: Database, id: str, *, sign_count: int, now: str) -> bool:  # noqa: A002 -- the column's name
    """Note that a passkey was used; False when its counter did not go on, unless it has never counted."""
    changed = db.execute(
        """UPDATE passkeys SET sign_count = :sign_count, used_at = :now
           WHERE id = :id AND (sign_count < :sign_count OR (sign_count = 0 AND :sign_count = 0))""",
        id=id,
        sign_count=sign_count,
        now=now,
    )
    return changed == 1


def remove(db: Database, id: str, person: str) -> bool:  # noqa: A002
    """Forget one passkey of an account; False when it has none with this id."""
    return db.execute("DELETE FROM passkeys WHERE id = :id AND person = :person", id=id, person=person) == 1


def remove_all(db: Database, person: str) -> int:
    """Forget every passkey of an account."""
    return db.execute("DELETE FROM passkeys WHERE person = :person", person=person)


def challenge(db: Database, digest: str, purpose: str, person: str, handle: str, *, expires: str) -> None:
    """Keep a challenge: `add` is for an account, under a `handle`; `sign in` is for whoever can answer it."""
    db.insert(
        "passkey_challenges",
        {
            "digest": digest,
            "purpose": purpose,
            "person": person,
            "handle": handle,
            "created": ids.now(),
            "expires": expires,
        },
    )


def use_challenge(db: Database, digest: str, purpose: str, person: str, *, now: str) -> str | None:
    """Use a challenge up; returns its handle, or None when it is spent, too old, or for something or somebody else."""
    handle = db.value(
        """UPDATE passkey_challenges SET used_at = :now
           WHERE digest = :digest AND purpose = :purpose AND person = :person AND used_at IS NULL AND expires > :now
           RETURNING handle""",
        digest=digest,
        purpose=purpose,
        person=person,
        now=now,
    )
    return None if handle is None else str(handle)


def forget_challenges(db: Database, *, before: str) -> int:
    """Forget the challenges that expired before a moment."""
    return db.execute("DELETE FROM passkey_challenges WHERE expires < :before", before=before)


def _passkey(row: Row | None) -> Passkey | None:
    return None if row is None else Passkey(**row)
