"""Step 10: what authors do besides deciding, what readers report, and who is kept away for a while."""

from comments_service.database import Database
from comments_service.migrations.running import run


def safe_and_calm(db: Database) -> None:
    """The marks of an edit, a lock and a pin at comments; the log of acts; reports; bans."""
    run(
        db,
        # What spoke about a reply when it came, in words for the author; its writer reads `reasons`.
        "ALTER TABLE comments ADD COLUMN signals TEXT NOT NULL DEFAULT ''",
        # When an author last changed a reader's words; a lock and a pin stand at the first reply of a thread.
        "ALTER TABLE comments ADD COLUMN redacted_at TEXT",
        "ALTER TABLE comments ADD COLUMN locked_at TEXT",
        "ALTER TABLE comments ADD COLUMN pinned_at TEXT",
        # Append-only, like the decisions: `before` is what taking it back brings back.
        """CREATE TABLE acts (
            id TEXT PRIMARY KEY,
            verb TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('comment', 'person', 'ban', 'rule', 'reply')),
            subject TEXT NOT NULL,
            done_by TEXT NOT NULL REFERENCES people (id),
            at TEXT NOT NULL,
            before TEXT NOT NULL,
            after TEXT NOT NULL,
            undone_at TEXT
        )""",
        "CREATE INDEX acts_subject ON acts (kind, subject, id)",
        """CREATE TABLE reports (
            id TEXT PRIMARY KEY,
            comment TEXT NOT NULL REFERENCES comments (id),
            reason TEXT NOT NULL,
            words TEXT NOT NULL,
            person TEXT NOT NULL,
            proven TEXT NOT NULL,
            network TEXT NOT NULL,
            at TEXT NOT NULL,
            settled_at TEXT
        )""",
        "CREATE INDEX reports_comment ON reports (comment, id)",
        "CREATE INDEX reports_open ON reports (comment, id) WHERE settled_at IS NULL",
        "CREATE INDEX reports_person ON reports (person) WHERE person <> ''",
        # `subject` is a person's id, or the keyed hash of an address or a network: never what it was made from.
        """CREATE TABLE bans (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('person', 'address', 'network')),
            subject TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('hold', 'spam', 'refuse')),
            reason TEXT NOT NULL,
            comment TEXT NOT NULL,
            banned_by TEXT NOT NULL REFERENCES people (id),
            at TEXT NOT NULL,
            until TEXT,
            lifted_at TEXT
        )""",
        "CREATE INDEX bans_subject ON bans (kind, subject) WHERE lifted_at IS NULL",
    )
