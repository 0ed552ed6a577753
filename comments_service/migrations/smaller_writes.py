"""Step 2: what is written at every reply becomes less."""

from comments_service.database import Database
from comments_service.migrations.running import run


def smaller_writes(db: Database) -> None:
    """Keep only what is sent of a rendered page, and index parents only where there are any."""
    run(
        db,
        # What is rendered is a cache: it fills again.
        "DROP TABLE rendered",
        """CREATE TABLE rendered (
            page TEXT PRIMARY KEY REFERENCES pages (path) ON UPDATE CASCADE,
            version INTEGER NOT NULL,
            made_with TEXT NOT NULL,
            etag TEXT NOT NULL,
            html_gz BYTEA NOT NULL,
            json_gz BYTEA NOT NULL
        )""",
        "DROP INDEX comments_parent",
        "CREATE INDEX comments_parent ON comments (parent) WHERE parent IS NOT NULL",
    )
