"""Letters that are due, handed over to a post office: and those that are not."""

from comments_service import delivering
from comments_service.store import outbox
from comments_service.store.outbox import Undone
from tests.support.actors import House
from tests.support.post import PostOffice


def deliver(house: House, office: PostOffice) -> int:
    """Deliver what is due by this office; returns how many letters that were."""
    settings = house.settings.with_(smtp_url=office.url, mail_from="ana@example.org")
    number = 0
    while portion := delivering.deliver_once(house.db, settings, house.keys):
        number += portion
    return number


def undone(house: House) -> list[Undone]:
    """The letters that are not delivered, whether they wait or were given up."""
    return outbox.undone(house.db, outbox.LETTERS, limit=10)
