"""What is known of a person, privately (4.8): no scores, no ranks; the author joins identities, never a name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from comments_service.ledger.data import LedgerError
from comments_service.ledger.figures import median
from comments_service.ledger.moments import DAY
from comments_service.ledger.records import Conversation, verdict

LAPSED_AFTER = 60 * DAY
# Once is an answer; twice is an acquaintance that can lapse.
ENOUGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person's page. `quiet`: `me` if the author went quiet, `lapsed` if it simply ended. Times in seconds."""

    first_seen: int
    conversations: int
    exchanges: int
    last_from_them: int
    last_from_me: int | None
    last_interaction: int
    waiting_since: int | None
    never_answered: bool
    promises_open: int
    quiet: Literal["me", "lapsed"] | None


def person(conversations: Iterable[Conversation], now: int) -> Person | None:
    """What all conversations of one person come to; None if nothing that they said is left."""
    conversations = list(conversations)
    said = sorted(at for conversation in conversations for at in conversation.said)
    if not said:
        return None
    heard = sorted(at for conversation in conversations for at in conversation.heard)
    own = [reach_out for conversation in conversations for reach_out in conversation.reach_outs if reach_out.person]
    exchanges = sum(reach_out.done_at is not None and reach_out.standing != "uncounted" for reach_out in own)
    waiting = [reach_out for reach_out in own if reach_out.open]
    owed = [promise for conversation in conversations for promise in conversation.promises if promise.person]
    last = max(said[-1], *heard[-1:]) if heard else said[-1]
    lapsed = exchanges >= ENOUGH and not waiting and not any(promise.is_open for promise in owed)
    went_quiet = any(found.overdue(now) for found in waiting) or any(found.status(now) == "broken" for found in owed)
    return Person(
        first_seen=said[0],
        conversations=sum(any(found.person for found in conversation.reach_outs) for conversation in conversations),
        exchanges=exchanges,
        last_from_them=said[-1],
        last_from_me=heard[-1] if heard else None,
        last_interaction=last,
        waiting_since=min((reach_out.opened_at for reach_out in waiting), default=None),
        never_answered=not heard and any(verdict(reach_out, now) == "unanswered" for reach_out in own),
        promises_open=sum(promise.is_open for promise in owed),
        quiet="me" if went_quiet else "lapsed" if lapsed and now - last > _patience(said) else None,
    )


def _patience(said: Sequence[int]) -> float:
    """For how long silence means nothing: 60 days, or three times the pause that is usual with them."""
    pauses = sorted(later - earlier for earlier, later in pairwise(said))
    return max(LAPSED_AFTER, 3 * (median(pauses) or 0))


def joined(people: Iterable[str], joins: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each person by the name of the one they are known as, after the author's joins `(person, into)`.

    Only pages are joined, never a figure; leaving a join out parts them again. Raises LedgerError if a join goes in a
    circle.
    """
    into = dict(joins)
    known = {}
    for name in people:
        steps = [name]
        while (further := into.get(steps[-1])) is not None:
            if further in steps:
                raise LedgerError(f"{name} is joined in a circle")
            steps.append(further)
        known[name] = steps[-1]
    return known
