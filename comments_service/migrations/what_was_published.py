"""Step 16: which address an essay had before, and what its readers have been told of it."""

from comments_service.database import Database
from comments_service.migrations.running import run


def what_was_published(db: Database) -> None:
    """Former addresses, and a row for each essay that was ever published; those that stand now were announced."""
    run(
        db,
        """CREATE TABLE former_paths (
            path TEXT PRIMARY KEY,
            page TEXT NOT NULL REFERENCES pages (path) ON UPDATE CASCADE ON DELETE CASCADE
        )""",
        "CREATE INDEX former_paths_page ON former_paths (page)",
        # `print` is the fingerprint of the words that were told of last; empty where nobody knows it.
        """CREATE TABLE publications (
            page TEXT PRIMARY KEY REFERENCES pages (path) ON UPDATE CASCADE ON DELETE CASCADE,
            at TEXT NOT NULL,
            print TEXT NOT NULL
        )""",
        "INSERT INTO publications (page, at, print) SELECT path, published, '' FROM pages",
    )
