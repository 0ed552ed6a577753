"""Who waits, in which order: age and need decide, never influence, feeling or value."""

from collections.abc import Iterable
from dataclasses import dataclass

from comments_service.ledger.records import Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A conversation that waits for an answer. `answered_before`: this person was answered at least once, anywhere."""

    comment: str
    person: str
    opened_at: int
    due_at: int
    asks: bool
    answered_before: bool
    snoozed_until: int = 0
    seq: int = 0

    def overdue(self, now: int) -> bool:
        """Exactly at the due time is in time."""
        return now > self.due_at


@dataclass(frozen=True, slots=True)
class Desk:
    """What the author sees in the morning: what can still be kept, soonest due first, then the longest wait first."""

    still_in_time: list[Waiting]
    late: list[Waiting]


def waiting(conversation: Conversation, *, answered_before: bool) -> Waiting | None:
    """The line of a conversation in the queue, if it waits."""
    if not conversation.waiting:
        return None
    oldest = min(conversation.waiting, key=lambda reach_out: (reach_out.opened_at, reach_out.seq))
    return Waiting(
        comment=oldest.comment,
        person=conversation.person,
        opened_at=oldest.opened_at,
        due_at=min(reach_out.due_at for reach_out in conversation.waiting),
        asks=any(reach_out.asks for reach_out in conversation.waiting),
        answered_before=answered_before,
        snoozed_until=conversation.snoozed_until,
        seq=oldest.seq,
    )


def queue(lines: Iterable[Waiting], now: int) -> list[Waiting]:
    """Overdue, then questions, then people never answered before, then the longest wait (4.7)."""
    return sorted(
        lines,
        key=lambda line: (not line.overdue(now), not line.asks, line.answered_before, line.opened_at, line.seq),
    )


def desk(lines: Iterable[Waiting], now: int) -> Desk:
    """The order of the desk (4.14): overdue first would break new promises while it repairs old ones.

    What is put aside until later is not shown before.
    """
    shown = [line for line in lines if line.snoozed_until <= now]
    return Desk(
        still_in_time=sorted(
            (line for line in shown if not line.overdue(now)), key=lambda line: (line.due_at, line.opened_at, line.seq)
        ),
        late=sorted((line for line in shown if line.overdue(now)), key=lambda line: (line.opened_at, line.seq)),
    )
