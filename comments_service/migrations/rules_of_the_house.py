"""Step 13: the rules that authors give their house."""

from comments_service.database import Database
from comments_service.migrations.running import run


def rules_of_the_house(db: Database) -> None:
    """Rules, each with its conditions as JSON; and which report it was that hid a comment."""
    run(
        db,
        # `place` is the order in which they are asked, from 1; `on_at` says since when a rule is on.
        """CREATE TABLE rules (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('publish', 'hold', 'spam', 'refuse')),
            sentence TEXT NOT NULL,
            conditions TEXT NOT NULL,
            place INTEGER NOT NULL,
            on_at TEXT,
            made_by TEXT NOT NULL REFERENCES people (id),
            made_at TEXT NOT NULL
        )""",
        "CREATE INDEX rules_on ON rules (place, id) WHERE on_at IS NOT NULL",
        "ALTER TABLE reports ADD COLUMN hid_at TEXT",
        # A network reports once while nobody is known there; its hashes are forgotten after a while.
        "CREATE INDEX reports_at ON reports (at) WHERE network <> ''",
    )
