"""Threads as wholes, by their first comment: locked, pinned, moved to another essay."""

from comments_service.database import Database

_MARKS = frozenset({"locked_at", "pinned_at"})


def mark(db: Database, root: str, column: str, *, before: str | None, after: str | None) -> bool:
    """Set when a thread was locked or pinned (`locked_at`, `pinned_at`), or None; False if it is not as it was."""
    if column not in _MARKS:
        raise ValueError(column)
    changed = db.execute(
        f"UPDATE comments SET {column} = :after WHERE id = :root AND coalesce({column}, '') = :before",  # noqa: S608 -- one of two
        root=root,
        before=before or "",
        after=after,
    )
    return changed == 1


def locked(db: Database, root: str) -> bool:
    """Whether a thread takes no more replies of readers."""
    return db.value("SELECT locked_at FROM comments WHERE id = :root", root=root) is not None


def move(db: Database, root: str, *, before: str, after: str) -> int:
    """Let a thread stand under another essay (its path); returns how many comments went, none if it is not there.

    Its conversations go with it, and count in the line of the essay where they began.
    """
    moved = db.execute(
        "UPDATE comments SET page = :after WHERE root = :root AND page = :before", root=root, before=before, after=after
    )
    db.execute(
        """UPDATE conversations SET page = :after,
               essay = CASE WHEN coalesce(essay, page) = :after THEN NULL ELSE coalesce(essay, page) END
           WHERE root = :root AND page = :before""",
        root=root,
        before=before,
        after=after,
    )
    return moved
