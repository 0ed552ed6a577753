"""The tables of a house's database, and all that stands in them."""

import json

from comments_service.database import Database
from tests.support.actors import House


def tables(db: Database) -> list[str]:
    """The names of all tables."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        if db.engine == "sqlite"
        else "SELECT relname AS name FROM pg_stat_user_tables ORDER BY relname"
    )
    return [row["name"] for row in db.rows(sql)]


def rows(db: Database) -> str:
    """All rows of all tables, as text."""
    return json.dumps({table: db.rows(f"SELECT * FROM {table}") for table in tables(db)}, default=str)


def everything(house: House) -> str:
    """The same, once the worker has done what is due."""
    house.work()
    return rows(house.db)
