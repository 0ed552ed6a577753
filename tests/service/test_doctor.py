"""The nightly recomputation goes through everything once a day, and says what differs."""

import logging

import pytest

from comments_service.engagement import doctor
from comments_service.store import snapshots
from tests.support.actors import House


def rounds(house: House) -> int:
    """Take rounds until tonight's are done; returns how many there were."""
    number = 1
    while doctor.take_a_round(house.db, house.settings):
        number += 1
    return number


def examined(house: House) -> int:
    found = snapshots.find(house.db, doctor.ROUND)
    assert found is not None
    return int(found.data["examined"])


def test_every_night_all_conversations_are_told_again_some_at_a_time(
    either_house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house = either_house
    monkeypatch.setattr(doctor, "_PORTION", 2)
    for number in range(5):
        house.reader(f"Reader {number}").says("Hello?")
    with caplog.at_level(logging.ERROR, logger="rapport.doctor"):
        assert rounds(house) == 3
        assert examined(house) == 5
        assert not doctor.take_a_round(house.db, house.settings), "once a day is enough"
        assert caplog.records == []
        house.db.execute("UPDATE conversations SET state = 'answered'")
        house.shift_clock(days=1)
        assert rounds(house) == 3
    assert len(caplog.records) == 5
    assert "kept otherwise than its events tell it (state)" in caplog.text
    assert "Hello" not in caplog.text


def test_the_round_is_no_figure_that_falls_due(house: House) -> None:
    house.reader().says("Hello?")
    doctor.take_a_round(house.db, house.settings)
    house.shift_clock(days=2)
    assert doctor.ROUND not in snapshots.due(house.db, now="9999-12-31T00:00:00.000Z")
