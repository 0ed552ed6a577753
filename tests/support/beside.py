"""What tests let another process do beside them: it begins sooner where it imports nothing else of theirs."""

import multiprocessing
import sqlite3
from multiprocessing.connection import Connection

from comments_service import migrations
from comments_service.database import opened
from comments_service.settings import Settings


def migrate(settings: Settings, results: "multiprocessing.Queue[list[str]]") -> None:
    """Take the steps of the schema, and tell which."""
    with opened(settings) as db:
        results.put(migrations.migrate(db))


def hold(path: str, line: "Connection[str, str]") -> None:
    """Hold the write lock of a SQLite file, as another program such as its shell does, until told to let go."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    line.send("held")
    line.recv()
    db.execute("ROLLBACK")
    db.close()
    line.send("let go")
