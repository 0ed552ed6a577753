"""Who answers whom, shown to a bounded depth, whatever the list looks like."""

import cProfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service.models import State
from comments_service.threads import DEPTH, Node, tree, visible_count

unhurried = settings(deadline=None)  # how long an example takes is no promise


@dataclass(frozen=True)
class Said:
    """A comment, as far as threads know it."""

    id: str
    parent: str | None = None
    state: State = State.PUBLISHED


GONE = st.sampled_from([State.WITHDRAWN, State.REMOVED, State.HELD])


@st.composite
def conversations(draw: st.DrawFn) -> list[Said]:
    """Any list: parents before, after, missing, circular; some comments gone; in any order."""
    ids = [f"{number:02}" for number in range(draw(st.integers(0, 30)))]
    parents = st.sampled_from([None, "unknown", *ids])
    states = st.just(State.PUBLISHED) | GONE
    return draw(st.permutations([Said(id_, draw(parents), draw(states)) for id_ in ids]))


def chain(length: int) -> list[Said]:
    return [Said(f"{number:06}", f"{number - 1:06}" if number else None) for number in range(length)]


def shape(nodes: "list[Node[Said]] | tuple[Node[Said], ...]") -> list[Any]:
    """Ids as nested lists, `~` before what is flattened."""
    shown: list[Any] = []
    for node in nodes:
        shown.append("~" * node.flattened + node.comment.id)
        if node.children:
            shown.append(shape(node.children))
    return shown


def walk(nodes: "list[Node[Said]] | tuple[Node[Said], ...]", level: int = 1) -> Iterator[tuple[Node[Said], int]]:
    for node in nodes:
        yield node, level
        yield from walk(node.children, level + 1)


def test_answers_stand_below_what_they_answer_the_older_first():
    said = [Said("5", "1"), Said("2"), Said("1"), Said("4", "2"), Said("3", "1"), Said("6", "3")]
    assert shape(tree(said)) == ["1", ["3", ["6"], "5"], "2", ["4"]]


def test_beyond_the_last_level_answers_follow_what_they_answer_in_reading_order():
    said = [Said("1"), Said("2", "1"), Said("3", "2"), Said("4", "3"), Said("5", "2"), Said("6", "3"), Said("7", "4")]
    assert shape(tree(said, depth=3)) == ["1", ["2", ["3", "~4", "~7", "~6", "5"]]]


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REMOVED])
def test_a_comment_that_is_gone_keeps_its_place_while_an_answer_stands(state):
    assert shape(tree([Said("1", None, state), Said("2", "1", state), Said("3", "2")])) == ["1", ["2", ["3"]]]
    assert tree([Said("1", None, state), Said("2", "1", state)]) == []
    assert shape(tree([Said("1"), Said("2", "1", state)])) == ["1"]


def test_an_orphan_stands_at_the_top():
    assert shape(tree([Said("1", "never heard of"), Said("2", "1")])) == ["1", ["2"]]


def test_comments_that_answer_each_other_in_a_circle_are_shown_and_hang_nothing():
    assert shape(tree([Said("2", "1"), Said("1", "3"), Said("3", "2"), Said("4", "4")])) == ["1", ["2", ["3"]], "4"]


@pytest.mark.parametrize("depth", [DEPTH, 50_000])
def test_a_chain_of_ten_thousand_needs_no_stack(depth):
    nodes = tree(chain(10_000), depth)
    deepest = 0
    while nodes:
        deepest += 1
        last, nodes = nodes, list(nodes[0].children)
    assert deepest == min(depth, 10_000)
    assert len(last) == 10_000 - deepest + 1


def test_twice_as_many_comments_cost_twice_as_much():
    def calls(count: int) -> int:
        said, profile = chain(count), cProfile.Profile()
        profile.runcall(tree, said)
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(8_000) < 2.1 * calls(4_000)


@unhurried
@given(conversations(), st.integers(1, 5))
def test_every_standing_comment_is_shown_once_and_no_deeper_than_asked_for(said, depth):
    shown = [node.comment.id for node, level in walk(tree(said, depth)) if level <= depth]
    assert len(shown) == len(set(shown)) == len(list(walk(tree(said, depth))))
    assert {comment.id for comment in said if comment.state is State.PUBLISHED} <= set(shown)


@unhurried
@given(conversations())
def test_the_order_of_the_list_changes_nothing(said):
    assert tree(said) == tree(sorted(said, key=lambda comment: comment.id, reverse=True))


@unhurried
@given(conversations(), st.integers(1, 5))
def test_no_empty_place_is_kept_for_nobody(said, depth):
    answered: set[str | None] = set()
    parents = {comment.id: comment.parent for comment in said}
    for comment in said:
        at: str | None = comment.id if comment.state is State.PUBLISHED else None
        while at is not None and at not in answered:
            answered.add(at)
            at = parents.get(at)
    assert {node.comment.id for node, _ in walk(tree(said, depth))} <= answered


@unhurried
@given(conversations())
def test_only_what_can_be_read_is_counted(said):
    assert visible_count(said) == sum(node.comment.state is State.PUBLISHED for node, _ in walk(tree(said)))
