"""What is suspicious about a reply: signals, then a verdict with reasons in words that its writer may see."""

from collections.abc import Iterator
from dataclasses import dataclass

from comments_service.models import State

# A good answer names a source or two; spam lives by its links.
MOST_LINKS = 2

FIRST_REPLY = "It is your first reply here, so the author reads it before others do."
MANY_LINKS = f"It holds more than {MOST_LINKS} links, so the author looks at it before others do."


@dataclass(frozen=True, slots=True)
class Screened:
    """What is known of a reply when it arrives.

    `html` is what `rendering.to_html` made of its text. `trusted` says that an earlier reply of the same person was
    approved, `by_author` that an account wrote it, and `hold_first` that the site holds the first reply of a stranger.
    """

    html: str
    trusted: bool = False
    by_author: bool = False
    hold_first: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a reply begins, `State.PUBLISHED` or `State.HELD`, and a sentence for each reason to hold it."""

    state: State
    reasons: tuple[str, ...] = ()


def verdict(reply: Screened) -> Verdict:
    """Hold what somebody should look at first, and say why. An author is never held."""
    if reply.by_author:
        return Verdict(State.PUBLISHED)
    reasons = tuple(_reasons(reply))
    return Verdict(State.HELD if reasons else State.PUBLISHED, reasons)


def links(html: str) -> int:
    """How many links a rendered reply holds, written out or behind words."""
    return html.count("<a ")


def _reasons(reply: Screened) -> Iterator[str]:
    if reply.hold_first and not reply.trusted:
        yield FIRST_REPLY
    if links(reply.html) > MOST_LINKS:
        yield MANY_LINKS
