"""Step 19: others are told: when conversations changed last, whose private feed is valid, whom facts are sent to."""

from comments_service.database import Database
from comments_service.migrations.running import run


def others_are_told(db: Database) -> None:
    """A number renews a person's private feed; a delivery holds no word and no name, and is done when it says when."""
    run(
        db,
        "ALTER TABLE people ADD COLUMN feed_number INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE pages ADD COLUMN changed_at TEXT",
        # `off_why`: `by hand`, `gone` (it answered 410), `failing`; empty while it is on.
        """CREATE TABLE webhooks (
            id TEXT PRIMARY KEY,
            url TEXT NOT NULL,
            facts TEXT NOT NULL,
            made_at TEXT NOT NULL,
            failing_since TEXT,
            off_at TEXT,
            off_why TEXT NOT NULL DEFAULT ''
        )""",
        "CREATE INDEX webhooks_off ON webhooks (off_why) WHERE off_why <> ''",
        """CREATE TABLE webhook_deliveries (
            id TEXT PRIMARY KEY,
            webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
            occurrence TEXT NOT NULL,
            fact TEXT NOT NULL,
            subject TEXT NOT NULL,
            created TEXT NOT NULL,
            run_at TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            tried_at TEXT,
            outcome TEXT NOT NULL DEFAULT '',
            done_at TEXT,
            UNIQUE (webhook, occurrence)
        )""",
        "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, run_at, id) WHERE done_at IS NULL",
        "CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook, id)",
    )
