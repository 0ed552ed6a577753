"""Flat list to tree: who answers whom, nested to a bounded depth, and what a comment that is gone leaves behind."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Protocol, TypeVar

from comments_service.models import PublicComment, State

# Deeper than this, an indent tells a reader nothing and leaves no room for words on a phone.
DEPTH = 4


class InThread(Protocol):
    """What a thread needs to know of a comment: ids sort by age, `parent` is the id of the comment it answers."""

    @property
    def id(self) -> str:
        """Its identifier."""

    @property
    def parent(self) -> str | None:
        """Whom it answers, None for the essay itself."""

    @property
    def state(self) -> State:
        """Where it stands; only a published one is seen."""


C = TypeVar("C", bound=InThread)


@dataclass(frozen=True, slots=True)
class Node(Generic[C]):
    """A comment in its place.

    `flattened` says that it stands beside what it answers instead of below, because nesting ends there: show whom it
    answers. A comment that is not published is an empty place, kept for the answers below or behind it.
    """

    comment: C
    children: tuple["Node[C]", ...] = ()
    flattened: bool = False


def tree(comments: Iterable[C], depth: int = DEPTH) -> list[Node[C]]:
    """Arrange comments, given in any order, as they are read: each followed by its answers, older before newer.

    No list of answers lies deeper than `depth` (1 or more): what answers the deepest level follows it there, flattened.
    A comment that does not stand keeps its place while a descendant stands, and vanishes otherwise. One whose parent is
    unknown goes to the top level, and so does the oldest of comments that answer each other in a circle.
    Takes time in proportion to their number (after sorting), whatever the shape.
    """
    placed = list(_reading_order(comments))
    kept: set[str] = set()
    levels: dict[int, list[Node[C]]] = defaultdict(list)
    # From the last read to the first, every comment meets its answers before itself.
    for comment, parent, level in reversed(placed):
        if comment.state is State.PUBLISHED or comment.id in kept:
            if parent is not None:
                kept.add(parent)
            children = tuple(reversed(levels.pop(level + 1, []))) if level < depth else ()
            levels[min(level, depth)].append(Node(comment, children, flattened=level > depth))
    return levels[1][::-1]


def arranged(comments: Iterable[PublicComment]) -> list[Node[PublicComment]]:
    """A page's threads as they are read: pinned ones first, in the order in which they were pinned, then by age."""
    roots = tree(comments)
    return sorted(roots, key=lambda node: (node.comment.pinned_at is None, node.comment.pinned_at or ""))


def visible_count(comments: Iterable[InThread]) -> int:
    """How many comments can be read; empty places do not count."""
    return sum(comment.state is State.PUBLISHED for comment in comments)


def _reading_order(comments: Iterable[C]) -> Iterator[tuple[C, str | None, int]]:
    """Yield each comment with its parent's id (None at the top) and its level, from 1, before its answers."""
    by_age = sorted(comments, key=lambda comment: comment.id)
    known = {comment.id for comment in by_age}
    answers: dict[str | None, list[C]] = defaultdict(list)
    for comment in by_age:
        answers[comment.parent if comment.parent in known else None].append(comment)
    seen: set[str] = set()
    # What no walk from the top reaches lies on a circle or behind one, and is entered at its oldest.
    for first in chain(answers[None], by_age):
        ahead: list[tuple[C, str | None, int]] = [(first, None, 1)]
        while ahead:
            comment, parent, level = ahead.pop()
            if comment.id not in seen:
                seen.add(comment.id)
                yield comment, parent, level
                ahead += [(answer, comment.id, level + 1) for answer in reversed(answers[comment.id])]
