"""Notifying: what a letter says, and to whom it goes; one table from fact to letter. Nothing is sent from here."""

from collections.abc import Callable, Mapping, Sequence

from comments_service import ids
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.notifying import essays, proving, writing
from comments_service.settings import Settings
from comments_service.store import correspondents, errands, news, outbox, people

Writer = Callable[[Database, Settings, Keys, Job], Letter | None]

CODE, SIGN_IN, ADDRESS = "letter.code", "letter.sign_in", "letter.address"

ESSAY, tell_of_essay, about_essay = essays.ESSAY, essays.tell, essays.about

# Fact -> who writes its letter; None says that nobody needs it any more.
LETTERS: Mapping[str, Writer] = {
    CODE: proving.code,
    SIGN_IN: proving.sign_in,
    ADDRESS: proving.address,
    ESSAY: essays.letter,
}


def letter(db: Database, settings: Settings, keys: Keys, job: Job) -> Letter | None:
    """The letter that a fact asks for, or None if it has become pointless. Raises mail.Refused where none can be."""
    write = LETTERS.get(job.fact)
    return write(db, settings, keys, job) if write else None


def addressees(db: Database, jobs: Sequence[Job]) -> dict[str, str]:
    """To whom the letters of these jobs go, by the job's id; nothing where nobody knows it any more."""
    of_codes = errands.addresses(db, [job.subject for job in jobs if job.fact in {CODE, ADDRESS}])
    of_readers = correspondents.these(db, [job.subject for job in jobs])
    of_accounts = people.emails(db, [account_of(job) for job in jobs if job.fact == SIGN_IN])
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
