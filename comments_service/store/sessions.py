"""Accounts' ways in: one-time links and sessions, kept as digests of their secrets."""

from dataclasses import dataclass

from comments_service import ids
from comments_service.database import Database
from comments_service.models import Person, Session
from comments_service.store import people


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link of an account; `browser` is the digest of the secret of the only one it is for, or empty."""

    account: Person
    browser: str
    expires: str
    used_at: str | None

    def opens(self, *, now: str) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and self.expires > now


def add_link(db: Database, secret: str, person: str, *, expires: str, browser: str = "") -> None:
    """Keep a one-time sign-in link."""
    db.insert(
        "sign_in_links",
        {"secret": secret, "person": person, "created": ids.now(), "expires": expires, "browser": browser},
    )


def find_link(db: Database, secret: str) -> Link | None:
    """The link with this digest, also when it is spent; none of somebody who has no account any more."""
    row = db.row(
        f"""SELECT {people.COLUMNS}, sign_in_links.browser, sign_in_links.expires, sign_in_links.used_at
            FROM sign_in_links JOIN people ON people.id = sign_in_links.person
            WHERE secret = :secret AND role IS NOT NULL""",  # noqa: S608
        secret=secret,
    )
    if row is None:
        return None
    browser, expires, used_at = row.pop("browser"), row.pop("expires"), row.pop("used_at")
    return Link(people.person_of(row), browser, expires, used_at)


def use_link(db: Database, secret: str, *, now: str) -> bool:
    """Use a link up; False when somebody was faster."""
    changed = db.execute(
        "UPDATE sign_in_links SET used_at = :now WHERE secret = :secret AND used_at IS NULL AND expires > :now",
        secret=secret,
        now=now,
    )
    return changed == 1


def add(db: Database, session: Session, secret: str) -> None:
    """Open a session."""
    db.insert(
        "sessions",
        {
            "id": session.id,
            "secret": secret,
            "person": session.person,
            "created": session.created,
            "seen": session.seen,
            "expires": session.expires,
            "device": session.device,
        },
    )


def holder(db: Database, secret: str, *, now: str) -> tuple[Person, str] | None:
    """The account whose session this is, and the session's id, while it is open."""
    row = db.row(
        f"""SELECT {people.COLUMNS}, sessions.id AS session
            FROM sessions JOIN people ON people.id = sessions.person
            WHERE secret = :secret AND ended_at IS NULL AND expires > :now AND role IS NOT NULL""",  # noqa: S608
        secret=secret,
        now=now,
    )
    if row is None:
        return None
    session = str(row.pop("session"))
    return people.person_of(row), session


def unseen_since(db: Database, id: str, at: str) -> bool:  # noqa: A002 -- the column's name
    """Whether a session was last noted to be in use before `at`."""
    return db.value("SELECT 1 FROM sessions WHERE id = :id AND seen < :at", id=id, at=at) is not None


def see(db: Database, id: str, *, now: str) -> None:  # noqa: A002
    """Note that a session is in use."""
    db.execute("UPDATE sessions SET seen = :now WHERE id = :id", id=id, now=now)


def open_of(db: Database, person: str, *, now: str) -> list[Session]:
    """The open sessions of an account, newest first."""
    rows = db.rows(
        """SELECT id, person, created, seen, expires, device FROM sessions
           WHERE person = :person AND ended_at IS NULL AND expires > :now ORDER BY id DESC""",
        person=person,
        now=now,
    )
    return [Session(**row) for row in rows]


def end(db: Database, id: str, person: str, *, now: str) -> bool:  # noqa: A002 -- the column's name
    """End one session of an account."""
    changed = db.execute(
        "UPDATE sessions SET ended_at = :now WHERE id = :id AND person = :person AND ended_at IS NULL",
        id=id,
        person=person,
        now=now,
    )
    return changed == 1


def end_others(db: Database, person: str, keep: str, *, now: str) -> int:
    """End every session of an account but the one with the id `keep`, and its unused links."""
    _spend_links(db, person, now)
    return db.execute(
        "UPDATE sessions SET ended_at = :now WHERE person = :person AND id <> :keep AND ended_at IS NULL",
        person=person,
        keep=keep,
        now=now,
    )


def end_all(db: Database, person: str, *, now: str) -> int:
    """End every session of an account, and its unused links."""
    _spend_links(db, person, now)
    return db.execute(
        "UPDATE sessions SET ended_at = :now WHERE person = :person AND ended_at IS NULL",
        person=person,
        now=now,
    )


def _spend_links(db: Database, person: str, now: str) -> None:
    db.execute(
        "UPDATE sign_in_links SET used_at = :now WHERE person = :person AND used_at IS NULL", person=person, now=now
    )
