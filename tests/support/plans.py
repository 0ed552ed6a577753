"""How the database carries out what it is asked: by which steps, and whether one of them reads a whole table."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from comments_service.database import Database
from tests.support.actors import House


def plans(house: House, act: Callable[[], object]) -> dict[str, list[str]]:
    """How SQLite carries out each statement that `act` runs on the house's connection."""
    return plans_on(house.db, act)


def plans_on(db: Database, act: Callable[[], object]) -> dict[str, list[str]]:
    """The same, on a connection."""
    said: list[str] = []
    connection = db._engine._connection  # type: ignore[attr-defined] # noqa: SLF001 -- only the driver can tell
    connection.set_trace_callback(said.append)
    try:
        act()
    finally:
        connection.set_trace_callback(None)
    # An INSERT reads nothing; the scans in its plan stand there for foreign keys that are never broken.
    words = ("SELECT", "UPDATE", "DELETE")
    statements = dict.fromkeys(one for one in said if one.lstrip().startswith(words))
    return {
        one: [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()] for one in statements
    }


@contextmanager
def heard(db: Database) -> Iterator[list[tuple[str, Mapping[str, object]]]]:
    """What is asked of a database meanwhile: each statement as we wrote it, and what it is given."""
    said: list[tuple[str, Mapping[str, object]]] = []
    run = db._engine.run  # noqa: SLF001 -- only the driver can tell

    def listening(sql: str, parameters: Mapping[str, object]) -> object:
        said.append((sql, parameters))
        return run(sql, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db._engine, "run", listening)  # noqa: SLF001
        yield said


def scans(found: dict[str, list[str]]) -> list[str]:
    """The steps that read a table from end to end."""
    lines = [line for plan in found.values() for line in plan]
    return [line for line in lines if line.startswith("SCAN") and " USING " not in line]
