"""The log of sign-ins: lines are added and never changed, but for the networks, which are forgotten."""

import dataclasses
from dataclasses import dataclass

from comments_service.database import Database

_COLUMNS = "id, person, at, how, outcome, device, network"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line: who came in, or tried to, by what, and how it ended.

    `person` is an account's id, or empty when nobody knows whose it was meant to be; `outcome` is `signed_in`, or the
    code of the problem that it ended with, or what else was done about the ways in (`identity/entries.py`).
    """

    id: str
    person: str
    at: str
    how: str
    outcome: str
    device: str
    network: str


def add(db: Database, sign_in: SignIn) -> None:
    """Add a line."""
    db.insert("sign_ins", dataclasses.asdict(sign_in))


def latest(db: Database, *, limit: int, person: str | None = None) -> list[SignIn]:
    """The newest lines, those of one account or everybody's, newest first."""
    whose = "" if person is None else "WHERE person = :person"
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM sign_ins {whose} ORDER BY id DESC LIMIT :limit",  # noqa: S608 -- the two are ours
        person=person,
        limit=limit,
    )
    return [SignIn(**row) for row in rows]


def forget_networks(db: Database, *, before: str) -> None:
    """Forget the networks of older lines, and the lines of nobody altogether: there is nothing else in them."""
    db.execute("DELETE FROM sign_ins WHERE person = '' AND at < :before", before=before)
    db.execute("UPDATE sign_ins SET network = '' WHERE network <> '' AND at < :before", before=before)


def forget(db: Database, *, before: str) -> int:
    """Forget the lines older than a moment."""
    return db.execute("DELETE FROM sign_ins WHERE at < :before", before=before)
