"""A step: why a letter may come twice is kept with its job, and where letters to an account came back."""

from comments_service.database import Database
from comments_service.migrations.running import run


def post_office(db: Database) -> None:
    """Doubts about letters, and the accounts whose address refused one for good."""
    run(
        db,
        # Nobody knows whether a letter arrived that was begun and not ended. The next try says why it may be another.
        "ALTER TABLE jobs ADD COLUMN doubt TEXT NOT NULL DEFAULT ''",
        # The server's numbers and not the address: an account that moves to another is no longer here.
        """CREATE TABLE account_bounces (
            account TEXT PRIMARY KEY REFERENCES people (id),
            at TEXT NOT NULL,
            bounce TEXT NOT NULL
        )""",
    )
