"""Tests that start something heavy share it: each group names files that are there, and is found by its tests."""

import pytest

from comments_service.settings import ROOT
from tests.support.together import GROUPS, group_of


@pytest.mark.parametrize("beginning", GROUPS)
def test_a_group_has_tests(beginning):
    place = ROOT / beginning
    assert [*place.glob("test_*.py")] if place.is_dir() else place.is_file()


def test_what_is_in_no_group_is_alone_and_the_rest_together():
    journeys = {group_of(f"tests/journeys/test_{name}.py::test_x[a]") for name in ("reading", "liking")}
    assert len(journeys) == 1
    alone = ["tests/web/test_likes.py::test_x[a]", "tests/web/test_likes.py::test_x[b]"]
    assert [group_of(test) for test in alone] == alone
