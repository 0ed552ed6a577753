"""What every test stands on: a house of its own on a real engine, actors who speak the domain, no far sockets."""

import locale
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from comments_service import ids
from tests.support import postgres
from tests.support.actors import House, furnish

# A deadline would be a timing assertion; the same examples every time make a failure one's own.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Several processes share the tests by what these start."""
    from tests.support.together import Together

    return Together(config, log)


_LANGUAGE = locale.setlocale(locale.LC_ALL)
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
    """No setting of the machine reaches a test; no clock, language or connection of one test reaches the next."""
    for name in list(os.environ):
        if name.startswith("RAPPORT_") or name == "PORT":
            monkeypatch.delenv(name)
    yield
    ids.use_clock(None)
    # Pelican sets the language of its whole process, perhaps before this test began.
    locale.setlocale(locale.LC_ALL, _LANGUAGE)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A real PostgreSQL, started once per test process."""
    with postgres.running() as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a database of its own in it, in which every step of the schema is taken."""
    with postgres_server.lent() as address:
        yield address


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A furnished house on SQLite: settings, database, keys, two essays, the owner's account."""
    with furnish(tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def either_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The same house on each engine in turn."""
    database = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    with furnish(tmp_path, database=database) as made:
        yield made
