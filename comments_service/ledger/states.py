"""Where a conversation stands at a moment (4.2), and what is shown at a comment (4.10)."""

from dataclasses import dataclass
from typing import Literal

from comments_service.ledger.records import Conversation, ReachOut
from comments_service.ledger.runs import ELSEWHERE, THATS_IT

Name = Literal["needs_answer", "promised", "closed_no_reply", "answered", "not_owed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of a conversation; times in seconds.

    `reason` is why it was closed, or `answered_elsewhere` or `thats_it` if that is how it was answered. `opened_at` and
    `open_age` are of the oldest open reach-out, `due_at` is what falls due first, of the answers or else the promises
    owed. `suggest` is the closing reason that the last message suggests, `first_response` the wait of the first
    reach-out.
    """

    state: Name
    reason: str | None = None
    opened_at: int | None = None
    due_at: int | None = None
    open_age: int | None = None
    overdue: bool = False
    question: bool = False
    suggest: str | None = None
    first_response: int | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """Who replied ("Ana replied after 5 hours"), with which comment, how many seconds after the reader's first word."""

    by: str
    answer: str
    after: int


def state(conversation: Conversation, now: int) -> State:
    """The state of a conversation, by precedence: an answer owed, a promise owed, then how the last reach-out ended."""
    own = [reach_out for reach_out in conversation.reach_outs if reach_out.person]
    first_response = own[0].wait if own else None
    if waiting := conversation.waiting:
        opened_at = min(reach_out.opened_at for reach_out in waiting)
        return State(
            state="needs_answer",
            opened_at=opened_at,
            due_at=min(reach_out.due_at for reach_out in waiting),
            open_age=now - opened_at,
            overdue=any(reach_out.overdue(now) for reach_out in waiting),
            question=any(reach_out.asks for reach_out in waiting),
            first_response=first_response,
        )
    suggest = "thanks_only" if conversation.probably_thanks else None
    owed = [promise.due for promise in conversation.promises if promise.person and promise.is_open]
    if owed:
        due = min(owed)
        return State(state="promised", due_at=due, overdue=now > due, suggest=suggest, first_response=first_response)
    name, reason = next(filter(None, map(_ending, reversed(own))), ("not_owed", None))
    return State(state=name, reason=reason, suggest=suggest, first_response=first_response)


def _ending(reach_out: ReachOut) -> tuple[Name, str | None] | None:
    """How a reach-out ended; None if nothing of it is left and nobody answered it."""
    if reach_out.answer:
        return "answered", None
    if reach_out.reason in {ELSEWHERE, THATS_IT}:
        return "answered", reach_out.reason
    return ("closed_no_reply", reach_out.reason) if reach_out.reason else None


def badge(conversation: Conversation, comment: str) -> Badge | None:
    """What stands at a comment: the answer to its reach-out. Nothing where there is no public reply."""
    for reach_out in conversation.reach_outs:
        if comment in reach_out.comments and reach_out.answer and reach_out.wait is not None and not reach_out.private:
            return Badge(reach_out.by, reach_out.answer, reach_out.wait)
    return None
