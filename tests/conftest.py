"""What every test stands on: a house of its own on a real engine, actors that speak the domain, no socket beyond loopback."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comments_service import ids
from tests.support import postgres
from tests.support.actors import House, furnish

_LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}  # noqa: S104 -- an address to compare with


@pytest.fixture(autouse=True, scope="session")
def _no_strangers() -> Iterator[None]:
    """No test talks to anybody but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in _LOOPBACK:
            pytest.fail(f"a test tried to reach {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine reaches a test, and no clock of one test reaches the next."""
    for name in list(os.environ):
        if name.startswith("RAPPORT_") or name == "PORT":
            monkeypatch.delenv(name)
    yield
    ids.use_clock(None)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """A real PostgreSQL, started once per test process."""
    with postgres.running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A furnished house on SQLite: settings, database, keys, two essays, the owner's account."""
    with furnish(tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def either_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The same house on each engine in turn."""
    database = request.getfixturevalue("postgres_server").new_database() if request.param == "postgresql" else ""
    with furnish(tmp_path, database=database) as made:
        yield made
