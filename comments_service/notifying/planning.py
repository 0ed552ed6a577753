"""Whom to tell what, and why: a pure plan. Nobody hears of their own words, nor twice of the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from comments_service import days
from comments_service.store.correspondents import Rhythm
from comments_service.store.wishes import Spoken, Wish

# Why somebody is told of a comment, the strongest first: the author answered them, somebody replied to them, or it was
# said in a thread that they follow.
ANSWER, REPLY, THREAD = "answer", "reply", "thread"
OF_A_COMMENT = (ANSWER, REPLY, THREAD)
# What they are told of their own reply, and of new essays.
APPROVED, REJECTED, WAITING, PROMISE, ESSAY = "approved", "rejected", "waiting", "promise", "essay"

# What comes within this time of each other goes in one letter, and an approval that was a slip is taken back by then.
DEBOUNCE_MINUTES = 5
_MONDAY, _WEEK = 0, 7


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is told of a comment: one of `OF_A_COMMENT`, and the wish that asks for it."""

    kind: str
    subscription: str


def reasons(said: Spoken, answered: Collection[str], wishes: Iterable[Wish]) -> dict[str, Reason]:
    """Who is told of a comment and why, by correspondent; each once, for the strongest of their reasons.

    `answered` are the readers' replies that it answers, if an author wrote it. A private word is told to nobody but
    whom it answers.
    """
    found: dict[str, Reason] = {}
    if not said.stands:
        return found
    for wish in wishes:
        kind = None if _own(said, wish) else _kind(said, answered, wish)
        best = found.get(wish.correspondent)
        if kind and (best is None or OF_A_COMMENT.index(kind) < OF_A_COMMENT.index(best.kind)):
            found[wish.correspondent] = Reason(kind, wish.subscription)
    return found


def _own(said: Spoken, wish: Wish) -> bool:
    """Whether it is their own: by their address, or because who asked for letters wrote it."""
    return (said.address != "" and said.address == wish.address) or (wish.one != "" and said.one == wish.one)


def _kind(said: Spoken, answered: Collection[str], wish: Wish) -> str | None:
    asked_with = wish.comment if wish.kind == "thread" else wish.about
    if said.by_author and asked_with in answered:
        return ANSWER
    if said.private_at is not None:
        return None
    if wish.kind == "replies" and wish.about == said.parent:
        return REPLY
    return THREAD if wish.kind == "thread" and wish.about == said.root else None


def is_theirs(said: Spoken, wish: Wish) -> bool:
    """Whether a wish is the one that a reply was sent with: then it hears how the reply itself fares."""
    return said.wish == (wish.kind, wish.about) and said.address == wish.address


def due(rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> datetime:
    """When a letter goes that tells of what happened just now: in minutes, or at eight, the next day or Monday."""
    if rhythm == "now":
        return now + timedelta(minutes=DEBOUNCE_MINUTES)
    day, step = now.astimezone(zone).date(), 1
    if rhythm == "week":
        day, step = day + timedelta(days=(_MONDAY - day.weekday()) % _WEEK), _WEEK
    eight = days.at_eight(day, zone)
    return eight if eight > now else days.at_eight(day + timedelta(days=step), zone)
