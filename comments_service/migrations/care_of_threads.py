"""Step 12: who changed a reader's words, threads that moved, notes on comments, saved replies, and undoing by index."""

from comments_service.database import Database
from comments_service.migrations.running import run


def care_of_threads(db: Database) -> None:
    """What authors do to one comment besides deciding, as it is kept."""
    run(
        db,
        # As what an account last changed a reader's words: `author` or `moderator`; the page says so.
        "ALTER TABLE comments ADD COLUMN redacted_as TEXT",
        # The essay in whose line a conversation counts, where its thread was moved to another one.
        "ALTER TABLE conversations ADD COLUMN essay TEXT REFERENCES pages (path) ON UPDATE CASCADE",
        "CREATE INDEX conversations_essay ON conversations (essay) WHERE essay IS NOT NULL",
        "CREATE INDEX conversations_moved ON conversations (page, essay) WHERE essay IS NOT NULL",
        """CREATE TABLE comment_notes (
            id TEXT PRIMARY KEY,
            comment TEXT NOT NULL REFERENCES comments (id),
            text TEXT NOT NULL,
            written_by TEXT NOT NULL REFERENCES people (id),
            at TEXT NOT NULL
        )""",
        "CREATE INDEX comment_notes_comment ON comment_notes (comment, id)",
        """CREATE TABLE saved_replies (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            place INTEGER NOT NULL
        )""",
        # Words that were changed or removed are kept for as long as that can be taken back.
        "CREATE INDEX acts_words ON acts (at) WHERE kind = 'comment' AND before <> '{}'",
        "CREATE INDEX acts_by ON acts (done_by, id)",
        "CREATE INDEX decisions_by ON decisions (decided_by, id)",
    )
