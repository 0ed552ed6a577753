"""A step: the newest comments are found in their order, however many stand."""

from comments_service.database import Database
from comments_service.migrations.running import run


def newest_first(db: Database) -> None:
    """An index that begins with the state.

    Without statistics SQLite took the one by state for the better, and sorted everything that ever stood, at each
    splice of the page with the latest conversations and for each feed.
    """
    run(
        db,
        "DROP INDEX comments_latest",
        "CREATE INDEX comments_latest ON comments (state, published_at, id) WHERE private_at IS NULL",
    )
