"""Actors that speak the domain: a reader says and withdraws, the author publishes and answers, the worker works."""

import functools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from comments_service import (
    answering,
    calling,
    delivering,
    fetching,
    identity,
    ids,
    keys,
    migrations,
    moderation,
    posting,
    publishing,
    settings,
    worker,
)
from comments_service.database import Database, opened
from comments_service.identity import authors
from comments_service.keys import Keys
from comments_service.mail import folder
from comments_service.models import Comment, NewReply, Page, Person, Speaker, Undertaking, Verb
from comments_service.settings import Settings
from comments_service.store import comments


def page(path: str = "/a/", **changes: object) -> Page:
    """An essay as a build tells of it."""
    facts: dict[str, object] = {
        "path": path,
        "title": f"Essay {path.strip('/')}",
        "question": "How do you do it?",
        "summary": "What it is about.",
        "language": "en",
        "published": "2026-01-02T03:04:05.000Z",
        "modified": "2026-01-02T03:04:05.000Z",
        "edition": 1,
        "conversation": "open",
        "closes_at": None,
        "closed_at": None,
        "version": 0,
        "facts": {"authors": ["Ana Ferreira"], "tags": ["networking"], "image": None},
    }
    return Page(**facts | changes)  # type: ignore[arg-type]


@dataclass
class Reader:
    """Somebody at a device of their own; `last` is what they said last."""

    house: "House"
    name: str
    address: str
    device: str = ""
    key: str = ""

    @property
    def speaker(self) -> Speaker:
        """As the service knows them."""
        return identity.speaker(self.house.db, self.house.keys, device=self.device, session="", address=self.address)

    def says(self, text: str, *, on: str = "/a/", to: Comment | None = None, **more: object) -> Comment:
        """Send a reply, as from the form."""
        new = NewReply(page=on, text=text, parent=to.id if to else None, **{"name": self.name} | more)  # type: ignore[arg-type]
        accepted = posting.accept(self.house.db, self.house.settings, self.house.keys, self.speaker, new)
        self.device = accepted.device or self.device
        self.key = accepted.key or self.key
        return accepted.comment

    def edits(self, comment: Comment, text: str) -> Comment:
        """Change what they said."""
        now = self.house.now_of(comment)
        return posting.edit(self.house.db, self.house.keys, now, text, seen=now.changed)

    def withdraws(self, comment: Comment) -> Comment:
        """Take back what they said."""
        return posting.withdraw(self.house.db, self.house.now_of(comment))


@dataclass
class Author:
    """An account at the desk."""

    house: "House"
    account: Person

    def publishes(self, comment: Comment) -> Comment:
        """Approve a reply."""
        return self.decides(comment, Verb.APPROVE)

    def decides(self, comment: Comment, verb: Verb) -> Comment:
        """Decide about a reply."""
        return moderation.decide(self.house.db, comment.id, verb, self.account)

    def answers(self, comment: Comment, text: str, undertaking: Undertaking = Undertaking()) -> Comment:  # noqa: B008
        """Answer a reply, publishing it if it was held."""
        house = self.house
        given = answering.answer_to(house.db, house.settings, house.keys, self.account, comment.id, text, undertaking)
        return given.accepted.comment

    def says(self, text: str, *, on: str = "/a/") -> Comment:
        """Open a thread."""
        given = answering.answer(
            self.house.db, self.house.settings, self.house.keys, self.account, NewReply(page=on, text=text)
        )
        return given.accepted.comment


@dataclass
class House:
    """A whole installation in a folder of its own."""

    settings: Settings
    db: Database
    keys: Keys
    author: Author
    readers: int = 0

    def reader(self, name: str = "Ben", *, trusted: bool = False) -> Reader:
        """Somebody new, on a network of their own; a trusted one was approved before."""
        self.readers += 1
        new = Reader(self, name, f"203.0.{self.readers % 250}.7")
        if trusted:
            self.author.publishes(new.says("I was here before.", on="/b/"))
        return new

    def now_of(self, comment: Comment) -> Comment:
        """A comment as it stands now."""
        found = comments.find(self.db, comment.id)
        assert found is not None
        return found

    def shift_clock(self, **shift: float) -> None:
        """Let time pass: `shift_clock(minutes=16)`."""
        file = self.settings.data / "clock"
        before = float(file.read_text()) if file.exists() else 0.0
        seconds = sum(
            value * {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[unit] for unit, value in shift.items()
        )
        file.write_text(str(before + seconds))
        ids.use_clock(file)

    def work_pages(self) -> None:
        """Let the worker act upon the facts that are due, and upon no letter."""
        while worker.work_once(self.db, self.settings):
            pass

    def work(self) -> None:
        """Let the worker act upon everything that is due, letters, pictures and calls too."""
        self.work_pages()
        while delivering.deliver_once(self.db, self.settings, self.keys):
            pass
        while fetching.fetch_once(self.db, self.settings):
            pass
        calling.call_due(self.db, self.settings, self.keys)
        self.work_pages()

    @property
    def letters(self) -> list[folder.Lying]:
        """The letters that were written and lie in the folder, newest first."""
        return folder.lying(self.settings, limit=1000)

    def fragment(self, path: str = "/a/") -> str:
        """The conversation of a page as it would be published."""
        return publishing.fragment(self.db, self.settings, path)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.db.value(f"SELECT count(*) FROM {table}"))


@functools.cache
def _migrated() -> bytes:
    """A file of SQLite in which every step of the schema is taken, so that not every house has to take them all."""
    with tempfile.TemporaryDirectory() as folder:
        here = settings.load({}, Path(folder) / "none.toml").with_(data=Path(folder))
        with opened(here) as db:
            migrations.migrate(db)
        return (here.data / "comments.db").read_bytes()


@contextmanager
def furnish(folder: Path, *, database: str = "", essays: tuple[Page, ...] = (), **changes: object) -> Iterator[House]:
    """A house in `folder`, with the essays `/a/` and `/b/` if no others are given."""
    data = folder / "data"
    base = settings.load({}, folder / "none.toml").with_(data=data, output=folder / "output", database=database)
    here = base.with_(clock_file=data / "clock").with_(**changes)
    if not database and not data.exists():
        data.mkdir(mode=0o700, parents=True)
        (data / "comments.db").write_bytes(_migrated())
    with opened(here) as db:
        migrations.migrate(db)
        publishing.register(db, essays or (page("/a/"), page("/b/")))
        owner = authors.ensure_owner(db, here)
        house = House(here, db, keys.load(here.data), Author.__new__(Author))
        house.author = Author(house, owner)
        yield house
