"""Errands: what somebody is in the middle of while they prove who they are; letters and sign-ins that are under way."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Errand


@dataclass(frozen=True, slots=True)
class Challenge:
    """A letter with a code and a link that proves an address. `tries` counts codes that were wrong."""

    id: str
    errand: str
    address: str
    tries: int
    created: str
    expires: str
    used_at: str | None

    def proves(self, *, now: str) -> bool:
        """Whether its letter can still prove anything."""
        return self.used_at is None and self.expires > now


@dataclass(frozen=True, slots=True)
class Authorization:
    """A browser that was sent to a provider and is to come back with `state`; `data` is what was agreed meanwhile."""

    state: str
    errand: str
    provider: str
    data: dict[str, str]
    created: str
    expires: str


@dataclass(frozen=True, slots=True)
class Registration:
    """The keys that a server gave this blog when it asked for some, for coming back to `redirect_uri`."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


# ── errands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def add(db: Database, errand: Errand) -> None:
    """Begin an errand."""
    db.insert(
        "errands",
        {
            "id": errand.id,
            "fields": json.dumps(dict(errand.fields), ensure_ascii=False, sort_keys=True),
            "purpose": errand.purpose,
            "comment": errand.comment,
            "created": errand.created,
            "expires": errand.expires,
            "said": errand.said,
        },
    )


def find(db: Database, id: str, *, now: str) -> Errand | None:  # noqa: A002 -- the column's name
    """The errand with this id, while it lasts."""
    row = db.row(
        "SELECT id, fields, purpose, comment, created, expires, said FROM errands WHERE id = :id AND expires > :now",
        id=id,
        now=now,
    )
    return None if row is None else Errand(**row | {"fields": json.loads(row["fields"])})


def say(db: Database, id: str, sentence: str) -> None:  # noqa: A002
    """Keep a sentence for whoever is on an errand, instead of the one before."""
    db.execute("UPDATE errands SET said = :sentence WHERE id = :id", id=id, sentence=sentence)


def end(db: Database, id: str) -> None:  # noqa: A002
    """Forget an errand with everything that was under way for it."""
    outlive(db, id)
    db.execute("DELETE FROM errands WHERE id = :id", id=id)


def outlive(db: Database, id: str) -> None:  # noqa: A002
    """Forget what was under way for an errand, and keep what was typed until it is sent."""
    for table in ("challenges", "authorizations"):
        db.execute(f"DELETE FROM {table} WHERE errand = :id", id=id)  # noqa: S608 -- the two are ours
    say(db, id, "")


def forget_expired(db: Database, *, before: str) -> None:
    """Forget what was begun, never finished, and expired before a moment; and keys of servers that nobody came from."""
    for table in ("challenges", "authorizations", "errands"):
        db.execute(f"DELETE FROM {table} WHERE expires < :before", before=before)  # noqa: S608 -- the three are ours
    db.execute(
        """DELETE FROM registrations WHERE created < :before
           AND NOT EXISTS (SELECT 1 FROM identities WHERE issuer = 'mastodon:' || registrations.issuer)""",
        before=before,
    )


# ── letters that prove an address ───────────────────────────────────────────────────────────────────────────────────


def challenge(db: Database, errand: str, address: str, *, expires: str) -> Challenge:
    """A new challenge; those that the errand had before can't be used any more."""
    now = ids.now()
    db.execute(
        "UPDATE challenges SET used_at = :now WHERE errand = :errand AND used_at IS NULL", now=now, errand=errand
    )
    made = Challenge(ids.new_id(), errand, address, 0, now, expires, None)
    db.insert("challenges", {name: getattr(made, name) for name in Challenge.__slots__})
    return made


def find_challenge(db: Database, id: str) -> Challenge | None:  # noqa: A002
    """The challenge with this id, also when it is spent."""
    return _challenge(db, "id = :id", id=id)


def challenge_of(db: Database, errand: str) -> Challenge | None:
    """The newest challenge of an errand, also when it is spent."""
    return _challenge(db, "errand = :errand", errand=errand)


def _challenge(db: Database, where: str, **words: str) -> Challenge | None:
    row = db.row(
        f"""SELECT id, errand, address, tries, created, expires, used_at FROM challenges
            WHERE {where} ORDER BY id DESC LIMIT 1""",  # noqa: S608 -- the conditions are ours
        **words,
    )
    return None if row is None else Challenge(**row)


def addresses(db: Database, challenges: Sequence[str]) -> dict[str, str]:
    """The addresses that challenges (their ids) are to prove, as far as they are still known."""
    rows = db.rows("SELECT id, address FROM challenges WHERE id IN (:ids) ORDER BY id", ids=challenges)
    return {row["id"]: row["address"] for row in rows}


def tried(db: Database, id: str, *, most: int) -> bool:  # noqa: A002
    """Count a try of a code; False when there have been too many."""
    return db.execute("UPDATE challenges SET tries = tries + 1 WHERE id = :id AND tries < :most", id=id, most=most) == 1


def use_challenge(db: Database, id: str, *, now: str) -> bool:  # noqa: A002
    """Use a challenge up; False when it is spent or too old."""
    sql = "UPDATE challenges SET used_at = :now WHERE id = :id AND used_at IS NULL AND expires > :now"
    return db.execute(sql, id=id, now=now) == 1


# ── sign-ins with a provider ────────────────────────────────────────────────────────────────────────────────────────


def authorize(db: Database, authorization: Authorization) -> None:
    """Remember that a browser was sent to a provider."""
    db.insert(
        "authorizations",
        {name: getattr(authorization, name) for name in Authorization.__slots__}
        | {"data": json.dumps(authorization.data, sort_keys=True)},
    )


def use_authorization(db: Database, state: str, *, now: str) -> Authorization | None:
    """What a browser that comes back with this state was sent for; it comes back once, and in time."""
    row = db.row(
        """UPDATE authorizations SET used_at = :now WHERE state = :state AND used_at IS NULL AND expires > :now
           RETURNING state, errand, provider, data, created, expires""",
        state=state,
        now=now,
    )
    return None if row is None else Authorization(**row | {"data": json.loads(row["data"])})


def registration(db: Database, issuer: str) -> Registration | None:
    """The keys that a server gave this blog, if it did."""
    row = db.row(
        "SELECT issuer, client_id, client_secret, redirect_uri FROM registrations WHERE issuer = :issuer", issuer=issuer
    )
    return None if row is None else Registration(**row)


def register(db: Database, registration: Registration) -> None:
    """Keep the keys that a server gave, instead of those before."""
    row = {name: getattr(registration, name) for name in Registration.__slots__}
    db.upsert("registrations", row | {"created": ids.now()}, key="issuer")
