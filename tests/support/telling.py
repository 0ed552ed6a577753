"""Letters to authors, one of each kind, as the days bring them about."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from comments_service import ids, worker
from comments_service.models import Undertaking
from comments_service.notifying import mornings, noticing
from comments_service.store import news, outbox, people
from tests.support.actors import House
from tests.support.processes import eventually


def everything(house: House, address: str = "ana@example.org") -> None:
    """Let a letter of each kind to the owner be due: of a reply, a storm, who waits, a promise, and the past week."""
    account = house.author.account
    people.move(house.db, account.id, address)
    ben = house.reader("Ben Ito", trusted=True)
    asked = ben.says("Do you have that list of questions?", wants_answer="yes")
    day = ids.moment().astimezone(house.settings.zone).date()
    monday = day + timedelta(days=7 - day.weekday())
    promise = Undertaking(promise="Send the list", due=(monday + timedelta(days=1)).isoformat())
    house.author.answers(asked, "I shall send it.", promise)
    ben.says("How do you begin with somebody whom you admire?", on="/b/", wants_answer="yes")
    while worker.work_once(house.db, house.settings):
        pass
    morning = datetime.combine(monday, time(8, 1), house.settings.zone)
    house.shift_clock(seconds=(morning - ids.moment()).total_seconds())
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
    kept = outbox.due(house.db, now=ids.now(), limit=100, lane=outbox.LETTERS)
    outbox.done(house.db, [job for job in kept if job.fact == noticing.REPLY and job.subject != reply.id])
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
def with_address(house: House, address: str = "ana@example.org") -> Iterator[None]:
    """The owner has an address until the block ends; whoever else is in the house gets no letter meanwhile."""
    account = house.author.account.id
    people.move(house.db, account, address)
    # What was told before counts for no brake.
    news.forget(house.db, before=ids.now(seconds=1))
    try:
        yield
    finally:
        people.move(house.db, account, "")
