"""The nightly recomputation: what is kept of every conversation must be what its events come to, to the letter."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from comments_service import ids
from comments_service.database import Database
from comments_service.engagement.figures import every
from comments_service.ledger import keeping
from comments_service.settings import Settings
from comments_service.store import conversations, events, snapshots
from comments_service.store.conversations import Conversation
from comments_service.store.snapshots import Snapshot

_log = logging.getLogger("rapport.doctor")
# How far the night's walk has come stands among the figures; time alone never makes it due.
ROUND = "doctor"
# A second's work or so, after which the worker turns to the pages again.
_PORTION = 500


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
        if wrong := _differs(db, found):
            differing[found.id] = wrong
        advance(1)
    return Examined(number, differing)


def _differs(db: Database, found: Conversation) -> tuple[str, ...]:
    if not _wrong(db, found):
        return ()
    # Somebody may have written between the two readings: look once more, at one moment.
    with db.snapshot():
        again = conversations.find(db, found.id)
        return _wrong(db, again) if again else ()


def _wrong(db: Database, found: Conversation) -> tuple[str, ...]:
    told = events.recomputed(db, found.id)
    return tuple(name for name in keeping.Kept.__slots__ if getattr(told, name) != getattr(found, name))


def mend(db: Database, conversation: str) -> None:
    """Keep what the events come to: they are the truth, and the rest is a cache."""
    with db.transaction():
        events.keep(db, conversation, events.recomputed(db, conversation))


def take_a_round(db: Database, settings: Settings) -> bool:
    """Examine the next portion of tonight's conversations, and log as an error what differs; False when all are done.

    To be called again and again: every local day it goes through all of them once, some at a time.
    """
    today = ids.moment().astimezone(settings.zone).date().isoformat()
    found = snapshots.find(db, ROUND)
    begun: Mapping[str, Any] = {"after": "", "examined": 0}
    if found and found.data["day"] == today:
        begun = found.data
    if begun["after"] is None:
        return False
    portion = conversations.every(db, after=begun["after"], limit=_PORTION)
    for one in portion:
        if wrong := _differs(db, one):
            _log.error(
                "conversation %s is kept otherwise than its events tell it (%s): run `rapport doctor --mend`",
                one.id,
                ", ".join(wrong),
            )
    after = portion[-1].id if len(portion) == _PORTION else None
    so_far = {"day": today, "after": after, "examined": begun["examined"] + len(portion)}
    with db.transaction():
        snapshots.keep(db, Snapshot(ROUND, ids.now(), "", so_far))
    return after is not None
