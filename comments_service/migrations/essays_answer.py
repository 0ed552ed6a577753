"""Step 15: an essay that answers readers: which of them were told, and with which reply of the author's."""

from comments_service.database import Database
from comments_service.migrations.running import run


def essays_answer(db: Database) -> None:
    """One row for each reply that an essay answers, written with the author's word under it."""
    run(
        db,
        """CREATE TABLE essay_answers (
            page TEXT NOT NULL REFERENCES pages (path) ON UPDATE CASCADE,
            comment TEXT NOT NULL REFERENCES comments (id),
            answer TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (page, comment)
        )""",
    )
