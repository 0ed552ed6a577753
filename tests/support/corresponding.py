"""Letters to readers: wished for with a reply, written as delivery writes them, and what their readers do with them."""

from comments_service import ids, notifying, proofs
from comments_service.mail import Letter
from comments_service.models import Comment
from comments_service.notifying import choosing
from comments_service.store import correspondents, news, outbox
from comments_service.store.correspondents import Correspondent
from tests.support import proving
from tests.support.actors import House, Reader

BEN = "ben@example.net"


def post(house: House, *, minutes: float = 0) -> list[Letter]:
    """The letters that are due, after some minutes, in the order in which they go; each is told."""
    if minutes:
        house.work_pages()
        house.shift_clock(minutes=minutes)
    house.work_pages()
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


def subjects_of(letters: list[Letter]) -> list[str]:
    """What stands above letters, without the blog's title."""
    return [letter.subject.removesuffix(" · Rapport") for letter in letters]


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


def asks(
    house: House,
    notify: str = "author",
    *,
    reader: Reader | None = None,
    to: Comment | None = None,
    new_essays: bool = False,
) -> Comment:
    """A reply of Ben's, with the wish that it is sent with; he has said yes to letters."""
    ben = reader or house.reader("Ben")
    said = ben.says("May I ask?", to=to, email=BEN, notify=notify, new_essays=new_essays)
    says_yes(house, BEN)
    return said


def link(house: House, address: str, wish: str = "") -> str:
    """The path at which an address says what it hears of."""
    return f"/subscriptions/{proofs.subscription_token(house.keys, at(house, address).id, wish)}"


def proves(house: House, reader: Reader, address: str) -> None:
    """A reader proves an address on their device, as by the code of a letter."""
    proving.signs_in(reader, claims=proving.address(house, address), purpose="yours")
