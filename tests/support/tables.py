"""All that stands in a house's database."""

import json

from comments_service.database import Database
from comments_service.store import whole
from tests.support.actors import House


def rows(db: Database) -> str:
    """All rows of all tables, as text."""
    return json.dumps({table: db.rows(f"SELECT * FROM {table}") for table in whole.tables(db)}, default=str)


def everything(house: House) -> str:
    """The same, once the worker has done what is due."""
    house.work()
    return rows(house.db)
