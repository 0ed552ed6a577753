"""Author letters: which letters there are for authors, and which of them each account gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comments_service.database import Database
from comments_service.models import Person
from comments_service.store import account_letters, people

LOOK, PUBLISHED, WAITS, PROMISES, DIGEST = "look", "published", "waits", "promises", "digest"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter to authors: what it is, when it comes, whether it comes unasked, and whether authors alone."""

    name: str
    title: str
    about: str
    usual: bool
    authors_only: bool


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            LOOK,
            "Each reply that needs a look",
            "A stranger’s first reply, or one that readers reported: at once, with what can be done about it.",
            usual=True,
            authors_only=False,
        ),
        Kind(
            PUBLISHED,
            "Every other reply",
            "Also those that stand at once: whoever was approved before.",
            usual=False,
            authors_only=False,
        ),
        Kind(
            WAITS,
            "Who waits for an answer",
            "At eight in the morning, on days when somebody does.",
            usual=True,
            authors_only=True,
        ),
        Kind(
            PROMISES,
            "Promises that fall due",
            "At eight in the morning of the day before.",
            usual=True,
            authors_only=True,
        ),
        Kind(
            DIGEST,
            "The past week in people",
            "On Mondays at eight; after a week in which nothing happened none comes.",
            usual=True,
            authors_only=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """An account with an address, and the kinds of letters that it gets."""

    account: Person
    address: str
    kinds: frozenset[str]


def offered(account: Person) -> Sequence[Kind]:
    """The kinds that an account can have: a moderator answers nobody, and gets no list of who waits."""
    return [kind for kind in KINDS.values() if account.writes_as_author or not kind.authors_only]


def of_account(db: Database, account: Person) -> frozenset[str]:
    """The kinds that an account gets."""
    said = account_letters.of_account(db, account.id)
    return frozenset(kind.name for kind in offered(account) if said.get(kind.name, kind.usual))


def choose(db: Database, account: Person, wanted: frozenset[str]) -> None:
    """Keep which of the kinds that an account can have it wants."""
    with db.transaction():
        for kind in offered(account):
            account_letters.choose(db, account.id, kind.name, wanted=kind.name in wanted)


def addressees(db: Database) -> list[Addressee]:
    """The accounts that have an address, in the order in which they came."""
    addresses = people.addresses(db)
    return [
        Addressee(account, addresses[account.id], of_account(db, account))
        for account in people.accounts(db)
        if account.id in addresses
    ]
