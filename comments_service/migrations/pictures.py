"""Step 7: chosen pictures: the copies that readers let stand beside their words, and those still to be fetched."""

from comments_service.database import Database
from comments_service.migrations.running import run


def pictures(db: Database) -> None:
    """Each copy under a random id of its own; without `data` it is still to be fetched, or `problem` says why not."""
    run(
        db,
        """CREATE TABLE pictures (
            id TEXT PRIMARY KEY,
            identity TEXT NOT NULL REFERENCES identities (id),
            data BYTEA,
            problem TEXT NOT NULL,
            created TEXT NOT NULL
        )""",
        "CREATE INDEX pictures_identity ON pictures (identity, id)",
    )
