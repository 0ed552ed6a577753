"""Lanes: the threads that wait for servers elsewhere hold still while another thread makes a process."""

from collections.abc import Callable
from types import ModuleType

import pytest

from comments_service import calling, collecting, delivering, fetching, lanes
from comments_service.database import Database, connect
from comments_service.settings import Settings
from tests.support.actors import House

NOWHERE = "imap://ana:secret@127.0.0.1:1"

LANES = pytest.mark.parametrize(
    "lane", [delivering, fetching, collecting, calling], ids=["letters", "pictures", "the mailbox", "calls"]
)


@LANES
def test_a_lane_opens_and_closes_its_connection_while_no_process_is_made(
    lane: ModuleType, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady: list[bool] = []
    close = Database.close

    def seen_to_open(settings: Settings) -> Database:
        steady.append(lanes.STEADY.locked())
        return connect(settings)

    def seen_to_close(db: Database) -> None:
        steady.append(lanes.STEADY.locked())
        close(db)

    monkeypatch.setattr(lanes, "connect", seen_to_open)
    monkeypatch.setattr(Database, "close", seen_to_close)
    lane.run(house.settings.with_(imap_url=NOWHERE), stopping_after(2))
    assert steady == [True, True]
    assert not lanes.STEADY.locked()


@LANES
def test_a_lane_whose_database_is_away_tries_again_until_it_is_stopped(
    lane: ModuleType, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    away = house.settings.with_(data=house.settings.data / "comments.db", imap_url=NOWHERE)
    rests: list[float] = []
    lane.run(away, stopping_after(3, rests))
    assert rests == [0.0, 1.0, 1.0, 1.0]
    assert [record.getMessage() for record in caplog.records] == ["the queue could not be reached"] * 3
    assert not lanes.STEADY.locked()


def stopping_after(rounds: int, rests: list[float] | None = None) -> Callable[[float], bool]:
    """What says that it is time to stop, once it was asked so often; `rests` are how long it was asked to wait."""
    told = rests if rests is not None else []

    def stops_within(seconds: float) -> bool:
        told.append(seconds)
        return len(told) > rounds

    return stops_within
