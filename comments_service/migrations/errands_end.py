"""Step 9: what was under way for an errand is found without reading what is under way for others."""

from comments_service.database import Database
from comments_service.migrations.running import run


def errands_end(db: Database) -> None:
    """Every errand that begins or ends, also with the reply it was for, forgets the sign-ins under way for it."""
    run(db, "CREATE INDEX authorizations_errand ON authorizations (errand)")
