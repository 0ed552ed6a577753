"""How much is written in one transaction: as long as it lasts, whoever writes waits."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from comments_service.database import Database
from tests.support.actors import House


def sizes_of_transactions(house: House, monkeypatch: pytest.MonkeyPatch, table: str) -> list[int]:
    """A list that grows with every transaction of this house that adds rows to a table: by how many each added."""
    sizes: list[int] = []
    transaction = Database.transaction
    depth = 0

    @contextmanager
    def counted(db: Database) -> Iterator[None]:
        nonlocal depth
        depth += 1
        before = house.count(table) if depth == 1 else 0
        try:
            with transaction(db):
                yield
        finally:
            depth -= 1
        if depth == 0 and (more := house.count(table) - before):
            sizes.append(more)

    monkeypatch.setattr(Database, "transaction", counted)
    return sizes
