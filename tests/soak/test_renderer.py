"""The slowest texts at the size limit cost no more than their length, exhaust nothing, and nest no deeper than talk."""

import cProfile
import re

import pytest

from comments_service.rendering import LONGEST, to_html
from tests.data.shapes import SHAPES

# The most that any shape was seen to need is 123 calls for a character, twice as many for twice the length.
MOST_CALLS = 150
# Eight quotes and lists, each two elements, and lists by four indents at some of them.
DEEPEST = 40


def rendered(text: str) -> tuple[str, int]:
    """A text as HTML, and how many functions, of Python and of C, were called for it: its cost on whatever machine."""
    profile = cProfile.Profile()
    html = profile.runcall(to_html, text)
    return html, sum(entry.callcount for entry in profile.getstats())


def depth(html: str) -> int:
    """How deep elements stand in each other."""
    deepest = level = 0
    for tag in re.findall(r"<(?!br>)/?", html):
        level += -1 if tag == "</" else 1
        deepest = max(deepest, level)
    return deepest


@pytest.mark.parametrize("name", SHAPES)
def test_the_slowest_shapes_cost_no_more_than_their_length_and_nest_no_deeper_than_a_conversation(name):
    html, calls = rendered(SHAPES[name])
    assert calls < MOST_CALLS * LONGEST
    assert depth(html) <= DEEPEST
