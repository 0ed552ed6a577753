"""The nightly recomputation: what is kept of every conversation must be what its events come to, to the letter."""

from collections.abc import Callable
from dataclasses import dataclass

from comments_service.database import Database
from comments_service.engagement.figures import every
from comments_service.ledger import keeping
from comments_service.store import events


@dataclass(frozen=True, slots=True)
class Examined:
    """How many conversations were told again, and those (by id) of which something else was kept, with what."""

    conversations: int
    differing: dict[str, tuple[str, ...]]


def examine(db: Database, advance: Callable[[int], None] = lambda _: None) -> Examined:
    """Tell every conversation again from its events alone, and compare. Nothing is changed."""
    differing = {}
    number = 0
    for found in every(db):
        number += 1
        told = events.recomputed(db, found.id)
        wrong = tuple(name for name in keeping.Kept.__slots__ if getattr(told, name) != getattr(found, name))
        if wrong:
            differing[found.id] = wrong
        advance(1)
    return Examined(number, differing)


def mend(db: Database, conversation: str) -> None:
    """Keep what the events come to: they are the truth, and the rest is a cache."""
    with db.transaction():
        events.keep(db, conversation, events.recomputed(db, conversation))
