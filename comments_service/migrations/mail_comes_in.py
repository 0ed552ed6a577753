"""Step 18: what became of the letters that came in, and how far the mailbox was read."""

from comments_service.database import Database
from comments_service.migrations.running import run


def mail_comes_in(db: Database) -> None:
    """No word and no address of a letter is kept: a keyed hash says whether the same one comes once more."""
    run(
        db,
        """CREATE TABLE inbox (
            id TEXT PRIMARY KEY,
            at TEXT NOT NULL,
            print TEXT NOT NULL UNIQUE,
            outcome TEXT NOT NULL,
            comment TEXT NOT NULL
        )""",
        # `mailbox` is a digest of where it is; `uid` the last letter that was looked at, while `validity` holds.
        """CREATE TABLE mailboxes (
            mailbox TEXT PRIMARY KEY,
            validity BIGINT NOT NULL,
            uid BIGINT NOT NULL
        )""",
    )
