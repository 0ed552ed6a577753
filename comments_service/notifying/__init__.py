"""Notifying: what a letter says, and to whom it goes; one table from fact to letter. Nothing is sent from here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from comments_service import ids, return_addresses
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.notifying import (
    asking,
    essays,
    hearing,
    lists,
    mornings,
    noticing,
    proving,
    replies,
    returning,
    scheduling,
    telling,
    warning,
    writing,
)
from comments_service.settings import Settings
from comments_service.store import correspondents, errands, letters_due, news, outbox, people

Writer = Callable[[Database, Settings, Keys, Job], Letter | None]

__all__ = [
    "ADDRESS", "ASKED_DAYS", "CODE", "CONFIRM", "LETTERS", "NEWS", "RETURNED", "SIGN_IN", "WEBHOOK_OFF", "account_of",
    "addressees", "announce", "ask_again", "catch_up", "hear", "in_words", "letter", "of_essay", "trial", "try_again",
    "wish",
]  # fmt: skip

CODE, SIGN_IN, ADDRESS = "letter.code", "letter.sign_in", "letter.address"
RETURNED = returning.FACT
WEBHOOK_OFF = "letter.webhook_off"
CONFIRM, NEWS = asking.CONFIRM, letters_due.NEWS
hear, catch_up = hearing.hear, scheduling.catch_up
ASKED_DAYS, in_words, wish, ask_again = asking.ASKED_DAYS, asking.in_words, asking.wish, asking.ask_again

announce, of_essay = essays.tell, telling.of_essay

# Fact -> who writes its letter; None says that nobody needs it any more.
LETTERS: Mapping[str, Writer] = {
    CODE: proving.code,
    SIGN_IN: proving.sign_in,
    ADDRESS: proving.address,
    RETURNED: returning.letter,
    WEBHOOK_OFF: warning.webhook_off,
    CONFIRM: asking.letter,
    NEWS: telling.letter,
    noticing.REPLY: replies.letter,
    noticing.GATHERED: lists.gathered,
    mornings.WHO_WAITS: lists.who_waits,
    mornings.FALLS_DUE: lists.falls_due,
    mornings.THE_WEEK: lists.the_week,
}
_TO_READERS = {CONFIRM, NEWS}
_TO_ACCOUNTS = LETTERS.keys() - {CODE, ADDRESS} - _TO_READERS


def letter(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The letter that a fact asks for, or None if it has become pointless. Raises mail.Refused where none can be."""
    write = LETTERS.get(job.fact)
    written = write(db, settings, keys, job) if write else None
    if written is None or not settings.reads_letters:
        return written
    return replace(written, envelope=return_addresses.bounce_address(settings, keys, written.id))


def addressees(db: Database, jobs: Sequence[Job]) -> dict[str, str]:
    """To whom the letters of these jobs go, by the job's id; nothing where nobody knows it any more."""
    of_codes = errands.addresses(db, [job.subject for job in jobs if job.fact in {CODE, ADDRESS}])
    of_accounts = people.emails(db, [account_of(job) for job in jobs if job.fact in _TO_ACCOUNTS])
    of_readers = correspondents.these(db, [job.subject for job in jobs if job.fact in _TO_READERS])
    found = {job.id: of_codes.get(job.subject) or of_accounts.get(account_of(job), "") for job in jobs}
    found |= {job.id: of_readers[job.subject].address for job in jobs if job.subject in of_readers}
    return {id_: address for id_, address in found.items() if address}


def account_of(job: Job) -> str:
    """The account that a letter goes to (its id), if it goes to one."""
    return str(job.data.get("person", ""))


def try_again(db: Database, id: str = "") -> int:  # noqa: A002 -- a job's
    """Let letters that were given up be tried once more, all of them or one; returns how many there were."""
    with db.transaction():
        again = outbox.retry(db, outbox.BY_POST, id, now=ids.now())
        news.take_up_again(db, again)
    return len(again)


def trial(settings: Settings, address: str) -> Letter:
    """A letter that shows an operator whether letters arrive. Raises ValueError for what is no address."""
    return writing.letter(settings, "trial", id_=ids.new_id(), to=address, subject="A letter to try it out")
