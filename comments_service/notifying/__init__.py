"""Notifying: what a letter says, and to whom it goes; one table from fact to letter. Nothing is sent from here."""

from collections.abc import Callable, Mapping, Sequence

from comments_service import ids
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.notifying import (
    asking,
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
from comments_service.notifying.essays import tell as announce
from comments_service.settings import Settings
from comments_service.store import correspondents, errands, letters_due, people

Writer = Callable[[Database, Settings, Keys, Job], Letter | None]

__all__ = [
    "ADDRESS", "ASKED_DAYS", "CODE", "CONFIRM", "LETTERS", "NEWS", "RETURNED", "SIGN_IN", "WEBHOOK_OFF", "addressees",
    "announce", "ask_again", "catch_up", "hear", "in_words", "letter", "trial", "wish",
]  # fmt: skip

CODE, SIGN_IN, ADDRESS = "letter.code", "letter.sign_in", "letter.address"
RETURNED = returning.FACT
WEBHOOK_OFF = "letter.webhook_off"
CONFIRM, NEWS = asking.CONFIRM, letters_due.NEWS
hear, catch_up = hearing.hear, scheduling.catch_up
ASKED_DAYS, in_words, wish, ask_again = asking.ASKED_DAYS, asking.in_words, asking.wish, asking.ask_again

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
    return write(db, settings, keys, job) if write else None


def addressees(db: Database, jobs: Sequence[Job]) -> dict[str, str]:
    """To whom the letters of these jobs go, by the job's id; nothing where nobody knows it any more."""
    of_codes = errands.addresses(db, [job.subject for job in jobs if job.fact in {CODE, ADDRESS}])
    of_accounts = people.emails(db, [_account(job) for job in jobs if job.fact in _TO_ACCOUNTS])
    of_readers = correspondents.these(db, [job.subject for job in jobs if job.fact in _TO_READERS])
    found = {job.id: of_codes.get(job.subject) or of_accounts.get(_account(job), "") for job in jobs}
    found |= {job.id: of_readers[job.subject].address for job in jobs if job.subject in of_readers}
    return {id_: address for id_, address in found.items() if address}


def _account(job: Job) -> str:
    return str(job.data.get("person", ""))


def trial(settings: Settings, address: str) -> Letter:
    """A letter that shows an operator whether letters arrive. Raises ValueError for what is no address."""
    return writing.letter(settings, "trial", id_=ids.new_id(), to=address, subject="A letter to try it out")
