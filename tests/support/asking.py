"""Readers who ask for a code or for new essays, and accounts for a link to sign in, as the doors do it."""

from comments_service import ids, notifying, proofs
from comments_service.identity import addresses
from comments_service.store import correspondents, outbox, people, sessions, subscriptions
from comments_service.store.errands import Challenge
from tests.support.actors import House
from tests.support.claims import begun


def for_a_code(house: House, address: str = "ben@example.net") -> Challenge:
    """Somebody who is in the middle of a reply asks for a code."""
    errand, _ = begun(house, "reply")
    return addresses.ask(house.db, errand, address)


def for_a_link(house: House, address: str = "ana@example.org") -> str:
    """The owner, with this address, asks for a link by letter; returns the link's id."""
    account = house.author.account
    people.move(house.db, account.id, address)
    link = ids.new_id()
    secret = proofs.sign_in_secret(house.keys, link)
    with house.db.transaction():
        sessions.add_link(house.db, ids.digest(secret), account.id, expires=ids.now(minutes=30))
        outbox.put(house.db, "letter.sign_in", link, lane=outbox.LETTERS, person=account.id)
    return link


def to_be_told(house: House, number: int) -> None:
    """So many readers wish to hear of new essays, and are to be told of one now."""
    with house.db.transaction():
        for one in range(number):
            reader = correspondents.welcome(house.db, f"reader-{one}@example.net", "en")
            correspondents.confirm(house.db, reader.id, now=ids.now())
            subscriptions.add(house.db, reader.id, "essays")
    assert notifying.announce(house.db, house.settings, "/a/") == number
    house.db.execute("UPDATE jobs SET run_at = created WHERE lane = :bulk", bulk=outbox.BULK)
