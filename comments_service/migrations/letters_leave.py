"""Step 5: what a queue gave up is found without reading what the others did."""

from comments_service.database import Database
from comments_service.migrations.running import run


def letters_leave(db: Database) -> None:
    """Every page of the desk asks whether a letter was given up."""
    run(db, "CREATE INDEX jobs_given_up ON jobs (lane, id) WHERE gave_up_at IS NOT NULL")
