"""Letters that warn the owner of what needs a hand."""

from urllib.parse import urlsplit

from comments_service.database import Database
from comments_service.keys import Keys
from comments_service.mail import Letter
from comments_service.models import Job
from comments_service.notifying import to_accounts, writing
from comments_service.settings import Settings
from comments_service.store import webhooks


def webhook_off(db: Database, settings: Settings, _keys: Keys, job: Job) -> Letter | None:
    """That a webhook was switched off by itself, as long as it is; `job.subject` is its id, `person` the owner.

    None as well where no letter goes to the owner: the desk tells the same. Of its address only the host is told.
    """
    to = to_accounts.addressee(db, job)
    found = webhooks.find(db, job.subject)
    if not (to and settings.sends_letters and found and found.off_why in {webhooks.GONE, webhooks.FAILING}):
        return None
    return writing.letter(
        settings,
        "webhook_off",
        id_=job.id,
        to=to.address,
        subject="A webhook was switched off",
        account=to.account.name,
        host=urlsplit(found.url).hostname or "",
        gone=found.off_why == webhooks.GONE,
        link=f"{settings.url}/desk/webhooks",
    )
