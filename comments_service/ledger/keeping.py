"""What is kept of a conversation beside its events: a cache that says the same at once, and can be made again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from comments_service.ledger import moments
from comments_service.ledger.data import JSON, as_data, from_data
from comments_service.ledger.figures import essay_marks
from comments_service.ledger.records import Conversation, Mark, Promise, ReachOut
from comments_service.ledger.states import Badge, badge, state


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A conversation's cached columns; times as the database keeps them, empty where there is none.

    `state` is its state by name. `comment`, `opened_at`, `due_at` and `asks` (`yes` or empty) tell of the oldest
    reach-out that waits; `thanks` is when they said last what reads like a closing thank-you. `marks` is what it adds
    to its essay's line, `badges` are what stands at its comments, `record` is the whole conversation, both as JSON.
    """

    state: str
    comment: str
    opened_at: str
    due_at: str
    asks: str
    snoozed_until: str
    thanks: str
    marks: str
    badges: str
    record: str


def kept(conversation: Conversation) -> Kept:
    """What is kept of a conversation as it stands."""
    waiting = conversation.waiting
    oldest = min(waiting, key=lambda reach_out: (reach_out.opened_at, reach_out.seq), default=None)
    return Kept(
        state=state(conversation, 0).state,
        comment=oldest.comment if oldest else "",
        opened_at=stored(oldest.opened_at if oldest else None),
        due_at=stored(min((reach_out.due_at for reach_out in waiting), default=None)),
        asks="yes" if any(reach_out.asks for reach_out in waiting) else "",
        snoozed_until=stored(conversation.snoozed_until),
        thanks=stored(max(conversation.said, default=None)) if conversation.probably_thanks else "",
        marks=essay_marks(conversation.reach_outs),
        badges=_badges(conversation),
        record=_written(conversation),
    )


def read(record: str) -> Conversation:
    """The conversation that `kept` wrote as `record`."""
    data = json.loads(record)
    parts: Mapping[str, Any] = {
        "reach_outs": tuple(from_data(ReachOut, one) for one in data.pop("reach_outs", ())),
        "promises": tuple(from_data(Promise, one) for one in data.pop("promises", ())),
        "marks": tuple(from_data(Mark, one) for one in data.pop("marks", ())),
    }
    return from_data(Conversation, data | parts)


def badges(written: str) -> dict[str, Badge]:
    """What stands at which comment, from the column `badges`."""
    return {comment: Badge(*parts) for comment, parts in json.loads(written).items()} if written else {}


def _badges(conversation: Conversation) -> str:
    """A badge stands once, at the first comment of its reach-out."""
    first = {reach_out.comment: badge(conversation, reach_out.comment) for reach_out in conversation.reach_outs}
    found = {comment: [one.by, one.answer, one.after] for comment, one in first.items() if one}
    return json.dumps(found, separators=(",", ":")) if found else ""


def _written(conversation: Conversation) -> str:
    # What was refused, and what is left of erased words, is told by the events alone.
    parts: dict[str, JSON] = {
        "reach_outs": [as_data(reach_out) for reach_out in conversation.reach_outs],
        "promises": [as_data(promise) for promise in conversation.promises],
        "said": list(conversation.said),
        "heard": list(conversation.heard),
        "side_talk": list(conversation.side_talk),
        "probably_thanks": conversation.probably_thanks,
        "marks": [asdict(mark) for mark in conversation.marks],
        "snoozed_until": conversation.snoozed_until,
    }
    whose = {"root": conversation.root, "person": conversation.person}
    return json.dumps(whose | {name: part for name, part in parts.items() if part}, separators=(",", ":"))


def stored(at: int | None) -> str:
    """A time of the width that the database compares as text; empty if there is none."""
    return f"{moments.text(at)[:-1]}.000Z" if at else ""
