"""New essays: whoever wishes to hear of them is told of one, in the lane that nobody's answer waits behind."""

from comments_service import ids
from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job, Page
from comments_service.notifying import writing
from comments_service.settings import Settings
from comments_service.store import correspondents, news, outbox, pages, subscriptions

ESSAY = "letter.essay"
_PORTION = 500
# Whom a letter goes to that is only shown.
_NOBODY = "reader@example.org"


def tell(db: Database, settings: Settings, page: str) -> int:
    """Let all who wish to hear of new essays be told of the one at `page`, each once; returns to how many it is new.

    It is written down portion by portion, each a transaction: whoever is stopped in the middle begins once more, and
    nobody is told twice. Raises LookupError for no such page.
    """
    if pages.find(db, page) is None:
        raise LookupError(page)
    if not settings.sends_letters:
        return 0
    told = 0
    wishing = subscriptions.wishing(db, "essays", [""])
    for start in range(0, len(wishing), _PORTION):
        with db.transaction():
            told += sum(_told(db, one.correspondent, one.id, page) for one in wishing[start : start + _PORTION])
    return told


def _told(db: Database, correspondent: str, subscription: str, page: str) -> bool:
    to = correspondents.find(db, correspondent)
    if to is None or not to.reachable:
        return False
    name = f"essay {page} {correspondent}"
    if not news.add(db, "essay", name, correspondent=to.id, subscription=subscription, page=page):
        return False
    outbox.put(db, ESSAY, to.id, lane=outbox.BULK, page=page)
    return True


def letter(db: Database, settings: Settings, _keys: Keys, job: Job) -> Letter | None:
    """The letter to a correspondent (`job.subject`) about an essay; None if they can't be written to any more."""
    to, page = correspondents.find(db, job.subject), pages.find(db, str(job.data["page"]))
    if to is None or page is None or not to.reachable:
        return None
    waiting = [one.id for one in news.waiting(db, to.id, limit=_PORTION) if one.page == page.path]
    if waiting:
        news.put_into(db, job.id, waiting)
    return about(settings, page, id_=job.id, to=to.address)


def about(settings: Settings, page: Page, *, id_: str = "", to: str = _NOBODY) -> Letter:
    """The letter that tells of an essay; as it is shown to its author if nobody is named."""
    return writing.letter(
        settings,
        "essay",
        id_=id_ or ids.new_id(),
        to=to,
        subject=" ".join(page.title.split()),
        essay=page.title,
        summary=" ".join(page.summary.split()),
        author=settings.author,
        link=f"{settings.url}{page.path}",
    )
