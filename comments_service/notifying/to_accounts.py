"""What every letter to an account shares: whether it still has one to go to, and how it is stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comments_service import ids, proofs
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import letters
from comments_service.models import Job, Person
from comments_service.notifying import author_letters
from comments_service.settings import Settings
from comments_service.store import account_bounces, news, people


@dataclass(frozen=True, slots=True)
class To:
    """An account that a letter goes to, and its address."""

    account: Person
    address: str


def addressee(db: Database, job: Job, *kinds: str) -> To | None:
    """Whom the letter of a job goes to, which is of one of these kinds, or of none that can be chosen.

    None if that account gets none of them by now, has no role, no address, or one that lets none arrive.
    """
    account = people.find(db, str(job.data.get("person", "")))
    if account is None or account.role is None or account_bounces.find(db, account.id):
        return None
    if kinds and author_letters.of_account(db, account).isdisjoint(kinds):
        return None
    address = people.emails(db, [account.id]).get(account.id)
    return To(account, address) if address else None


def drop(db: Database, job: Job, told: Sequence[str], remark: str) -> None:
    """Note that what the letter of a job was to tell (the ids of its news) will not be told, and why."""
    with db.transaction():
        news.put_into(db, job.id, told)
        news.drop(db, job.id, remark, at=ids.now())


def stop_address(settings: Settings, keys: Keys, account: Person, kind: str) -> str:
    """Where an account stops letters of a kind: a page with a button, and one press for mail programs."""
    return f"{settings.url}/desk/no-letters/{proofs.stop_token(keys, account.id, kind)}"


def in_thread(settings: Settings, conversation: str) -> Mapping[str, str]:
    """What puts the letters about one conversation together (RFC 5322, 3.6.4): a message that all of them answer."""
    first = f"<conversation-{conversation}@{letters.host(settings)}>"
    return {"In-Reply-To": first, "References": first}
