"""The desk: a morning with a hundred thousand comments behind it must open as quickly as with a thousand."""

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import click
from flask.testing import FlaskClient

from comments_service import answering, create_app, ids, keys, posting, publishing
from comments_service.database import Database, opened
from comments_service.identity import authors
from comments_service.migrations import migrate
from comments_service.models import NewReply, Person, Speaker
from comments_service.moderation import reading
from comments_service.settings import Settings, load
from comments_service.store import people, searchable
from tests.bench.material import words
from tests.support.actors import page

FEW, MANY = 1_000, 100_000
_PEOPLE_SHARE = 5
_PAGES = 200
_ANSWERED = 0.3
_AT_ONCE = 200
_TIMES = 25
_SEARCHES = {"a search that finds all": "contacts", "a search for one": '"number 4242"', "a search in vain": "zanzibar"}


def measure(folder: Path, row: Callable[..., None]) -> None:
    """Fill a house twice, and open the desk each time."""
    settings = load({"RAPPORT_HOLD_FIRST": "off", "RAPPORT_RATE_LIMIT": "off"}, Path("none")).with_(
        data=folder / "desk", output=folder / "nothing", synchronous="normal"
    )
    with opened(settings) as db:
        migrate(db)
        publishing.register(db, [page(f"/{number}/") for number in range(_PAGES)])
        owner = authors.ensure_owner(db, settings)
        client = _signed_in(db, settings, owner)
        taken = []
        for size in (FEW, MANY):
            _fill(db, settings, owner, size)
            person = db.value("SELECT person FROM comments WHERE author IS NULL ORDER BY id LIMIT 1")
            taken.append([_open(client, address) for address in ("/desk/", f"/desk/people/{person}")])
        while searchable.missing(db):
            reading.read(db, searchable.unread(db, limit=_AT_ONCE * 10))
        searched = [
            (what, _open(client, f"/desk/moderation?state=all&q={words_}")) for what, words_ in _SEARCHES.items()
        ]
    for what, few, many in zip(("the desk", "a person's page"), *taken, strict=True):
        figure = f"{few * 1000:.1f} → {many * 1000:.1f} ms, {many / few:.2f} times"
        row(f"{what} with {FEW:,} → {MANY:,} comments", figure, "at most 1.5 times", kept=many / few <= 1.5)
    for what, seconds in searched:
        row(f"{what} among {MANY:,}", f"{seconds * 1000:.0f} ms", "under 500 ms", kept=seconds < 0.5)


def _fill(db: Database, settings: Settings, owner: Person, size: int) -> None:
    """Let readers write, and the author answer some of them, until there are `size` comments."""
    secrets, chance = keys.load(settings.data), random.Random(size)  # noqa: S311 -- a play of chance
    readers = [_guest(db) for _ in range(size // _PEOPLE_SHARE)]
    there = int(db.value("SELECT count(*) FROM comments"))
    with click.progressbar(length=size - there, label=f"Filling the desk's house to {size:,}") as bar:
        while there < size:
            with db.transaction():
                for number in range(there, there + _AT_ONCE):
                    new = NewReply(page=f"/{chance.randrange(_PAGES)}/", name=f"Reader {number}", text=words(number))
                    said = posting.accept(db, settings, secrets, Speaker(person=chance.choice(readers)), new).comment
                    if chance.random() < _ANSWERED:
                        answering.answer_to(db, settings, secrets, owner, said.id, f"That is number {number}.")
            before, there = there, int(db.value("SELECT count(*) FROM comments"))
            bar.update(there - before)


def _guest(db: Database) -> Person:
    now = ids.now()
    guest = Person(id=ids.new_id(), created=now, name="", role=None, trusted_at=now)
    people.add(db, guest)
    return guest


def _signed_in(db: Database, settings: Settings, owner: Person) -> FlaskClient:
    client = create_app(settings).test_client()
    token = authors.new_link(db, settings, owner).partition("token=")[2]
    client.post("/desk/sign-in", data={"token": token})
    return client


def _open(client: FlaskClient, address: str) -> float:
    """Seconds that a page takes, the median of many; the first calls warm up."""
    times = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        response = client.get(address)
        times.append(time.perf_counter() - begun)
        if response.status_code != 200:
            message = f"{address} answered {response.status_code}."
            raise SystemExit(message)
    return statistics.median(times[5:])
