"""Letters to readers: written as delivery writes them, and what their readers do with them."""

from comments_service import ids, notifying, proofs, worker
from comments_service.mail import Letter
from comments_service.notifying import choosing
from comments_service.store import correspondents, news, outbox
from comments_service.store.correspondents import Correspondent
from tests.support import proving
from tests.support.actors import House, Reader


def post(house: House, *, minutes: float = 0) -> list[Letter]:
    """The letters that are due, after some minutes, in the order in which they go; each is told."""
    if minutes:
        hear(house)
        house.shift_clock(minutes=minutes)
    hear(house)
    written = []
    for lane in outbox.BY_POST:
        for job in outbox.due(house.db, now=ids.now(), limit=1000, lane=lane):
            letter = notifying.letter(house.db, house.settings, house.keys, job)
            with house.db.transaction():
                if letter:
                    written.append(letter)
                    news.told(house.db, [job.id], at=ids.now())
                outbox.done(house.db, [job])
    return written


def hear(house: House) -> None:
    """Let the worker hear of everything that happened."""
    while worker.work_once(house.db, house.settings):
        pass


def asked(house: House, address: str) -> bool:
    """Whether an address was asked whether it wants letters."""
    found = correspondents.at(house.db, address)
    return found is not None and found.asked_at is not None


def at(house: House, address: str) -> Correspondent:
    """The correspondent with this address."""
    found = correspondents.at(house.db, address)
    assert found is not None
    return found


def says_yes(house: House, address: str) -> None:
    """Whoever owns an address says yes to letters; the one that asked is not looked at any more."""
    post(house)
    choosing.confirm(house.db, house.settings, at(house, address))


def link(house: House, address: str, wish: str = "") -> str:
    """The path at which an address says what it hears of."""
    return f"/subscriptions/{proofs.subscription_token(house.keys, at(house, address).id, wish)}"


def proves(house: House, reader: Reader, address: str) -> None:
    """A reader proves an address on their device, as by the code of a letter."""
    proving.signs_in(reader, claims=proving.address(house, address), purpose="yours")
