"""Step 11: what moderators search, which comments were decided together, and private ones counted by themselves."""

from comments_service.database import Database
from comments_service.migrations.running import run


def the_desk_searches(db: Database) -> None:
    """The words of each comment as a search compares them; the worker fills the table, portion by portion."""
    run(
        db,
        # No row: its words are still to be read. `links` are counted, `asks` is `yes` where there is a question mark.
        """CREATE TABLE searchable (
            comment TEXT PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
            words TEXT NOT NULL,
            name TEXT NOT NULL,
            asks TEXT NOT NULL CHECK (asks IN ('', 'yes')),
            links INTEGER NOT NULL
        )""",
        # What a moderator may not see is subtracted from what is counted by the index over states.
        "CREATE INDEX comments_private ON comments (state, id) WHERE private_at IS NOT NULL",
        # The same in all decisions of one bulk, so that they are taken back together.
        "ALTER TABLE decisions ADD COLUMN bulk TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX decisions_bulk ON decisions (bulk, id) WHERE bulk <> ''",
    )
