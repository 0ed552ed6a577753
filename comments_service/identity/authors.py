"""Accounts: their one-time links, printed and mailed, and their sessions. Only digests of the secrets are stored."""

from comments_service import ids, names, proofs
from comments_service.database import Database
from comments_service.errors import Problem, conflict, forbidden, gone
from comments_service.identity import entries
from comments_service.identity.entries import How, Knock
from comments_service.keys import Keys
from comments_service.models import Person, Role, Session
from comments_service.settings import Settings
from comments_service.store import errands, outbox, people, sessions
from comments_service.store.sessions import Link

LINK_MINUTES = 60
SESSION_DAYS = 30
# The address of an owner who only tries this blog, so that letters have somewhere to go: it is nobody's (RFC 2606).
MADE_UP = "author@example.org"


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ensure_owner(db: Database, settings: Settings) -> Person:
    """The owner's account, made on first start with the name in the settings, and renamed when that changes.

    `author_email` becomes its address when it has none, or one that was made up to try this blog; another one is proven
    at the desk.
    """
    with db.transaction():
        for account in people.accounts(db):
            if account.role is Role.OWNER:
                if account.name != settings.author:
                    people.rename(db, account.id, settings.author)
                known = people.addresses(db).get(account.id, "")
                if known in {"", MADE_UP} and settings.author_email != known:
                    people.move(db, account.id, settings.author_email)
                return account
        return add(db, settings.author, Role.OWNER, email=settings.author_email)


def add(db: Database, name: str, role: Role, *, email: str = "") -> Person:
    """A new account. Raises Problem when somebody has that name or that address already."""
    if any(account.name.casefold() == name.casefold() for account in people.accounts(db)):
        raise Problem("name_taken", 409, f"There is already an account named {name}. Please choose another name.")
    if email and _at(db, email):
        raise _address_taken()
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


def _at(db: Database, address: str) -> str | None:
    """The id of the account with this address."""
    found = (id_ for id_, known in people.addresses(db).items() if _same(known) == _same(address))
    return next(found, None)


def _same(address: str) -> str:
    """An address as it compares, however it is written; one that stands in the settings was never looked at."""
    try:
        return names.email(address).casefold()
    except ValueError:
        return address.casefold()


def _address_taken() -> Problem:
    return conflict("Another account has this address already. Please give another one.")


# ── addresses, and letters to them ──────────────────────────────────────────────────────────────────────────────────


def ask_for_letter(db: Database, keys: Keys, address: str, knock: Knock) -> None:
    """Have a one-time link sent to the account with this cleaned address, for the browser that asks alone.

    Whether there is one is told to nobody: one transaction notes that somebody asked, either way.
    """
    with db.transaction():
        account = _at(db, address) or ""
        if account:
            link = ids.new_id()
            secret, browser = proofs.sign_in_secret(keys, link), ids.digest(knock.browser)
            expires = ids.now(minutes=LINK_MINUTES)
            sessions.add_link(db, ids.digest(secret), account, expires=expires, browser=browser)
            outbox.put(db, "letter.sign_in", link, lane=outbox.LETTERS, person=account)
        entries.note(db, account, "letter", "asked", knock)


def ask_to_move(db: Database, account: Person, address: str) -> errands.Challenge:
    """Have a letter sent to a cleaned address that is to become an account's; until it is proven nothing changes."""
    with db.transaction():
        challenge = errands.challenge(db, _moving(account), address, expires=ids.now(minutes=proofs.MINUTES))
        outbox.put(db, "letter.address", challenge.id, lane=outbox.LETTERS, person=account.id)
    return challenge


def new_address(db: Database, keys: Keys, account: Person, token: str) -> str:
    """The address that a letter would make an account's; nothing is used up. Raises Problem (410)."""
    return _challenge(db, keys, account, token).address


def move(db: Database, keys: Keys, account: Person, token: str, knock: Knock) -> None:
    """Make the address that a letter proved an account's. Raises Problem (409, 410)."""
    with db.transaction():
        challenge = _challenge(db, keys, account, token)
        if _at(db, challenge.address) not in {None, account.id}:
            raise _address_taken()
        if not errands.use_challenge(db, challenge.id, now=ids.now()):
            raise _letter_spent()
        people.move(db, account.id, challenge.address)
        entries.note(db, account.id, "letter", "address", knock)


def _moving(account: Person) -> str:
    """The errand of an account that changes its address: it belongs to the account, on whatever device it is."""
    return f"account {account.id}"


def _challenge(db: Database, keys: Keys, account: Person, token: str) -> errands.Challenge:
    id_ = proofs.challenge_of(keys, token)
    found = errands.find_challenge(db, id_) if id_ else None
    if found is None or found.errand != _moving(account) or not found.proves(now=ids.now()):
        raise _letter_spent()
    return found


def _letter_spent() -> Problem:
    return gone(
        f"This letter was used already, is older than {proofs.MINUTES} minutes, was followed by a newer one, or is for"
        " another account. Your address is as it was; you can ask for a new letter here."
    )


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def new_link(db: Database, settings: Settings, account: Person) -> str:
    """A one-time link that opens the desk for an account, in any browser, good for an hour."""
    secret = ids.new_secret()
    sessions.add_link(db, ids.digest(secret), account.id, expires=ids.now(minutes=LINK_MINUTES))
    return f"{settings.url}/desk/sign-in?token={secret}"


def holder(db: Database, secret: str, knock: Knock) -> Person:
    """Whom a link would sign in; nothing is used up. Raises Problem (403, 410) when it would sign in nobody here."""
    return _usable(sessions.find_link(db, ids.digest(secret)), knock)


def sign_in(db: Database, secret: str, knock: Knock) -> str:
    """Use a link up and open a session; returns the new session's secret. Raises Problem (403, 410)."""
    link = sessions.find_link(db, ids.digest(secret))
    how: How = "letter" if link and link.browser else "printed link"
    with entries.refusals_noted(db, link.account.id if link else "", how, knock), db.transaction():
        account = _usable(link, knock)
        if not sessions.use_link(db, ids.digest(secret), now=ids.now()):
            raise _spent()
        return open_session(db, account, how, knock)


def _usable(link: Link | None, knock: Knock) -> Person:
    if link is None or not link.opens(now=ids.now()):
        raise _spent()
    if link.browser and not ids.same(link.browser, ids.digest(knock.browser)):
        raise Problem(
            "another_browser",
            403,
            "This letter was asked for in another browser, or was followed by a newer one. Open its link where you"
            " asked, or ask for a letter here. If you did not ask for it, do nothing: without you it opens nothing.",
        )
    return link.account


def _spent() -> Problem:
    return gone(
        "This sign-in link was used already, or is older than an hour."
        " `rapport author link` on the server makes a new one.",
    )


# ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def open_session(db: Database, account: Person, how: How, knock: Knock) -> str:
    """Open a session and note it, ending the one of this device; returns its secret. Belongs into a transaction."""
    now = ids.now()
    if knock.session:
        _end_by_secret(db, knock.session, now)
    secret = ids.new_secret()
    expires = ids.now(days=SESSION_DAYS)
    sessions.add(db, Session(ids.new_id(), account.id, now, now, expires, knock.device[:120]), ids.digest(secret))
    entries.note(db, account.id, how, "signed_in", knock)
    return secret


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
