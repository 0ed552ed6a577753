"""Step 14: the filter that learns, what it learned from which reply, and how much spam there was on each day."""

from comments_service import ids
from comments_service.database import Database
from comments_service.migrations.running import run


def the_filter_learns(db: Database) -> None:
    """Counts of scrambled tokens, the lessons that they come from, spam by day; words that come again, and expiry."""
    run(
        db,
        # A keyed hash of the words of a stranger's reply, so that a flood of the same is seen; and when spam's time
        # was over and its words were deleted.
        "ALTER TABLE comments ADD COLUMN echo TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE comments ADD COLUMN expired_at TEXT",
        "CREATE INDEX comments_echo ON comments (echo, id) WHERE echo <> ''",
        # One row: from how many replies was learned, and the salt that scrambles their tokens.
        """CREATE TABLE filters (
            name TEXT PRIMARY KEY,
            salt TEXT NOT NULL,
            spam INTEGER NOT NULL,
            wanted INTEGER NOT NULL
        )""",
        # `token` is 40 bits of a salted digest: in how many spam and wanted replies it stood.
        """CREATE TABLE filter_tokens (
            token BIGINT PRIMARY KEY,
            spam INTEGER NOT NULL,
            wanted INTEGER NOT NULL
        )""",
        # What was learned from a reply, five bytes a token, so that exactly this can be unlearned.
        """CREATE TABLE lessons (
            comment TEXT PRIMARY KEY REFERENCES comments (id),
            verdict TEXT NOT NULL CHECK (verdict IN ('spam', 'wanted')),
            version INTEGER NOT NULL,
            tokens BYTEA NOT NULL,
            at TEXT NOT NULL
        )""",
        """CREATE TABLE spam_days (
            day TEXT PRIMARY KEY,
            caught INTEGER NOT NULL,
            marked INTEGER NOT NULL,
            rescued INTEGER NOT NULL,
            expired INTEGER NOT NULL
        )""",
    )
    db.insert("filters", {"name": "replies", "salt": ids.new_secret(), "spam": 0, "wanted": 0})
