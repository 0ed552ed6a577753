"""A hundred people at once are all served, each once, on either engine."""

import pytest

from tests.bench.soak import writers


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    return request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""


def test_a_hundred_at_once_are_each_kept_once(tmp_path, database):
    done = writers.crowd(tmp_path, 2, database)
    assert len(done.written.acknowledged) >= 100
    assert done.written.refused == []
    assert done.complaints == []
    assert done.after.well, done.after


def test_a_hundred_a_second_are_each_kept_once(tmp_path):
    done = writers.stream(tmp_path, 2)
    assert len(done.written.acknowledged) == len(done.waits) == 200
    assert done.written.refused == []
    assert done.complaints == []
    assert done.after.well, done.after
