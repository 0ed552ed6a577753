"""Step 6: what somebody is to be told when they are back at the form from a sign-in that came to nothing."""

from comments_service.database import Database
from comments_service.migrations.running import run


def what_was_said(db: Database) -> None:
    """The sentence goes with the errand, so that no address has to carry it."""
    run(db, "ALTER TABLE errands ADD COLUMN said TEXT NOT NULL DEFAULT ''")
