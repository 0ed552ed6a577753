"""The slowest texts at the size limit cost no more than their length, and exhaust nothing."""

import cProfile

import pytest

from comments_service.rendering import LONGEST, to_html
from tests.data.shapes import SHAPES

# The most that any shape was seen to need is 123 calls for a character, twice as many for twice the length.
MOST_CALLS = 150


def calls(text: str) -> int:
    """How many functions, of Python and of C, are called to render a text: its cost on whatever machine."""
    profile = cProfile.Profile()
    profile.runcall(to_html, text)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", SHAPES)
def test_the_slowest_shapes_cost_no_more_than_their_length(name):
    assert calls(SHAPES[name]) < MOST_CALLS * LONGEST
