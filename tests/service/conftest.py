"""What several tests of the service start from."""

from pathlib import Path

import pytest

from tests.support import proving
from tests.support.actors import House, Reader, furnish
from tests.support.homes import Home


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A house that one may leave and come back to, on each engine in turn."""
    database = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    return lambda: furnish(tmp_path, database=database)


@pytest.fixture
def sqlite_home(tmp_path: Path) -> Home:
    return lambda: furnish(tmp_path)


@pytest.fixture
def ben(either_house: House) -> Reader:
    """Ben, signed in with GitHub."""
    return proving.signed_in(either_house)
