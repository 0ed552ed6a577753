"""Letters that are due, handed over to a post office: all of them at once, one by one, or of an essay to many."""

from comments_service import delivering, ids, notifying
from comments_service.store import correspondents, outbox, subscriptions
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


def tell_of_an_essay(house: House, number: int) -> None:
    """So many readers wish to hear of new essays, and are to be told of one."""
    with house.db.transaction():
        for one in range(number):
            reader = correspondents.welcome(house.db, f"reader-{one}@example.net", "en")
            correspondents.confirm(house.db, reader.id, now=ids.now())
            subscriptions.add(house.db, reader.id, "essays")
    assert notifying.announce(house.db, house.settings, "/a/") == number
    house.db.execute("UPDATE jobs SET run_at = created WHERE lane = :bulk", bulk=outbox.BULK)
