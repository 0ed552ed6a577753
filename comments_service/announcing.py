"""Announcing a new essay by letter: who would hear of it, what they would read, and the yes or no that is said once."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comments_service import ids, keys, mail, notifying, private_files
from comments_service.database import Database
from comments_service.errors import conflict, not_found
from comments_service.mail import Letter
from comments_service.models import Job, Page, Person
from comments_service.settings import Settings
from comments_service.store import announcements, outbox, pages, subscriptions

# The fact that an author said yes.
ANNOUNCED = "essay.announced"
_FOLDER = "announcements"
# What is older is no news, and nobody is asked about it any more.
_NEWS_DAYS = 14


@dataclass(frozen=True, slots=True)
class Offered:
    """A new essay, found to be new at `since`, about which nobody has said yet whether it is announced.

    `hearing` readers wish to hear of it.
    """

    page: Page
    since: str
    hearing: int


def offered(db: Database, settings: Settings) -> list[Offered]:
    """The new essays that may be announced, oldest first; none where this blog sends no letters or nobody hears."""
    new = {one.page: one.created for one in announcements.open_ones(db) if one.created > ids.now(days=-_NEWS_DAYS)}
    hearing = subscriptions.counts(db).get("essays", 0) if new and settings.sends_letters else 0
    found = ((pages.find(db, path), since) for path, since in new.items()) if hearing else ()
    return [Offered(page, since, hearing) for page, since in found if page]


def letter(db: Database, settings: Settings, page: Page) -> Letter:
    """The letter as readers would get it, but for whose it is."""
    return notifying.of_essay(db, settings, keys.load(settings.data), page)


def preview(db: Database, settings: Settings, page: Page) -> Path:
    """Lay the letter down to be looked at, as a mail program opens it, for its owner's eyes only; returns where."""
    name = page.path.strip("/").replace("/", "-") or "home"
    path = settings.data / _FOLDER / f"{name}.eml"
    private_files.write(path, mail.compose(settings, letter(db, settings, page)))
    return path


def decide(db: Database, settings: Settings, path: str, *, send: bool, by: Person | None) -> None:
    """Say once and for good whether an essay is announced; the worker then writes to whoever wishes to hear of it.

    `by` is None at the shell. Raises Problem for an essay that is not there (404), and for one that was decided about,
    was never new, or can't be announced here (409).
    """
    if pages.find(db, path) is None:
        raise not_found("essay")
    if send and not settings.sends_letters:
        raise conflict("This blog sends no letters: no mail server is set (smtp_url), or no address to send from.")
    with db.transaction():
        if not announcements.decide(db, path, "yes" if send else "no", by=by.id if by else None, now=ids.now()):
            raise conflict(_decided(db, path))
        if send:
            outbox.put(db, ANNOUNCED, path)


def tell(db: Database, settings: Settings, jobs: Sequence[Job]) -> None:
    """Let whoever wishes to hear of new essays be told of these; heard twice, it tells nobody twice."""
    for job in jobs:
        with contextlib.suppress(LookupError):  # it went meanwhile
            notifying.announce(db, settings, job.subject)


def _decided(db: Database, path: str) -> str:
    found = announcements.find(db, path)
    if found is None:
        return "Only an essay that is new can be announced, and this one was out before letters were offered for it."
    if found.sent == "yes":
        return "This essay was announced before, and nobody gets a second letter about it."
    if found.sent == "no":
        return "Somebody said before that this essay is not announced, and that stays so."
    return "It was decided before, and a restore forgot how. Nobody gets a letter about it."
