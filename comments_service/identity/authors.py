"""Accounts: one-time sign-in links and sessions. Only digests of their secrets are stored."""

from comments_service import ids
from comments_service.database import Database
from comments_service.errors import Problem, forbidden, gone
from comments_service.models import Person, Role, Session
from comments_service.settings import Settings
from comments_service.store import people, sessions

LINK_MINUTES = 60
SESSION_DAYS = 30


def ensure_owner(db: Database, settings: Settings) -> Person:
    """The owner's account, made on first start with the name in the settings, and renamed when that changes."""
    with db.transaction():
        for account in people.accounts(db):
            if account.role is Role.OWNER:
                if account.name != settings.author:
                    people.rename(db, account.id, settings.author, email=settings.author_email or None)
                return account
        return add(db, settings.author, Role.OWNER, email=settings.author_email)


def add(db: Database, name: str, role: Role, *, email: str = "") -> Person:
    """A new account. Raises Problem when somebody has that name already."""
    if any(account.name.casefold() == name.casefold() for account in people.accounts(db)):
        raise Problem("name_taken", 409, f"There is already an account named {name}. Please choose another name.")
    now = ids.now()
    person = Person(id=ids.new_id(), created=now, name=name, role=role, trusted_at=now)
    people.add(db, person, email=email)
    return person


def find(db: Database, name: str) -> Person:
    """The account with this name, in any case. Raises Problem when there is none."""
    for account in people.accounts(db):
        if account.name.casefold() == name.casefold():
            return account
    raise Problem("not_found", 404, f"There is no account named {name}. `rapport author list` shows them all.")


def new_link(db: Database, settings: Settings, account: Person) -> str:
    """A one-time link that opens the desk for an account, good for an hour."""
    secret = ids.new_secret()
    sessions.add_link(db, ids.digest(secret), account.id, expires=ids.now(minutes=LINK_MINUTES))
    return f"{settings.url}/desk/sign-in?token={secret}"


def holder(db: Database, secret: str) -> Person:
    """Whom a link would sign in; nothing is used up. Raises Problem when the link is spent or never was one."""
    account = sessions.link_holder(db, ids.digest(secret), now=ids.now())
    if account is None:
        raise _spent()
    return account


def sign_in(db: Database, secret: str, *, device: str, previous: str = "") -> str:
    """Use a link up and open a session; returns the new session's secret. A session open on this device ends."""
    now = ids.now()
    with db.transaction():
        account = holder(db, secret)
        if not sessions.use_link(db, ids.digest(secret), now=now):
            raise _spent()
        if previous:
            _end_by_secret(db, previous, now)
        session = ids.new_secret()
        sessions.add(
            db,
            Session(
                id=ids.new_id(),
                person=account.id,
                created=now,
                seen=now,
                expires=ids.now(days=SESSION_DAYS),
                device=device[:120],
            ),
            ids.digest(session),
        )
    return session


def of_session(db: Database, secret: str) -> tuple[Person, str] | tuple[None, None]:
    """The account of an open session and the session's id."""
    found = sessions.holder(db, ids.digest(secret), now=ids.now())
    return found or (None, None)


def sign_out(db: Database, secret: str) -> None:
    """End the session of this device; its secret opens nothing any more."""
    _end_by_secret(db, secret, ids.now())


def end_session(db: Database, account: Person, session: str) -> None:
    """End one of an account's sessions, on whatever device it is. Raises Problem when it is not theirs."""
    if not sessions.end(db, session, account.id, now=ids.now()):
        message = "This session has ended already, or it is not yours."
        raise forbidden(message)


def _end_by_secret(db: Database, secret: str, now: str) -> None:
    account, session = of_session(db, secret)
    if account and session:
        sessions.end(db, session, account.id, now=now)


def _spent() -> Problem:
    return gone(
        "This sign-in link was used already, or is older than an hour."
        " `rapport author link` on the server makes a new one.",
    )
