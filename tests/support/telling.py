"""Letters to authors: who gets them, at which hour, what is due, and one of each kind as the days bring them about."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from comments_service import ids, notifying
from comments_service.identity import authors
from comments_service.mail import Letter
from comments_service.models import Job, Role, Undertaking
from comments_service.notifying import mornings, noticing
from comments_service.store import news, outbox, people
from tests.support.actors import Author, House
from tests.support.processes import eventually

ANA, EVE = "ana@example.org", "eve@example.org"


def addressed(house: House, address: str = ANA) -> None:
    """The owner gets letters at this address from now on."""
    people.move(house.db, house.author.account.id, address)


def joined(house: House, name: str, role: Role, address: str) -> Author:
    """Another account, which gets letters at this address."""
    account = authors.add(house.db, name, role)
    people.move(house.db, account.id, address)
    return Author(house, account)


def at(house: House, hour: int, minute: int = 0, *, days: int = 0) -> None:
    """Let it be that hour of the blog's day, so many days on."""
    local = ids.moment().astimezone(house.settings.zone)
    day = date.fromordinal(local.date().toordinal() + days)
    wanted = datetime.combine(day, time(hour, minute), house.settings.zone)
    house.shift_clock(seconds=(wanted - ids.moment()).total_seconds())


def due(house: House) -> list[Job]:
    """The letters that are due now, not yet written."""
    return outbox.due(house.db, now=ids.now(), limit=100, lane=outbox.LETTERS)


def written(house: House) -> list[Letter]:
    """The letters that are due now, written and not sent."""
    found = [notifying.letter(house.db, house.settings, house.keys, job) for job in due(house)]
    return [one for one in found if one]


def everything(house: House, address: str = ANA) -> None:
    """Let a letter of each kind to the owner be due: of a reply, a storm, who waits, a promise, and the past week."""
    addressed(house, address)
    ben = house.reader("Ben Ito", trusted=True)
    asked = ben.says("Do you have that list of questions?", wants_answer="yes")
    day = ids.moment().astimezone(house.settings.zone).date()
    monday = day + timedelta(days=7 - day.weekday())
    promise = Undertaking(promise="Send the list", due=(monday + timedelta(days=1)).isoformat())
    house.author.answers(asked, "I shall send it.", promise)
    ben.says("How do you begin with somebody whom you admire?", on="/b/", wants_answer="yes")
    house.work_pages()
    at(house, 8, 1, days=(monday - day).days)
    mornings.fall_due(house.db, house.settings)
    reply = house.reader("Gil").says(
        "Would this work in *winter* as well? I ask because the ferry stops.\n\nSee [my notes](https://example.net/x).",
        to=asked,
        wants_answer="yes",
    )
    for number in range(noticing.BY_THEMSELVES + 3):
        house.reader(f"Reader {number}").says(f"Hello, this is {number}.")
    noticing.tell_authors(house.db, house.settings, outbox.due(house.db, now=ids.now(), limit=100))
    # One of those that came by themselves is enough.
    outbox.done(house.db, [job for job in due(house) if job.fact == noticing.REPLY and job.subject != reply.id])
    house.shift_clock(hours=1)


def to_the_owner(house: House, words: str) -> str:
    """The newest letter to the owner that holds these words, once the worker has written it."""

    def found() -> str:
        return next((one.text for one in house.letters if words in one.text), "")

    return str(eventually(found, f"a letter says {words}"))


def link(letter: str) -> str:
    """The path of the page on which a letter's reply is decided about."""
    found = re.search(r"(/desk/by-letter/\S+?)\?for=", letter)
    assert found
    return found[1]


def stop(letter: str) -> str:
    """The path of the page that stops such letters."""
    found = re.search(r"/desk/no-letters/\S+", letter)
    assert found
    return found[0]


@contextmanager
def with_address(house: House, address: str = ANA) -> Iterator[None]:
    """The owner has an address until the block ends; whoever else is in the house gets no letter meanwhile."""
    addressed(house, address)
    # What was told before counts for no brake.
    news.forget(house.db, before=ids.now(seconds=1))
    try:
        yield
    finally:
        addressed(house, "")
