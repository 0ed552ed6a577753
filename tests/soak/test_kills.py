"""Killed in the middle of writing, the service loses nothing that it acknowledged, and keeps nothing twice."""

import sys

import pytest

from tests.bench.soak import kills

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc to see every process")


def test_five_kills_under_eight_writers_lose_and_double_nothing(tmp_path):
    done = kills.run(tmp_path, 5, 200)
    assert len(done.written.acknowledged) >= 200
    assert done.written.repeated > 0
    assert done.written.refused == []
    assert done.after.well, done.after
    assert done.caught_up
    assert done.complaints == []
