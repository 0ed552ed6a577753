"""What is suspicious about a reply: signals, then a verdict with reasons in words that its writer may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from comments_service.models import State

# A good answer names a source or two; spam lives by its links.
MOST_LINKS = 2

FIRST_REPLY = "It is your first reply here, so the author reads it before others do."
MANY_LINKS = f"It holds more than {MOST_LINKS} links, so the author looks at it before others do."

REFUSED = "This blog does not take this reply. Your words are still here, to copy."


class Action(StrEnum):
    """What a signal asks for, the mildest first."""

    PUBLISH = "publish"
    HOLD = "hold"
    SPAM = "spam"
    REFUSE = "refuse"


_STATES = {Action.PUBLISH: State.PUBLISHED, Action.HOLD: State.HELD, Action.SPAM: State.SPAM}


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks about a reply, and what it asks for.

    `told` is a sentence for its writer, empty if it is none of theirs; `why` is one for authors beside it, if needed.
    A `final` signal is an author's own word, a rule or a ban: it outweighs whatever the house itself suspects.
    """

    action: Action
    told: str = ""
    why: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Screened:
    """What is known of a reply when it arrives.

    `html` is what `rendering.to_html` made of its text. `trusted` says that an earlier reply of the same person was
    approved, `by_author` that an account wrote it, and `hold_first` that the site holds the first reply of a stranger.
    `signals` are what else speaks about it, the more important before the less.
    """

    html: str
    trusted: bool = False
    by_author: bool = False
    hold_first: bool = True
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a reply begins, with sentences: `reasons` for its writer, `signals` for authors.

    `refusal` says to its writer why it is not taken at all; then the rest is void.
    """

    state: State
    reasons: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    refusal: str = ""


def verdict(reply: Screened) -> Verdict:
    """Weigh all signals: the first final one decides, otherwise the severest. An author is never held."""
    if reply.by_author:
        return Verdict(State.PUBLISHED)
    found = [*reply.signals, *_own_signals(reply)]
    decisive = next((one for one in found if one.final), None)
    severest = max((one.action for one in found), key=list(Action).index, default=Action.PUBLISH)
    action = decisive.action if decisive else severest
    if action is Action.REFUSE:
        refusal = next((one.told for one in found if one.action is Action.REFUSE and one.told), REFUSED)
        return Verdict(State.REJECTED, refusal=refusal)
    # What was overruled is no reason for its writer; an author may still wonder about it.
    counted = [one for one in found if one.action is action and action is not Action.PUBLISH]
    return Verdict(
        _STATES[action],
        tuple(one.told for one in counted if one.told),
        tuple(one.why for one in found if one.why),
    )


def links(html: str) -> int:
    """How many links a rendered reply holds, written out or behind words."""
    return html.count("<a ")


def _own_signals(reply: Screened) -> Iterator[Signal]:
    if reply.hold_first and not reply.trusted:
        yield Signal(Action.HOLD, FIRST_REPLY)
    if links(reply.html) > MOST_LINKS:
        yield Signal(Action.HOLD, MANY_LINKS)
